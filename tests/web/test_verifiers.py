"""Accredited verifiers as auditors handle them, and what a token opens from the first request to the last."""

from datetime import timedelta

import pytest

from tests.web.careful_client import CarefulClient
from tests.web.case_pages import has
from tests.web.test_log_files import Asked
from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.ledger.signing import Signer
from tracker.log.tiles import Tile
from tracker.models import Verifier

SOON = (clock.now() + timedelta(days=30)).date().isoformat()
AN_ORGANISATION = {"organisation": "Imara Legal Watch", "agreement": "DA-2026-04"}


def test_a_token_is_proposed_confirmed_handed_over_used_seen_and_revoked(world: World, signer: Signer):
    world.a_case("police:accepted")
    first, second = world.sign_in(world.auditor), world.sign_in(world.second_auditor)
    answer = first.send("/log/verifiers/new", **AN_ORGANISATION, expires_on=SOON)
    assert answer.status_code == 303
    page = answer.location
    assert "Confirm and make the token" not in first.get(page).text
    assert first.post(f"{page}/confirm", data=_token_of(first, page)).status_code == 409
    given = second.send(page, at=f"{page}/confirm")
    assert (given.status_code, given.headers["Cache-Control"]) == (200, "private, no-store")
    token = given.text.split('dir="ltr">trv_')[1].split("<")[0]
    bearer = Asked(world.visitor(), f"trv_{token}")
    Asked(world.visitor()).read("checkpoint")
    path = Tile("entries", 0, 2).path()
    assert bearer.ask(path).status_code == 200
    seen = first.get(page).text
    assert has(seen, path, "Accredited", "Isabel Ramos", "Luis Ortega", "DA-2026-04")
    assert f"trv_{token}" not in seen
    assert has(first.get("/log/verifiers").text, "Imara Legal Watch", "Accredited")
    assert first.send(page, at=f"{page}/revoke").status_code == 303
    assert bearer.ask(path).status_code == 401
    assert has(first.get("/audit/administration").text, "Verifier revoked", "Imara Legal Watch")


def _token_of(client: CarefulClient, page: str) -> dict[str, str]:
    fields = client.page(page).all("input")
    return {"csrf_token": next(one.get("value") for one in fields if one.get("name") == "csrf_token")}


@pytest.mark.only_on("sqlite")
def test_what_is_wrong_with_a_proposal_is_said_and_stays(world: World):
    client = world.sign_in(world.auditor)
    answer = client.send("/log/verifiers/new", **AN_ORGANISATION, expires_on="2019-01-01")
    assert answer.status_code == 422
    assert has(answer.text, "An agreement is renewed", "DA-2026-04")
    assert db.session.query(Verifier).count() == 0
    assert client.get("/log/verifiers/99").status_code == 404
