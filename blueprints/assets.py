"""Static files: read and compressed once, at addresses that hold their SHA-256, so kept by browsers for ever."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from flask import Flask, abort, current_app, request
from werkzeug.wrappers import Response

from blueprints.compression import packed
from blueprints.guards import public

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}
FOR_EVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """One static file as it is sent."""

    url: str
    media_type: str
    plain: bytes
    packed: bytes


def static_url(name: str) -> str:
    """The address of the static file `name`; refuses (`KeyError`) one that does not exist."""
    assets: dict[str, Asset] = current_app.extensions["tracker_assets"]
    return assets[name].url


def init_app(app: Flask) -> None:
    """Serve the static folder from `app`."""
    files = sorted(path for path in _FOLDER.iterdir() if path.suffix in _TYPES)
    app.extensions["tracker_assets"] = {path.name: _read(path) for path in files}
    app.jinja_env.globals["static_url"] = static_url
    app.add_url_rule("/static/<string(length=16):digest>/<string:name>", "static_file", static_file)


@public
def static_file(digest: str, name: str) -> Response:
    """The file, if it is the one of this address; an address of an older release is not found."""
    asset = current_app.extensions["tracker_assets"].get(name)
    if asset is None or asset.url != f"/static/{digest}/{name}":
        abort(404)
    takes_gzip = request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if takes_gzip else asset.plain, content_type=asset.media_type)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    response.vary.add("Accept-Encoding")
    return response


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"/static/{digest}/{path.name}", _TYPES[path.suffix], content, packed(content))
