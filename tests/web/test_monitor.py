"""The monitors' pages: what they show, and that nothing personal ever stands in any of them."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.verifier import SDJWTVerifier

from tests import command, made_figures
from tests.conftest import LOG_KEY
from tests.crowd import crowd
from tests.web.careful_client import CarefulClient
from tests.web.crawl import everything
from tests.world import World
from tracker import clock
from tracker.actions import reports as acts
from tracker.actions.cases import NewPerson
from tracker.db import db
from tracker.indicators.periods import Period
from tracker.ledger.signing import Signer
from tracker.log import histories
from tracker.log.verify import Trust
from tracker.models import Alert, HistoryEntry, LogHistory, ProtectionCase, Report, Track, UserAccount
from tracker.queries import monitoring
from tracker.vocabulary import NotAcceptedReason, PartyRole

CANARIES = ("Canary", "0917 555 111", "0917555111", "singing in the mine", "below the old shaft")


@pytest.fixture
def monitor(world: World) -> CarefulClient:
    """A monitor's browser."""
    return world.sign_in(world.cso_monitor)


@pytest.fixture
def later(world: World) -> Iterator[CarefulClient]:
    """A monitor's browser in the next quarter, when there is a world full of canaries, and its police files are drawn.

    What a case's file is drawn for is chance: `tests/domain/test_monitoring.py` looks at that.
    """
    full_of_canaries(world)
    with pytest.MonkeyPatch.context() as patch, world.next_quarter():
        patch.setattr(monitoring, "_drawn", lambda _code: "police")
        yield world.sign_in(world.cso_monitor)


def full_of_canaries(world: World) -> None:
    """Cases in many places whose every personal field sings."""
    person = NewPerson(role=PartyRole.SURVIVOR, name="Canary Yellow", phone="0917 555 111")
    facts: dict[str, Any] = {
        "people": [person],
        "narrative": "singing in the mine",
        "place": "below the old shaft",
    }
    for at in ("police:no_action", "police:not_accepted", "court:heard", "feedback:unreachable"):
        for _n in range(5):
            world.a_track(at, ago=timedelta(days=20), **facts)
    world.take(
        "record_measure", world.a_track("police:accepted", **facts), note="Canary: singing in the mine"
    )
    world.an_alert("case", name="Canary Yellow", phone="0917 555 111", message="singing in the mine")
    for of in (world.station, world.county_court, world.state):
        acts.publish(of, actor=None, period=Period.quarter_of(clock.now().date()).earlier(1))
    db.session.commit()


@pytest.mark.only_on("sqlite")
def test_no_page_of_a_monitor_holds_anything_personal(world: World, later: CarefulClient):
    staff = db.session.scalars(
        sa.select(UserAccount.full_name).where(UserAccount.id != world.cso_monitor.user_id)
    ).all()
    references = [
        *db.session.scalars(sa.select(ProtectionCase.reference)),
        *db.session.scalars(sa.select(ProtectionCase.code)),
        *db.session.scalars(sa.select(Alert.reference)),
    ]
    read = everything(later, "/", "/monitor/", "/reports/")
    histories = [text for address, text in read.items() if "/histories?" in address]
    assert len(read) > 20
    assert any("History 5 on this page" in text for text in histories)
    for address, text in read.items():
        found = [secret for secret in (*CANARIES, *references, *staff) if secret in text]
        assert not found, f"{address}: {found}"


@pytest.mark.only_on("sqlite")
def test_no_page_of_a_monitor_holds_a_single_day_or_a_reason(world: World, later: CarefulClient):
    happened = {at.date() for at in db.session.scalars(sa.select(HistoryEntry.happened_at)) if at}
    made = set(db.session.scalars(sa.select(Report.published_at)))
    known = {clock.now().date(), *(at.date() for at in made)}  # a report says when it was published
    days = [rf"(?<!\d){at:%-d %b %Y}" for at in happened - known]
    reason = str(NotAcceptedReason.NO_CONSENT).replace("_", " ").capitalize()
    for address, text in everything(later, "/monitor/").items():
        assert not [day for day in days if re.search(day, text)], address
        assert reason not in text, address


