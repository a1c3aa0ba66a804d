"""A person's own second factors: an app's codes, passkeys, and recovery codes. `actor` is that person.

An app's code opens once, in its own half minute; for ten seconds after that too, because over a thin link a code that
was right when it was typed arrives later (a written-down exception to ASVS 6.5.5: 40 seconds instead of 30). No code
older than the last one that opened is taken, so neither a second use nor a clock that was set back opens anything.
"""

import base64
import hashlib
import hmac
import secrets
from enum import StrEnum

import sqlalchemy as sa

from tracker import clock, keyring
from tracker.actions.deliveries import new_mail
from tracker.db import db
from tracker.errors import BadInput, NotFound, StepRefused, say
from tracker.models import MailKind, Passkey, RecoveryCode, TotpFactor, UserAccount, UserSession

STEP = 30
GRACE = 10
CODES = 10
MOST_PASSKEYS = 10
SEED_CONTEXT = "totp_factor:{}"
"""What a seed is sealed for: the person's id."""

_CODE_BYTES = 15  # 120 bits: a plain hash of it may be kept (ASVS 6.5.2)
_GROUP = 4
_LONGEST_NAME = 60


class Opened(StrEnum):
    """What a code was."""

    APP = "app"
    RECOVERY = "recovery"
    LAST = "last"
    """A recovery code of somebody who has nothing else: they must set up a factor before anything opens."""


def new_seed() -> str:
    """A seed of 160 bits, in the letters that an app takes."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def set_up_app(*, actor: UserAccount, seed: str, code: str) -> list[str]:
    """Takes an app whose code shows that it has the seed, in place of an earlier one.

    Gives recovery codes if this is the person's first factor, else none. Refuses (`BadInput`) a wrong code.
    """
    step = _step_of(seed, code)
    if step is None:
        raise BadInput(code=say("This is not the code that the app shows now. Type the present one."))
    db.session.execute(sa.delete(TotpFactor).where(TotpFactor.user_id == actor.id))
    sealed = keyring.seal(seed.encode(), context=SEED_CONTEXT.format(actor.id))
    db.session.add(TotpFactor(user_id=actor.id, seed=sealed, last_step=step, created_at=clock.now()))
    return _equipped(actor)


def add_passkey(
    *, actor: UserAccount, credential_id: bytes, public_key: bytes, sign_count: int, name: str
) -> list[str]:
    """Takes a passkey that the web has verified. Gives recovery codes if this is the person's first factor.

    Refuses (`BadInput`) a missing name, one that is known already, and more than ten.
    """
    own = passkeys(actor=actor)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(name=say("Give this passkey a name, at most 60 characters."))
    if len(own) >= MOST_PASSKEYS:
        raise BadInput(name=say("Ten passkeys are enough. Remove one first."))
    known = sa.select(Passkey.id).where(Passkey.credential_id == credential_id)
    if db.session.scalar(known) is not None:
        raise BadInput(name=say("This passkey is registered already."))
    db.session.add(
        Passkey(
            user_id=actor.id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name,
            created_at=clock.now(),
        )
    )
    return _equipped(actor)


def remove_app(*, actor: UserAccount, must_keep_one: bool) -> None:
    """The app's codes open nothing any more. Refuses (`StepRefused`) the last factor of who must have one."""
    found = app(actor=actor)
    if found is None:
        raise NotFound(say("There is no app."))
    db.session.delete(found)
    _less(actor, must_keep_one)


def remove_passkey(passkey_id: int, *, actor: UserAccount, must_keep_one: bool) -> None:
    """That passkey opens nothing any more. Refuses (`StepRefused`) the last factor of who must have one."""
    found = next((one for one in passkeys(actor=actor) if one.id == passkey_id), None)
    if found is None:
        raise NotFound(say("You have no such passkey."))
    db.session.delete(found)
    _less(actor, must_keep_one)


def renew_recovery_codes(*, actor: UserAccount) -> list[str]:
    """Ten new codes, shown this once, in place of the earlier ones. Refuses (`StepRefused`) without a factor."""
    if actor.factor_since is None:
        raise StepRefused(say("Set up a second factor first."))
    return give_codes(CODES, actor)


