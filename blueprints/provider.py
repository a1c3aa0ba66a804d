"""The mission's identity provider (OpenID Connect Core 1.0, authorization code with PKCE), by Authlib.

What Authlib keeps between going and coming back (state, nonce, the verifier) is in the signed cookie of the browser
that went: nobody else can come back. The issuer is compared with the setting, not with what the provider says of
itself; signatures are checked with the provider's published keys, of asymmetric kinds alone.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask, current_app, session

from tracker import clock
from tracker.config import Provider, Settings

log = logging.getLogger(__name__)

_SAFE_ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "EdDSA")
_PATIENCE = 10
_LONGEST_WAY = timedelta(minutes=10)
_LONGEST_SUBJECT = 255
_EXTENSION = "tracker_provider"
_GOING = "provider"


class NotRecognised(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The provider did not say who it is, or in a way that cannot be believed."""


class Identity(NamedTuple):
    """Who came back. `by_factor`: the provider says that it asked a second factor, and the settings believe it."""

    issuer: str
    subject: str
    by_factor: bool


def configured() -> Provider | None:
    """The provider of this installation, if it has one."""
    settings: Settings = current_app.extensions["tracker"]
    return settings.provider


def init_app(app: Flask) -> None:
    """Let templates ask whether there is a provider."""
    app.jinja_env.globals["identity_provider"] = configured


def go(back_to: str, onward: dict[str, str]) -> str:
    """The provider's address to send the browser to; `onward` is kept until it comes back to `back_to`.

    Refuses (`NotRecognised`) when the provider cannot be reached, or is another than the settings name.
    """
    client = _client()
    found = _trying(lambda: (_metadata(client), client.create_authorization_url(back_to))[1])
    client.save_authorize_data(redirect_uri=back_to, **found)
    session[_GOING] = onward | {"state": found["state"], "at": clock.now().isoformat()}
    return str(found["url"])


def came_back(*, state: str, code: str, issuer: str) -> tuple[Identity, dict[str, str]]:
    """Who it is, and what was kept for them. Each going is for one coming back.

    Refuses (`NotRecognised`) a state that this browser did not go with, a code that the provider does not know or
    that was used, a token of another issuer, audience or nonce, or whose signature or time is wrong.
    """
    going: dict[str, str] | None = session.pop(_GOING, None)
    if not going or going["state"] != state or not code:
        raise NotRecognised
    if clock.now() - datetime.fromisoformat(going["at"]) > _LONGEST_WAY:
        raise NotRecognised
    provider, client = configured(), _client()
    assert provider is not None  # noqa: S101 - `_client` asked
    metadata = _trying(lambda: _metadata(client))
    said = issuer or (
        None if metadata.get("authorization_response_iss_parameter_supported") else provider.issuer
    )
    if said != provider.issuer:  # RFC 9207: the answer of another provider
        raise NotRecognised
    claims = _trying(lambda: _claims(client, provider))
    return Identity(provider.issuer, str(claims["sub"]), _by_factor(claims, provider)), going


def _claims(client: Any, provider: Provider) -> dict[str, Any]:
    wanted = {
        "iss": {"essential": True, "values": [provider.issuer]},
        "aud": {"essential": True, "values": [provider.client_id]},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    token = client.authorize_access_token(claims_options=wanted)
    if "userinfo" not in token or not 0 < len(token["userinfo"]["sub"]) <= _LONGEST_SUBJECT:
        raise NotRecognised
    return dict(token["userinfo"])


def _by_factor(claims: dict[str, Any], provider: Provider) -> bool:
    methods = claims.get("amr")
    said = {claims.get("acr"), *(methods if isinstance(methods, list) else [])}
    return not provider.factors.isdisjoint(one for one in said if isinstance(one, str))


def _metadata(client: Any) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 4.3: under the name that was asked)."""
    metadata: dict[str, Any] = client.load_server_metadata()
    provider = configured()
    if provider is None or metadata.get("issuer") != provider.issuer:
        current_app.extensions.pop(_EXTENSION, None)
        raise NotRecognised
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in _SAFE_ALGORITHMS]
    return metadata


def _trying(ask: Any) -> Any:
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return ask()
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as fault:
        log.warning("The identity provider was not believed: %s", type(fault).__name__)
        raise NotRecognised from None  # what it says may name the person


def _client() -> Any:
    """Authlib's client, made once: it keeps what the provider says of itself, and its keys until they change."""
    if _EXTENSION not in current_app.extensions:
        from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]

        provider = configured()
        if provider is None:
            raise NotRecognised
        current_app.extensions[_EXTENSION] = OAuth(current_app).register(
            "provider",
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid",
                "code_challenge_method": "S256",
                "default_timeout": _PATIENCE,
            },
        )
    return current_app.extensions[_EXTENSION]