@pytest.mark.only_on("sqlite")
def test_an_institution_shows_what_is_published_of_it_and_no_number_of_today(
    world: World, monitor: CarefulClient, monkeypatch: pytest.MonkeyPatch
):
    crowd_of_cases(world, 7)
    path = f"/monitor/institutions/{world.station.code}"
    assert "No report on this institution has been published yet." in monitor.page(path).words("main")
    made_figures.stand_in(monkeypatch)
    acts.publish(world.station, actor=None, period=made_figures.PERIOD)
    page = monitor.page(path)
    assert page.words("h1") == world.station.name
    links = [link.get("href") for link in page.all("a") if "2026-Q3" in link.text]
    assert links == ["/reports/2026-Q3/institutions/station"]
    assert not page.all("td")


@pytest.mark.only_on("sqlite")
def test_a_group_that_is_too_small_has_no_link_and_no_histories(world: World, monitor: CarefulClient):
    crowd_of_cases(world, 5)
    crowd_of_cases(world, 4, status="sent")
    base = f"/monitor/institutions/{world.station.code}/histories"
    links = [link.get("href") for link in monitor.page(base).all("a") if "?stage=" in link.get("href")]
    assert links == [f"{base}?stage=police&status=accepted"]
    hidden = monitor.page(f"{base}?stage=police&status=sent").words("main")
    assert "Fewer than 5 different cases" in hidden
    assert "History 1" not in hidden


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/monitor/institutions/nowhere", 404),
        ("/monitor/institutions/audit-body", 404),
        ("/monitor/institutions/station/histories?stage=police&status=lunch", 404),
        ("/monitor/institutions/station/histories?stage=lunch", 404),
        ("/monitor/institutions/station/histories?stage=police&status=sent&after=7", 200),
        ("/monitor/?kind=lunch", 422),
        ("/monitor/?area=x", 422),
        ("/monitor/?area=99999999999", 422),
        ("/monitor/?after=x", 422),
        ("/monitor/?area=9999", 200),
    ],
)
def test_addresses_that_lead_nowhere(world: World, monitor: CarefulClient, path: str, status: int):
    assert monitor.get(path).status_code == status


def test_institutions_are_narrowed_by_kind_and_area(world: World, monitor: CarefulClient):
    page = monitor.page(f"/monitor/?kind=police_station&area={world.county.id}")
    names = [head.text for head in page.all("th") if head.get("scope") == "row"]
    assert names == [world.station.name]
    chosen = [option.text for option in page.all("option") if "selected" in option.attributes]
    assert chosen == ["Police station", "Bend County, River State"]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "fr", "ar", "es"])
def test_every_page_opens_in_every_language(world: World, monitor: CarefulClient, language: str):
    crowd_of_cases(world, 5)
    world.cso_monitor.user.locale = language
    base = f"/monitor/institutions/{world.station.code}"
    for path in ("/monitor/", base, f"{base}/histories", f"{base}/histories?stage=police&status=accepted"):
        assert monitor.page(path).all("html")[0].get("lang") == language


def crowd_of_cases(world: World, number: int, **facts: Any) -> None:
    """So many cases with one open track each at the Bend police station."""
    for _n in range(number):
        crowd(world, 1, **{"status": "accepted", **facts})


# --- histories that can be checked elsewhere ------------------------------------------------------------------------


def files_of(world: World, monitor: CarefulClient) -> list[bytes]:
    """The files of the histories of cases that the station closed."""
    page = monitor.page(f"/monitor/institutions/{world.station.code}/histories?stage=police&status=no_action")
    links = [one.get("href") for one in page.all("a") if one.text.startswith("Download")]
    answers = [monitor.get(link) for link in links]
    assert {one.content_type for one in answers} == {"application/json"}
    assert {one.headers["Cache-Control"] for one in answers} == {"private, no-store"}
    return [one.data for one in answers]


def told_of(data: bytes) -> list[dict[str, Any]]:
    """What each entry of a file discloses; all of it holds."""
    told: list[dict[str, Any]] = []
    report = histories.check(
        histories.parse(data),
        Trust(keys=[LOG_KEY.verifier()]),
        lambda _piece, _leaf, values: told.append(values),
    )
    assert report.findings == []
    return told


