"""What a view says of who may enter: the decorators only leave a mark, which `blueprints.guards` reads."""

from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

from tracker.permissions import Permission, Scope

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__who_may_enter__"
_FRESH = "__confirmed_lately_for__"


class Public(frozenset[Permission]):
    """The mark of a view that needs nobody to be signed in."""


PUBLIC = Public()


class Accredited(frozenset[Permission]):
    """The mark of a view that needs an accredited verifier's token, whoever is signed in."""


ACCREDITED = Accredited()


class ByGateway(frozenset[Permission]):
    """The mark of a view that needs the secret of a gateway, whoever is signed in."""


BY_GATEWAY = ByGateway()


class Scoped(frozenset[Permission]):
    """The mark of an endpoint of the API: the bearer of a token enters, whose owner has any of the permissions and
    that was issued for the scope (None: any).

    `pages`: whoever is signed in enters as well, where no token is sent. `basic`: the token may come as the password of
    HTTP Basic, because the clients of this door speak nothing else; such a door asks for a header that no other
    site's page can send.
    """

    scope: Scope | None
    pages: bool
    basic: bool

    @classmethod
    def of(
        cls, scope: Scope | None, *permissions: Permission, pages: bool = False, basic: bool = False
    ) -> Self:
        """The mark for these."""
        mark = cls(permissions)
        mark.scope, mark.pages, mark.basic = scope, pages, basic
        return mark


def requires(
    *permissions: Permission, fresh: bool = False, fresh_to_send: bool = False
) -> Callable[[View], View]:
    """Open the view to those whose role has any of `permissions`.

    `fresh`: only if they proved within ten minutes that it is them, else they are asked and then come back with what
    they had typed. `fresh_to_send`: the same, where reading the page is harmless.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, frozenset(permissions))
        setattr(view, _FRESH, "always" if fresh else "to send" if fresh_to_send else "")
        return view

    return mark


def public(view: View) -> View:
    """Open the view to everybody, signed in or not."""
    setattr(view, _MARK, PUBLIC)
    return view


def accredited(view: View) -> View:
    """Open the view to who bears a verifier's token, and to nobody else."""
    setattr(view, _MARK, ACCREDITED)
    return view


def by_gateway(view: View) -> View:
    """Open the view to a gateway that shows its secret, and to nobody else."""
    setattr(view, _MARK, BY_GATEWAY)
    return view


def opened_by_token(
    scope: Scope | None, *permissions: Permission, pages: bool = False, basic: bool = False
) -> Callable[[View], View]:
    """Open an endpoint of the API to tokens with `scope` whose owner's role has any of `permissions`.

    `pages`: also to whoever is signed in, where no token is sent: for what is read by people and programs alike.
    `basic`: the token may be the password of HTTP Basic.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, Scoped.of(scope, *permissions, pages=pages, basic=basic))
        return view

    return mark


def mark_of(view: Callable[..., Any]) -> frozenset[Permission] | None:
    """What the view asks for: one of the marks above, permissions of which any will do; `None`: closed to all."""
    return cast(frozenset[Permission] | None, getattr(view, _MARK, None))


def wants_fresh(view: Callable[..., Any], *, sending: bool) -> bool:
    """Whether the view asks that the person proved lately that it is them."""
    wanted = getattr(view, _FRESH, "")
    return wanted == "always" or (sending and wanted == "to send")
