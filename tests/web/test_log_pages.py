"""What people are shown of the verifiable log: its page, where each entry is in it, proofs, receipts, and alarms."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno
import sqlalchemy as sa

from blueprints import proofs
from blueprints.paper import QrCode
from tests.conftest import LOG_KEY
from tests.web.case_pages import address, has
from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.ledger import holding
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log import histories, policy, receipts
from tracker.log.cosignatures import signed_message
from tracker.log.keys import COSIGNATURE, SigningKey
from tracker.log.notes import parse
from tracker.log.verify import Trust
from tracker.log.witness import decide
from tracker.models import HistoryEntry, LogCheckpoint, LogCosignature

TRUST = Trust(keys=[LOG_KEY.verifier()])
WITNESS = SigningKey("witness.example/cso", bytes(range(1, 33)))


def unguarded(statement: str, table: str, **values: Any) -> None:
    """Plain SQL of somebody who may do everything in the database."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        for name in connection.scalars(sa.text(asked), {"table": table}).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    connection.execute(sa.text(statement), values)
    db.session.commit()


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- each entry in its place ----------------------------------------------------------------------------------------


def test_each_entry_says_its_place_and_since_which_checkpoint(world: World, signer: Signer):
    track = world.a_track("police:accepted")
    officer = world.sign_in(world.judicial_officer)
    page = words_of(officer.get(address(track.case)).text)
    assert "waiting for the next checkpoint" in page
    assert "no entry is under a checkpoint yet" in page
    size = int(world.visitor().get("/log/checkpoint").text.split("\n")[1])
    world.take("start_investigation", track)
    page = words_of(officer.get(address(track.case)).text)
    many = len(world.entries(track.case))
    assert f"Checked: an unbroken chain up to checkpoint {size}." in page
    assert len(re.findall(r"· log \d+", page)) == many
    assert page.count("waiting for the next checkpoint") == 1
    with world.travel(hours=1):
        later = int(world.visitor().get("/log/checkpoint").text.split("\n")[1])
    page = words_of(officer.get(address(track.case)).text)
    assert f"Checked: an unbroken chain up to checkpoint {later}." in page
    assert page.count(f"since checkpoint {size}") == many - 1


def test_a_history_is_checked_in_one_statement_once_its_newest_entry_was_proved(
    world: World, signer: Signer, statements: Callable[[], Any]
):
    first, second = world.a_case("police:accepted"), world.a_case("court:decided")
    world.visitor().get("/log/checkpoint")
    officer = world.sign_in(world.judicial_officer)
    officer.get(address(first))
    for case, most in ((first, 1), (second, 2), (second, 1)):
        with statements() as asked:
            officer.get(address(case))
        assert len([one for one in asked if "log_" in one]) <= most, asked


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE log_entry SET leaf = :leaf WHERE seq = :seq", "log_entry"),
        ("UPDATE log_entry SET hash = :leaf WHERE seq = :seq", "log_entry"),
        ("UPDATE log_entry SET n = 99 WHERE seq = :seq", "log_entry"),
    ],
)
def test_a_history_that_is_not_what_the_log_holds_says_so_on_every_page_of_it(
    world: World, signer: Signer, statement: str, table: str
):
    case = world.a_case("police:accepted")
    world.visitor().get("/log/checkpoint")
    seq = db.session.scalar(sa.text("SELECT max(seq) FROM log_entry")) - 1
    unguarded(statement, table, seq=seq, leaf=b"x" * 32)
    for person, page in (
        (world.judicial_officer, address(case)),
        (world.auditor, f"/audit/cases/{case.reference}"),
    ):
        assert "is not what the verifiable log holds" in world.sign_in(person).get(page).text


def test_the_proof_of_an_entry_opens_what_is_sealed_and_names_what_was_changed(world: World, signer: Signer):
    case = world.a_case("police:accepted")
    n = len(world.entries(case))
    page = address(case, "entries", n)
    officer, auditor = world.sign_in(world.judicial_officer), world.sign_in(world.auditor)
    for client, where in ((officer, page), (auditor, f"/audit{page}")):
        text = words_of(client.get(where).text)
        assert "Yes. The bytes below lead" in text
        assert "says the same as the page" in text
        assert "when it happened" in text
    receipt = receipts.parse(officer.get(f"{page}/text").data)
    report = histories.check_receipt(receipt, TRUST)
    assert (report.findings, report.opened) == ([], 0)
    unguarded(
        "UPDATE history_entry SET status_after = 'file_ready' WHERE n = :n AND case_id = :case",
        "history_entry",
        n=n,
        case=case.id,
    )
    text = officer.get(page).text
    assert has(text, "This is not what was recorded", "<li>the status after</li>")
    assert "<li>the reason</li>" not in text


