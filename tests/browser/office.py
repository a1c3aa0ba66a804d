"""An office to visit: the demonstration, made once a run, in a copy for each process, served by a real server."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.databases import Room
from tracker import announcing, clock
from tracker.models import (
    Alert,
    Announcement,
    Custody,
    Gateway,
    GatewayMessage,
    HistoryEntry,
    Institution,
    LinkPurpose,
    OneTimeLink,
    ProtectionCase,
    Receiver,
    ReceiverTopic,
    Report,
    SendingState,
    SheetImport,
    Track,
    UserAccount,
)
from tracker.vocabulary import Topic

_ROOT = Path(__file__).parents[2]
_TRACKER = "from blueprints.ops.main import main; main()"
_DATABASE = "demonstration.db"
_STATION = "wun-riak-police"
_COURT = "wun-riak-payam-court"
_NETWORK = "wun-riak-network"
_SECTION = "jonglei-judicial-affairs"
_SENT = 4
"""So many referrals that nobody answered yet: "sent" to look at, "sent1", "sent2" ... for tests that answer them."""


@dataclass(frozen=True)
class Office:
    """Where the server is, and what there is to look at: references and numbers by the names that tests use."""

    url: str
    finds: dict[str, str]

    def path(self, template: str) -> str:
        """ "/cases/{file}" with what was found for `file`."""
        return template.format_map(self.finds)


@contextmanager
def opened(room: Room, folder: Path) -> Iterator[Office]:
    """An office with its own copy of the demonstration in `folder`."""
    shutil.copytree(_demonstration(room), folder, dirs_exist_ok=True)
    finds = _look_around(folder / _DATABASE)
    command = [sys.executable, "-m", "tests.browser.server", str(folder)]
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(
            command,
            cwd=_ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            yield Office(_address(server, folder / "server.log"), finds)
        finally:
            server.terminate()


def _address(server: "subprocess.Popen[str]", log: Path) -> str:
    first = server.stdout.readline().strip() if server.stdout else ""
    assert first, f"The server did not start: {log.read_text()}"
    return first


def _demonstration(room: Room) -> Path:
    """The folder with the demonstration of this run; whoever comes first makes it."""
    folder = room.folder / "demonstration"
    with (room.folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = room.folder / "demonstration.half"
            command = [sys.executable, "-c", _TRACKER, "demo", "--no-serve"]
            env = _environment() | {"TRACKER_DATA_DIR": str(half)}
            made = subprocess.run(command, cwd=_ROOT, env=env, check=False, capture_output=True, text=True)
            assert made.returncode == 0, made.stderr
            half.rename(folder)
    return folder


def _environment() -> dict[str, str]:
    """This process's, without settings of an installation that the tests do not mean."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}


def _look_around(database: Path) -> dict[str, str]:
    engine = sa.create_engine(f"sqlite:///{database}", poolclass=sa.NullPool)
    with Session(engine) as session:
        look = _Look(session)
        found = {
            "person": look.person("joy.lomude"),
            "list": session.scalars(sa.select(SheetImport.code)).one(),
            "held": look.held(_STATION),
            "closed": look.closed(_SECTION),
            "alert": look.alert("received"),
            "call": look.alert("called_back"),
            **look.gateway(),
            "quarter": session.scalars(sa.select(Report.period).order_by(Report.id.desc())).first() or "",
            **look.track("file", _STATION, "police", "under_investigation"),
            **look.track("listed", _COURT, "court", "listed"),
            **look.track("heard", _COURT, "court", "heard"),
            **look.track("visited", _SECTION, "judicial_follow_up", "visited"),
            **look.track("twenty", _SECTION, "judicial_follow_up", "visited", least=20),
            **look.track("told", _NETWORK, "feedback", "due"),
            **look.track("fresh", _SECTION, "referral", "triaged"),
            "link": look.link("link", LinkPurpose.RESET),
            "confirm": look.link("confirm", LinkPurpose.ADDRESS),
            "receiver": look.receiver(_STATION),
        }
        for nth in range(_SENT):
            found |= look.track(f"sent{nth or ''}", _STATION, "police", "sent", nth)
        session.commit()
        return found | look.entry(found["file"])