def open_with_code(code: str, *, actor: UserAccount) -> Opened | None:
    """What `code` opens by, and does not open again; None for a wrong or used one."""
    if code.isdecimal() and len(code) <= 8:
        return Opened.APP if _use_app(code, actor) else None
    if not _use_recovery_code(code, actor):
        return None
    return Opened.RECOVERY if _has_one(actor) else Opened.LAST


def use_passkey(passkey: Passkey, *, actor: UserAccount, sign_count: int) -> None:
    """Notes that the web has verified a signature by it. Refuses (`NotFound`) somebody else's."""
    if passkey.user_id != actor.id:
        raise NotFound(say("You have no such passkey."))
    passkey.sign_count, passkey.used_at = sign_count, clock.now()


def app(*, actor: UserAccount) -> TotpFactor | None:
    """The person's app, if there is one."""
    return db.session.get(TotpFactor, actor.id)


def passkeys(*, actor: UserAccount) -> list[Passkey]:
    """The person's passkeys, oldest first."""
    return list(
        db.session.scalars(sa.select(Passkey).where(Passkey.user_id == actor.id).order_by(Passkey.id))
    )


def codes_left(*, actor: UserAccount) -> int:
    """How many recovery codes would still open."""
    left = sa.select(sa.func.count()).where(RecoveryCode.user_id == actor.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def forget_all(person: UserAccount) -> None:
    """No factor of the person opens anything any more."""
    for table in (TotpFactor, Passkey, RecoveryCode):
        db.session.execute(sa.delete(table).where(table.user_id == person.id))
    person.factor_since = None


def give_codes(many: int, person: UserAccount) -> list[str]:
    """So many new recovery codes in place of the earlier ones; the database keeps their SHA-256."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == person.id))
    codes = [base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode() for _ in range(many)]
    db.session.add_all(RecoveryCode(user_id=person.id, code_hash=_hash(code)) for code in codes)
    db.session.flush()
    return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]


def _equipped(actor: UserAccount) -> list[str]:
    """One more factor is there; for the first one, recovery codes. What was opened without it has to show it next."""
    db.session.add(new_mail(actor.id, MailKind.ACCOUNT))
    db.session.flush()
    db.session.execute(
        sa.update(UserSession).where(UserSession.user_id == actor.id).values(confirmed_at=None)
    )
    if actor.factor_since is not None and codes_left(actor=actor):
        return []
    actor.factor_since = actor.factor_since or clock.now()
    return give_codes(CODES, actor)


def _less(actor: UserAccount, must_keep_one: bool) -> None:
    db.session.add(new_mail(actor.id, MailKind.ACCOUNT))
    db.session.flush()
    if _has_one(actor):
        return
    if must_keep_one:
        raise StepRefused(say("You must keep one second factor. Set up another one first."))
    forget_all(actor)


def _has_one(actor: UserAccount) -> bool:
    return app(actor=actor) is not None or bool(passkeys(actor=actor))


def _use_app(code: str, actor: UserAccount) -> bool:
    found = app(actor=actor)
    if found is None:
        return False
    seed = keyring.unseal(found.seed, context=SEED_CONTEXT.format(actor.id)).decode()
    step = _step_of(seed, code)
    if step is None:
        return False
    used = sa.update(TotpFactor).where(TotpFactor.user_id == actor.id, TotpFactor.last_step < step)
    return _took_one(used.values(last_step=step))


def _use_recovery_code(code: str, actor: UserAccount) -> bool:
    """Once: whoever comes second finds it used."""
    used = sa.update(RecoveryCode).where(
        RecoveryCode.user_id == actor.id,
        RecoveryCode.code_hash == _hash(code),
        RecoveryCode.used_at.is_(None),
    )
    return _took_one(used.values(used_at=clock.now()))


def _took_one(change: sa.Update) -> bool:
    done = db.session.connection().execute(change)
    return done.rowcount == 1


def _step_of(seed: str, code: str) -> int | None:
    """The half minute of which `code` is the code (RFC 6238), if that is now or ended a moment ago."""
    from pyotp import TOTP

    totp, now = TOTP(seed), clock.now().timestamp()
    present = int(now // STEP)
    possible = [present, present - 1] if now % STEP < GRACE else [present]
    return next((one for one in possible if hmac.compare_digest(totp.generate_otp(one), code)), None)


def _hash(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
