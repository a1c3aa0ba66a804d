"""Taking in what a witness signed, where it comes back by hand."""

from tracker.db import db
from tracker.errors import BadInput, NotPermitted, say
from tracker.ledger import witnesses
from tracker.log.policy import Policy
from tracker.log.refusals import Malformed, NotProved
from tracker.models import Acting
from tracker.permissions import Permission, may


def take(typed: str, rules: Policy, *, actor: Acting) -> int:
    """Keeps a witness's line beside the checkpoint that it is for, and gives that one's size.

    The line is its own proof: nothing is kept of who brought it. Refuses (`BadInput`) one that no witness of the
    policy signed under a checkpoint of this log.
    """
    if not may(actor.role, Permission.LOG_WITNESS):
        raise NotPermitted(say("Only auditors and administrators carry checkpoints to witnesses."))
    try:
        return witnesses.take(db.session.connection(), _lines(typed), rules.witnesses.values())
    except Malformed:
        raise BadInput(line=say("This is not a witness's line. Paste it whole, from the dash on.")) from None
    except NotProved:
        raise BadInput(
            line=say("No witness of the policy signed this under a checkpoint of this log. Nothing was kept.")
        ) from None


def _lines(typed: str) -> str:
    """The lines as a note has them: a form sends other ends of lines, and a long line may have been broken."""
    parts = typed.replace("\r", "").strip().split("\N{EM DASH} ")
    lines = (" ".join(part.split()).split(" ") for part in parts if part.strip())
    return "".join(f"\N{EM DASH} {name} {''.join(rest)}\n" for name, *rest in lines)