@pytest.mark.only_on("sqlite")
def test_who_may_not_read_an_entry_gets_no_proof_of_it(world: World, signer: Signer):
    case = world.a_case("court:decided")
    page = address(case, "entries", 1)
    assert world.sign_in(world.other_judicial_officer).get(page).status_code == 404
    assert world.sign_in(world.police_officer).get(page).status_code == 404, "an entry of the section alone"
    assert world.sign_in(world.judicial_officer).get(address(case, "entries", 99)).status_code == 404
    assert world.sign_in(world.auditor).get(f"/audit{address(case)}/entries/99").status_code == 404


@pytest.mark.only_on("sqlite")
def test_an_alert_has_its_places_and_proofs_for_auditors(world: World, signer: Signer):
    alert = world.an_alert("verified").reference
    auditor = world.sign_in(world.auditor)
    auditor.get("/log/checkpoint")
    assert "an unbroken chain up to checkpoint" in auditor.get(f"/audit/alerts/{alert}").text
    assert "Yes. The bytes below lead" in auditor.get(f"/audit/alerts/{alert}/entries/1").text
    assert auditor.get(f"/audit/alerts/{alert}/entries/1/text").status_code == 200


def test_every_field_that_is_compared_has_its_words(world: World):
    """Else a difference would be found and not said."""
    world.a_case("court:decided")
    names: set[str] = set()
    for entry_id in db.session.scalars(sa.select(HistoryEntry.id)):
        names |= holding.hold(Store(db.session.connection()), entry_id).fields.keys()
    assert len(names) > 15
    assert names <= proofs._FIELDS.keys()


# --- receipts -------------------------------------------------------------------------------------------------------


def test_a_receipt_waits_for_its_checkpoint_holds_and_names_nobody(world: World, signer: Signer):
    case = world.a_case("police:accepted")
    focal = world.sign_in(world.focal_point)
    page = focal.page(address(case, "receipt"))
    assert "1 " not in page.words("h1")
    assert case.reference in page.words("h1")
    assert page.words("title") == "Receipt"
    printed = page.markup.split('<div class="receipt">')[1].split("</main>")[0]
    for secret in (
        "Abuk", world.focal_point.user.full_name, world.network.name, world.station.name, "olice", "ssault", "urvivor",
        "Confidential", "Old Ferry",
    ):  # fmt: skip
        assert secret not in printed, secret
    assert "Confidential" not in page.markup
    receipt = receipts.parse(focal.get(address(case, "receipt", "text")).data)
    report = histories.check_receipt(receipt, TRUST)
    assert (report.findings, report.opened, receipt.index) == ([], 0, report.checkpoint.size - 1)
    seen: list[dict[str, Any]] = []
    details = receipts.parse(focal.get(address(case, "receipt", "details")).data)
    histories.check_receipt(details, TRUST, lambda _piece, _leaf, values: seen.append(values))
    assert seen[0]["step"]["after"] == "accepted"


def test_the_code_on_a_receipt_is_read_as_the_receipt(world: World, signer: Signer):
    case = world.a_case("police:accepted")
    focal = world.sign_in(world.focal_point)
    data = focal.get(address(case, "receipt", "text")).data
    code = QrCode.of(receipts.parse(data))
    assert code.path in focal.get(address(case, "receipt")).text
    assert dark(code.path, code.size) == drawn_by_the_library(data)


def dark(path: str, size: int) -> set[tuple[int, int]]:
    """The dark modules that a path of strokes draws."""
    found = set()
    for row in path.split("M")[1:]:
        start, strokes = re.match(r"(\d+ \d+)\.5(.*)", row).groups()
        x, y = map(int, start.split())
        for kind, length in re.findall(r"([hm])(\d+)(?: 0)?", strokes):
            if kind == "h":
                found |= {(at, y) for at in range(x, x + int(length))}
            x += int(length)
        assert x == size - 4
    return found


