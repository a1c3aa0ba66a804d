"""Changes of something that is there: each is done once, of the version that was read, and answered alike."""

from collections.abc import Callable
from typing import Any, TypeVar

from blueprints.api import bp
from blueprints.api.answers import DoneSchema
from blueprints.api.door import opens
from blueprints.api.fields import Schema
from blueprints.api.once import once
from blueprints.api.versions import ETAG, versioned
from tracker.permissions import Permission, Scope

View = TypeVar("View", bound=Callable[..., Any])


def changes(
    address: str,
    scope: Scope,
    *permissions: Permission,
    takes: type[Schema],
    gives: type[Schema] = DoneSchema,
) -> Callable[[View], View]:
    """Open `address` to POSTs that change a thing: with an Idempotency-Key, and If-Match for the version that was read.

    The view is given the body as `takes` reads it, then what stands in the address, and the version as `seen`; what it
    gives is answered as `gives` writes it, with 201 and the new version.
    """

    def open_to(view: View) -> View:
        done = bp.arguments(takes)(bp.response(201, gives, headers=ETAG)(view))
        opened: View = bp.post(address)(opens(scope, *permissions)(once(versioned(done))))
        return opened

    return open_to
