"""Second factors of the demonstration: an app whose seed follows from the username, so that its page can show the code.

No account elsewhere has such a seed: what a page shows is a right code in the demonstration and nowhere else.
"""

import base64
import hashlib

from tracker import clock, keyring
from tracker.actions import factors
from tracker.models import UserAccount


def equip(user: UserAccount) -> None:
    """Gives an account of the demonstration its app. A code of this half minute opens nothing any more by that."""
    factors.set_up_app(actor=user, seed=_seed(user), code=_code(user))


def present_code(user: UserAccount) -> str:
    """What the app of an account of the demonstration shows now, unless that was used; "" for an app of one's own."""
    app = factors.app(actor=user)
    if app is None or _own(user, app.seed) or app.last_step >= int(clock.now().timestamp()) // factors.STEP:
        return ""
    return _code(user)


def _own(user: UserAccount, sealed: bytes) -> bool:
    return keyring.unseal(sealed, context=factors.SEED_CONTEXT.format(user.id)).decode() != _seed(user)


def _code(user: UserAccount) -> str:
    from pyotp import TOTP

    return TOTP(_seed(user)).at(clock.now())


def _seed(user: UserAccount) -> str:
    return base64.b32encode(hashlib.sha256(f"demonstration {user.username}".encode()).digest()[:20]).decode()