class _Look:
    """Finds things of the demonstration by where they stand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def track(
        self, name: str, institution: str, stage: str, status: str, nth: int = 0, least: int = 0
    ) -> dict[str, str]:
        """The case as `name` and the number of its track as `name`_track.

        The one with the longest history, or the shortest of at `least` so many entries; of those, the `nth` next.
        """
        length = ProtectionCase.entries
        found = self._one(
            sa.select(ProtectionCase.reference, Track.id)
            .join(ProtectionCase, Track.case_id == ProtectionCase.id)
            .join(Institution, Track.institution_id == Institution.id)
            .where(Institution.code == institution, Track.stage == stage, Track.status == status)
            .where(length >= least)
            .order_by(length if least else length.desc(), Track.id)
            .offset(nth)
        )
        return {name: found.reference, f"{name}_track": str(found.id)}

    def closed(self, institution: str) -> str:
        """A closed case of that institution."""
        query = sa.select(ProtectionCase.reference).join(
            Institution, ProtectionCase.owner_id == Institution.id
        )
        closed = query.where(Institution.code == institution, ProtectionCase.closed_at.is_not(None))
        return str(self._one(closed).reference)

    def person(self, username: str) -> str:
        """The number of an account."""
        return str(self._one(sa.select(UserAccount.id).where(UserAccount.username == username)).id)

    def held(self, institution: str) -> str:
        """The number of the one who is longest over the limit there."""
        query = sa.select(Custody.id).join(Institution, Custody.institution_id == Institution.id)
        here = query.where(Institution.code == institution, Custody.released_at.is_(None))
        return str(self._one(here.order_by(Custody.due_at)).id)

    def alert(self, status: str) -> str:
        """An alert of the network with that status."""
        query = sa.select(Alert.reference).join(Institution, Alert.institution_id == Institution.id)
        found = self._one(query.where(Institution.code == _NETWORK, Alert.status == status))
        return str(found.reference)

    def gateway(self) -> dict[str, str]:
        """A gateway, and the newest alert that it brought."""
        query = sa.select(Gateway.code, Alert.reference).join(
            GatewayMessage, GatewayMessage.gateway_id == Gateway.id
        )
        found = self._one(query.join(GatewayMessage.alert).order_by(Alert.id.desc()))
        return {"gateway": found.code, "message": found.reference}

    def link(self, name: str, purpose: LinkPurpose) -> str:
        """The token of a one-time link that is made here: the demonstration has none."""
        token = f"{name:0<43}"
        digest = hashlib.sha256(token.encode()).hexdigest()
        user_id, now = int(self.person("joy.lomude")), clock.now()
        ends = now + timedelta(days=1)
        self._session.add(
            OneTimeLink(
                token_hash=digest,
                purpose=purpose,
                user_id=user_id,
                mailed=False,
                made_at=now,
                expires_at=ends,
            )
        )
        return token

    def receiver(self, institution: str) -> str:
        """The number of a receiver that is made here: the demonstration has none."""
        now = clock.now()
        place = self._one(sa.select(Institution.id).where(Institution.code == institution)).id
        receiver = Receiver(
            institution_id=place,
            address="https://hooks.example.org/protection",
            made_at=now,
            made_by_id=int(self.person("admin")),
            failing_since=now,
            topics=[ReceiverTopic(topic=Topic.TRACK_CHANGED)],
        )
        self._session.add(receiver)
        self._session.flush()
        states = (SendingState.WAITING, SendingState.DELIVERED, SendingState.GIVEN_UP)
        rows = [announcing.row(receiver.id, Topic.TRACK_CHANGED) | {"state": state} for state in states]
        self._session.execute(sa.insert(Announcement), rows)
        return str(receiver.id)

    def entry(self, reference: str) -> dict[str, str]:
        """The newest entry that the station wrote about the case."""
        query = (
            sa.select(HistoryEntry.n)
            .join(ProtectionCase, HistoryEntry.case_id == ProtectionCase.id)
            .join(Institution, HistoryEntry.institution_id == Institution.id)
            .where(ProtectionCase.reference == reference, Institution.code == _STATION)
            .order_by(HistoryEntry.n.desc())
        )
        return {"entry": str(self._one(query).n)}

    def _one(self, query: sa.Select[*tuple[Any, ...]]) -> Any:
        found = self._session.execute(query.limit(1)).first()
        assert found is not None, f"The demonstration has nothing such: {query}"
        return found
