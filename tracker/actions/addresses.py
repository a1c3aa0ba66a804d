"""Where a person's mail goes: sealed in the account, and worth nothing until the person has followed a link there."""

import re

from tracker import keyring
from tracker.errors import BadInput, say
from tracker.models import UserAccount

_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE | re.ASCII)
_LONGEST = 254  # RFC 5321, section 4.5.3.1.3, without its brackets


def put(user: UserAccount, address: str) -> None:
    """Another address, or none (""): what was confirmed before counts no more. The caller asked who may.

    Refuses (`BadInput`) what is no address.
    """
    typed = check(address)
    user.email = keyring.seal(typed.encode(), context=_context(user)) if typed else None
    user.email_confirmed_at = None


def check(address: str) -> str:
    """The address as it is kept. Refuses (`BadInput`) what is none."""
    typed = address.strip()
    if typed and (len(typed) > _LONGEST or not _ADDRESS.fullmatch(typed)):
        raise BadInput(email=say("Enter an e-mail address such as name@example.org."))
    return typed


def read(user: UserAccount) -> str:
    """The address; "" where there is none."""
    return keyring.unseal(user.email, context=_context(user)).decode() if user.email else ""


def _context(user: UserAccount) -> str:
    return f"user_account.email:{user.id}"
