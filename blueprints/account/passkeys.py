"""Passkeys (WebAuthn): what a browser is asked, and what its answer is worth.

The challenge travels in the form, signed, for ten minutes, and opens once. The device must verify its user: so one
passkey is two factors, and the whole door. It answers to this very host alone, which is what no false site gets past.
"""

import hmac
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from blueprints import throttle
from blueprints.i18n import _
from blueprints.throttle import Limit
from tracker.db import db
from tracker.models import Passkey, UserAccount

_GOOD_FOR = timedelta(minutes=10)
_ONCE = Limit("challenge", 1, 2 * _GOOD_FOR)


class Asked(NamedTuple):
    """What the page hands to the browser, and the challenge in it, signed."""

    options: str
    challenge: str


class Proof(NamedTuple):
    """A passkey that signed the challenge, and how often it says it has signed."""

    passkey: Passkey
    sign_count: int


class Made(NamedTuple):
    """A new passkey, as `factors.add_passkey` takes it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def ask(known: list[Passkey] | None = None) -> Asked:
    """Asks for a signature, by one of `known` passkeys; None: by any that the device has for this site."""
    import webauthn
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known or ()],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(webauthn.options_to_json(options), _signer().dumps(options.challenge.hex()))


def ask_for_new(user: UserAccount, known: list[Passkey]) -> Asked:
    """Asks for a new passkey of `user`, on another device than those of the `known` ones."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=_("Protection Tracker"),
        user_id=_handle(user),
        user_name=user.username,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return Asked(webauthn.options_to_json(options), _signer().dumps(options.challenge.hex()))


def proved(answer: str | None, challenge: str | None) -> Proof | None:
    """Which passkey signed the challenge; None where none did, or not rightly. To be called before anything is read."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    asked = _taken(challenge)
    if asked is None:
        return None
    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer or "")
        known = db.session.scalar(sa.select(Passkey).where(Passkey.credential_id == credential.raw_id))
        if known is None:
            return None
        seen = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return Proof(known, seen.new_sign_count)


def made(answer: str | None, challenge: str | None) -> Made | None:
    """The new passkey that the browser made; None where it did not. To be called before anything is read."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    asked = _taken(challenge)
    if asked is None:
        return None
    try:
        seen = webauthn.verify_registration_response(
            credential=answer or "",
            expected_challenge=asked,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return Made(seen.credential_id, seen.credential_public_key, seen.sign_count)


def _taken(challenge: str | None) -> bytes | None:
    """The challenge, if it is ours, not old, and nobody has used it before."""
    try:
        asked = bytes.fromhex(_signer().loads(challenge or "", max_age=int(_GOOD_FOR.total_seconds())))
    except (BadData, ValueError):
        return None
    return asked if throttle.waits([(_ONCE, str(challenge))]) is None else None


def _handle(user: UserAccount) -> bytes:
    """By which a device tells this site's accounts apart; it says nothing of the person."""
    return hmac.digest(str(current_app.secret_key).encode(), f"passkeys of {user.id}".encode(), "sha256")


def _host() -> str:
    return urlsplit(request.host_url).hostname or ""


def _origin() -> str:
    return request.host_url.rstrip("/")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="passkey")