def test_a_monitor_s_file_holds_whole_histories_in_order_and_opens_one_institution_s_steps_and_weeks(
    world: World, later: CarefulClient, signer: Signer, tmp_path: Path
):
    later.get("/log/checkpoint")
    names = [account.full_name for account in db.session.scalars(sa.select(UserAccount))]
    references = db.session.scalars(sa.select(ProtectionCase.reference)).all()
    found = files_of(world, later)
    assert len(found) >= 5
    for data in found:
        told = told_of(data)
        shown = [values for values in told if values]
        assert len(told) > len(shown) > 2, "the other institutions' entries are there, and say nothing"
        assert {tuple(sorted(values)) for values in shown} == {("step", "week")}
        assert {values["step"]["institution"] for values in shown} == {world.station.code}
        text = data.decode()
        opened = " ".join(json.dumps(values) for values in told)
        assert not [secret for secret in (*CANARIES, *references, *names) if secret in text + opened]
    (tmp_path / "history.json").write_bytes(found[0])
    checked = command.here("log", "verify", str(tmp_path / "history.json"), "--vkey", str(LOG_KEY.verifier()))
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.only_on("sqlite")
def test_a_file_that_is_asked_for_again_does_not_tell_that_the_case_moved(
    world: World, later: CarefulClient, signer: Signer
):
    later.get("/log/checkpoint")

    def entries() -> dict[str, list[int]]:
        files = [histories.parse(data).pieces for data in files_of(world, later)]
        return {json.loads(its[0].entry)["case"]: [one.position for one in its] for its in files}

    before = entries()
    moved = db.session.scalars(sa.select(LogHistory.case_id).where(LogHistory.code.in_(before))).all()
    due = sa.select(Track).where(Track.case_id.in_(moved), Track.stage == "feedback", Track.open)
    for track in db.session.scalars(due).all():
        world.take("deliver_accepted", track)
    later.get("/log/checkpoint")
    assert db.session.scalars(due).first() is None
    assert before
    assert entries() == before


@pytest.mark.only_on("sqlite")
def test_an_sd_jwt_library_opens_what_a_monitor_s_file_discloses(
    world: World, later: CarefulClient, signer: Signer
):
    """With a token whose payload is the leaf itself, as the reference implementation wants one."""
    later.get("/log/checkpoint")
    key = JWK.generate(kty="OKP", crv="Ed25519")
    pieces = histories.parse(files_of(world, later)[0]).pieces
    for piece in [one for one in pieces if one.disclosures]:
        token = JWS(piece.entry)
        token.add_signature(key, alg="EdDSA", protected='{"alg":"EdDSA"}')
        presentation = "~".join([token.serialize(compact=True), *piece.disclosures, ""])
        payload = SDJWTVerifier(presentation, lambda _issuer, _header: key).get_verified_payload()
        assert payload["step"]["stage"] == "police"
        assert re.fullmatch(r"\d{4}-W\d\d", payload["week"])


@pytest.mark.only_on("sqlite")
def test_there_is_no_file_of_a_history_that_the_list_does_not_show(
    world: World, later: CarefulClient, signer: Signer
):
    base = f"/monitor/institutions/{world.station.code}/histories"
    asked = "?stage=police&status=no_action"
    assert "Download" not in later.get(base + asked).text, "no checkpoint yet"
    later.get("/log/checkpoint")
    page = later.page(base + asked)
    link = next(one.get("href") for one in page.all("a") if one.text.startswith("Download"))
    assert later.get(link).status_code == 200
    key = link.split("/")[-1].split("?")[0]
    for path in (
        f"{base}/{'0' * 12}{asked}",
        f"{base}/{key}?stage=police&status=accepted",
        f"{base}/{key}",
        f"/monitor/institutions/{world.county_court.code}/histories/{key}{asked}",
    ):
        assert later.get(path).status_code == 404, path
    assert world.sign_in(world.police_officer).get(link).status_code == 403
