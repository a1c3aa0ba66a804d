"""Files on the pages of a case: sent, listed, and had as downloads that no browser opens."""

import io

import pytest
from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests import files
from tests.web.careful_client import CarefulClient, Element
from tests.web.case_pages import address, has
from tests.world import World
from tracker.db import db
from tracker.intake import uploads
from tracker.models import Access, Attachment, ProtectionCase
from tracker.vocabulary import AccessKind, AttachmentState

pytestmark = pytest.mark.only_on("sqlite")


def hidden(client: CarefulClient, case: ProtectionCase) -> dict[str, object]:
    """What the form sends that nobody types."""
    inputs = client.page(address(case, "files", "new")).all("input")
    return {one.get("name"): one.get("value") for one in inputs if _is_hidden_beside_a_file(one)}


def _is_hidden_beside_a_file(one: Element) -> bool:
    return one.get("type") == "hidden" and one.form is not None and bool(one.form.get("enctype"))


def send(
    client: CarefulClient, case: ProtectionCase, data: bytes, name: str, tells: str = "narrative"
) -> int:
    """The status of the answer to a file."""
    form = hidden(client, case) | {"data_class": tells, "file": FileStorage(io.BytesIO(data), name)}
    boundary, body = encode_multipart(form)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(address(case, "files", "new"), data=body, content_type=kind).status_code


def test_a_file_is_sent_listed_and_had_as_a_download_that_is_written_down(world: World):
    track = world.a_track("police:accepted")
    case, focal = track.case, world.sign_in(world.focal_point)
    assert send(focal, case, files.picture(), "Nyandeng of the river.jpg") == 303
    listed = focal.page(address(case, "files")).words("tbody")
    assert has(listed, "Nyandeng of the river.jpg", "Account of what happened")
    assert "Nyandeng of the river" not in focal.get(address(case)).text
    one = db.session.query(Attachment).one()
    answer = focal.get(address(case, "files", one.id))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Nyandeng of the river.jpg"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.content_type == "image/jpeg"
    row = db.session.query(Access).order_by(Access.id.desc()).first()
    assert (row.kind, row.case_id, row.page) == (AccessKind.ATTACHMENT, case.id, "cases.download")
    police = world.sign_in(world.police_officer)
    assert police.get(address(case, "files", one.id)).status_code == 200
    for other in (world.court_clerk, world.other_focal_point):
        assert world.sign_in(other).get(address(case, "files", one.id)).status_code == 404
        assert world.sign_in(other).get(address(case, "files")).status_code == 404


def test_what_may_not_be_shared_stays_with_those_who_answer_for_the_case(world: World):
    track = world.sent_to_police()
    focal = world.sign_in(world.focal_point)
    assert send(focal, track.case, files.PDF, "شهادة.pdf") == 303
    one = db.session.query(Attachment).one()
    assert world.sign_in(world.police_officer).get(address(track.case, "files", one.id)).status_code == 404
    said = focal.get(address(track.case, "files", one.id)).headers["Content-Disposition"]
    assert "filename*=UTF-8''%D8%B4%D9%87%D8%A7%D8%AF%D8%A9.pdf" in said


def test_what_is_refused_is_said_on_the_form_and_what_is_too_large_is_not_read(world: World):
    case, focal = world.register(), world.sign_in(world.focal_point)
    assert send(focal, case, b"<script>alert(1)</script>", "page.html") == 422
    assert send(focal, case, b"", "") == 422
    typed = hidden(focal, case) | {"data_class": "narrative", "file": "no file at all"}
    assert focal.post(address(case, "files", "new"), data=typed).status_code == 422
    assert send(focal, case, files.PDF + bytes(2_000_000), "a.pdf") == 303
    assert send(focal, case, bytes(uploads.LARGEST + 20_000), "a.pdf") == 413
    large = {"note": "x" * 1_100_000}
    assert focal.post("/cases/new", data=large).status_code == 413


def test_what_was_sent_never_lies_in_a_folder_for_temporary_files(world: World):
    with world.app.test_request_context():
        assert isinstance(request._get_file_stream(9_000_000, "application/pdf"), io.BytesIO)


def test_a_file_in_quarantine_is_listed_and_not_given(world: World):
    case, focal = world.register(), world.sign_in(world.focal_point)
    assert send(focal, case, files.PDF, "a.pdf") == 303
    one = db.session.query(Attachment).one()
    one.state = AttachmentState.QUARANTINED
    db.session.commit()
    assert focal.get(address(case, "files", one.id)).status_code == 409
    listed = focal.page(address(case, "files"))
    assert "Quarantined" in listed.words("tbody")
    assert address(case, "files", one.id) not in [link.get("href") for link in listed.all("a")]
