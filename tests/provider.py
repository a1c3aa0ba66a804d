"""A real identity provider (idpyoidc, OpenID-certified) as an HTTP process on loopback; it asks nobody anything.

`python -m tests.provider` prints its address and serves until its standard input ends. A POST to /next says who comes
next, and what shall be wrong with what it says of them.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import requests

CLIENT, SECRET = "tracker", "a-secret-between-the-two-of-them-0123"
BACK = "http://localhost/sign-in/provider/back"

_KEYS = {"key_defs": [{"type": "OCT", "use": ["enc"], "kid": kid} for kid in ("password", "salt")]}
_ENDPOINTS = {
    "provider_config": (".well-known/openid-configuration", "provider_config.ProviderConfiguration"),
    "authorization": ("authorization", "authorization.Authorization"),
    "token": ("token", "token.Token"),
}


class IdentityProvider:
    """The process, from outside."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def next(self, user: str = "s.lado", *, sign: bool = True, **claims: Any) -> None:
        """Who comes next. `claims`: in place of the right ones; `sign`: with the provider's key, else as it was."""
        said = {"user": user, "sign": sign, "claims": claims}
        requests.post(f"{self.issuer}/next", json=said, timeout=10).raise_for_status()

    def visit(self, address: str) -> str:
        """What a browser that is sent there is sent back to."""
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        back = answer.headers["Location"]
        assert back.startswith(BACK)
        return back.removeprefix("http://localhost")


@contextmanager
def opened() -> Iterator[IdentityProvider]:
    """A provider for the time of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.provider"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield IdentityProvider(process.stdout.readline().strip())
        finally:
            process.kill()


class _Provider:
    """The process, from inside: idpyoidc behind a small web server."""

    def __init__(self, issuer: str) -> None:
        from idpyoidc.server import Server  # type: ignore[import-untyped]
        from idpyoidc.server.configure import OPConfiguration  # type: ignore[import-untyped]

        self.said: dict[str, Any] = {"user": "s.lado", "sign": True, "claims": {}}
        self.server = Server(OPConfiguration(_configuration(issuer), domain="127.0.0.1", port=0))
        self.server.context.cdb[CLIENT] = {
            "client_secret": SECRET,
            "redirect_uris": [(BACK, {})],
            "response_types_supported": ["code"],
            "token_endpoint_auth_method": "client_secret_basic",
            "allowed_scopes": ["openid"],
        }
        self.server.keyjar.add_symmetric(CLIENT, SECRET)

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        """The web server's application."""
        path = environ["PATH_INFO"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        if path == "/next":
            self.said = json.loads(body)
            return _send(start, "{}")
        if path == "/jwks":
            return _send(start, self.server.keyjar.export_jwks_as_json())
        if path == "/authorization":
            return self._authorize(environ["QUERY_STRING"], start)
        if path == "/token":
            return self._token(body, environ.get("HTTP_AUTHORIZATION", ""), start)
        return self._about(start)

    def _about(self, start: Callable[..., Any]) -> list[bytes]:
        endpoint = self.server.get_endpoint("provider_config")
        about = json.loads(endpoint.do_response(**endpoint.process_request({}))["response"])
        del about["jwks"]  # so that keys are fetched, as from most providers
        return _send(start, json.dumps(about | {"jwks_uri": f"{about['issuer']}/jwks"}))

    def _authorize(self, query: str, start: Callable[..., Any]) -> list[bytes]:
        endpoint = self.server.get_endpoint("authorization")
        self.server.context.authn_broker.db["anon"]["method"].user = self.said["user"]
        request = endpoint.parse_request({name: value[0] for name, value in parse_qs(query).items()})
        if "error" in request:
            return _send(start, request.to_json(), "400 Bad Request")
        back = endpoint.do_response(**endpoint.process_request(request))["response"]
        start("302 Found", [("Location", back)])
        return [b""]

    def _token(self, body: str, authorization: str, start: Callable[..., Any]) -> list[bytes]:
        endpoint = self.server.get_endpoint("token")
        http = {"headers": {"authorization": authorization}, "method": "POST", "url": endpoint.full_path}
        request = endpoint.parse_request(body, http_info=http)
        if "error" in request:
            return _send(start, request.to_json(), "400 Bad Request")
        answer = endpoint.process_request(request, http_info=http)
        if "error" in answer:
            return _send(start, json.dumps({"error": answer["error"]}), "400 Bad Request")
        said = json.loads(endpoint.do_response(request=request, **answer)["response"])
        if self.said["claims"]:
            said["id_token"] = self._changed(said["id_token"])
        return _send(start, json.dumps(said))

    def _changed(self, token: str) -> str:
        from cryptojwt.jws.jws import JWS, factory  # type: ignore[import-untyped]
        from cryptojwt.utils import as_unicode, b64e  # type: ignore[import-untyped]

        claims = factory(token).jwt.payload() | self.said["claims"]
        if not self.said["sign"]:
            head, _, signature = token.split(".")
            return f"{head}.{as_unicode(b64e(json.dumps(claims).encode()))}.{signature}"
        keys = self.server.keyjar.get_signing_key("RSA")
        return str(JWS(json.dumps(claims), alg="RS256").sign_compact(keys))


def _configuration(issuer: str) -> dict[str, Any]:
    signing = [{"type": "EC", "crv": "P-256", "use": ["sig"]}, {"type": "RSA", "use": ["sig"]}]
    code = {"supports_minting": ["access_token", "id_token"], "max_usage": 1}
    rules = {"usage_rules": {"authorization_code": code, "access_token": {}}, "expires_in": 43_200}
    return {
        "issuer": issuer,
        "key_conf": {"key_defs": signing},
        "session_params": {"encrypter": {"kwargs": {"keys": _KEYS}}},
        "token_handler_args": {
            "jwks_defs": {"key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}]},
            "code": {"lifetime": 600, "kwargs": {"crypt_conf": {"kwargs": {"keys": _KEYS}}}},
            "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 3600}},
            "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {}},
        },
        "endpoint": {
            name: {"path": path, "class": f"idpyoidc.server.oidc.{kind}", "kwargs": {}}
            for name, (path, kind) in _ENDPOINTS.items()
        },
        "authentication": {
            "anon": {
                "acr": "urn:example:password",
                "class": "idpyoidc.server.user_authn.user.NoAuthn",
                "kwargs": {"user": "s.lado"},
            }
        },
        "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": {}}},
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
                "kwargs": {"essential": True, "code_challenge_methods": {"S256": {}}},
            }
        },
        "authz": {"class": "idpyoidc.server.authz.AuthzHandling", "kwargs": {"grant_config": rules}},
    }


def _send(start: Callable[..., Any], text: str, status: str = "200 OK") -> list[bytes]:
    start(status, [("Content-Type", "application/json")])
    return [text.encode()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the method it replaces
        """Says nothing."""


def main() -> None:
    """Serves until nobody holds the other end of the standard input."""
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    with WSGIServer(("127.0.0.1", 0), _Quiet) as web:
        issuer = f"http://127.0.0.1:{web.server_port}"
        web.set_app(_Provider(issuer).answer)
        sys.stdout.write(f"{issuer}\n")
        sys.stdout.flush()
        web.serve_forever()


if __name__ == "__main__":
    main()