def drawn_by_the_library(data: bytes) -> set[tuple[int, int]]:
    rows = segno.make_qr(data, error="l", mode="byte", boost_error=False).matrix_iter(border=4)
    return {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


@pytest.mark.only_on("sqlite")
def test_a_receipt_is_for_those_who_refer_and_says_when_nothing_can_be_shown(world: World):
    case = world.a_case("police:accepted")
    assert world.sign_in(world.police_officer).get(address(case, "receipt")).status_code == 403
    focal = world.sign_in(world.focal_point)
    assert has(focal.get(address(case, "receipt")).text, "nothing to show", "has no key to sign with")
    assert focal.get(address(case, "receipt", "text")).status_code == 404
    assert world.sign_in(world.other_focal_point).get(address(case, "receipt")).status_code == 404


# --- the page for people, and alarms --------------------------------------------------------------------------------


def with_policy(world: World, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation names a witness."""
    place.write_text(f"log {LOG_KEY.verifier()}\nwitness cso {WITNESS.verifier(COSIGNATURE)}\nquorum cso\n")
    policy.parse(place.read_text())
    settings = world.app.extensions["tracker"]
    monkeypatch.setitem(world.app.extensions, "tracker", replace(settings, log_policy=place))


def cosigned(time: int, by: SigningKey = WITNESS) -> None:
    """The witness saw the newest checkpoint."""
    size, note = db.session.execute(
        sa.select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
    ).one()
    text = parse(note).text
    assert signed_message(text, time)
    row = LogCosignature(
        size=size, witness="witness.example/cso", line=by.cosign(text, time).line(), received_at=clock.now()
    )
    db.session.add(row)
    db.session.commit()


def test_anybody_reads_what_the_log_is_and_where_it_stands(world: World, signer: Signer):
    world.a_case("police:accepted")
    visitor = world.visitor()
    page = visitor.get("/log/").text
    size = visitor.get("/log/checkpoint").text.split("\n")[1]
    assert has(page, str(LOG_KEY.verifier()), f">{size}<", "No witnesses are named", "tracker log verify")
    assert visitor.get("/help/proof").status_code == 200
    assert 'href="/log/"' in visitor.get("/sign-in").text


def test_the_policy_is_met_when_enough_witnesses_saw_the_log_lately_and_not_by_a_false_line(
    world: World, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with_policy(world, tmp_path / "policy", monkeypatch)
    world.register()
    visitor = world.visitor()
    assert "have never seen this log together" in visitor.get("/log/").text
    cosigned(int(clock.now().timestamp()), by=SigningKey("witness.example/cso", bytes(32)))
    assert "have never seen this log together" in visitor.get("/log/").text
    unguarded("DELETE FROM log_cosignature", "log_cosignature")
    cosigned(int(clock.now().timestamp()))
    assert has(visitor.get("/log/").text, "The policy is met", "<bdi>cso</bdi>")
    with world.travel(days=2):
        assert "The policy is met" in visitor.get("/log/").text, "nothing is new"
        world.register()
        assert "The policy is not met: enough witnesses last saw" in visitor.get("/log/").text
    (tmp_path / "policy").write_text("nonsense")
    page = visitor.get("/log/").text
    assert "names the log" in page
    assert str(tmp_path) not in page


def test_every_page_of_people_at_work_says_when_the_log_is_not_signed_or_not_seen(
    world: World, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    alarm = world.app.extensions["tracker_alarm"]
    case = world.a_case("police:accepted")
    officer = world.sign_in(world.police_officer)
    try:
        alarm.look()
        assert "notice late" not in officer.get("/police/queue").text
        with_policy(world, tmp_path / "policy", monkeypatch)
        alarm.look()
        assert "the policy is not met" in officer.get("/police/queue").text
        (signer._folder / "seen-beyond").write_text("1000000\n")
        alarm.look()
        for page in ("/police/queue", address(case), "/account"):
            assert has(officer.get(page).text, "restored from an older copy", 'href="/log/"')
        assert "restored from an older copy" not in world.visitor().get("/sign-in").text
        assert "restored from an older copy" in world.visitor().get("/log/").text
    finally:
        alarm.rest()


# --- witnesses without a network ------------------------------------------------------------------------------------


def test_a_request_goes_out_a_line_comes_back_and_the_policy_is_met(
    world: World, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with_policy(world, tmp_path / "policy", monkeypatch)
    world.a_case("police:accepted")
    auditor = world.sign_in(world.auditor)
    page = auditor.page("/log/witnessing")
    link = next(one.get("href") for one in page.all("a") if one.get("href").endswith("witness=cso"))
    shown = auditor.page(link)
    text = next(one.get("href") for one in shown.all("a") if one.text == "Download the request")
    body = auditor.get(text).data
    assert body.decode().split("\n")[-2] in shown.all("pre")[0].text
    logs = {LOG_KEY.name: [LOG_KEY.verifier()]}
    answer = decide(
        body, logs=logs, latest=lambda _origin: None, key=WITNESS, time=int(clock.now().timestamp())
    )
    assert answer.status == 200
    other = SigningKey.generate("elsewhere")
    for wrong in ("nonsense", answer.body.replace("A", "B"), other.cosign("x\n1\n\n", 1).line()):
        assert auditor.send("/log/witnessing", line=wrong).status_code == 422
    broken = answer.body.replace("+", "+\r\n", 1)
    assert auditor.send("/log/witnessing", line=broken).status_code == 303
    assert auditor.send("/log/witnessing", line=answer.body).status_code == 303, "twice does no harm"
    assert "The policy is met" in auditor.get("/log/").text
    assert db.session.query(LogCosignature).count() == 1
    assert auditor.get("/log/witnessing/request?witness=cso&from=99999").status_code == 404
    assert auditor.get("/log/witnessing/request?witness=cso&from=x").status_code == 422


@pytest.mark.only_on("sqlite")
def test_without_a_policy_there_is_nobody_to_ask_and_no_line_is_believed(world: World, signer: Signer):
    admin = world.sign_in(world.administrator)
    assert "No witnesses are named" in admin.get("/log/witnessing").text
    assert admin.send("/log/witnessing", line="x").status_code == 422
    assert admin.get("/log/witnessing/request?witness=cso").status_code == 404
