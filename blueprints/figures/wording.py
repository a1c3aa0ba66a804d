"""Words and values that several sheets share."""

from collections.abc import Callable
from typing import TypeVar

from blueprints.i18n import _, said
from blueprints.sheets import (
    Value,
    days,
    span,
)
from tracker.indicators.definitions import DEFINITIONS
from tracker.indicators.survival import Quantile

T = TypeVar("T")


def name_of(indicator: str) -> str:
    """The name of an indicator, as its definition has it."""
    return said(DEFINITIONS[indicator].name)


def two(value: Callable[[T], Value], own: T, peers: T | None) -> list[Value]:
    """The values of a row: the institution's, and its kind's where there are others."""
    return [value(own)] if peers is None else [value(own), value(peers)]


def versus(has_peers: bool) -> list[str]:
    """The headings over such values."""
    return [_("Here"), _("All of its kind")] if has_peers else [_("Here")]


def quantile(one: Quantile, *, soft: bool = False) -> Value:
    """A quantile with its interval; not reached is said in words."""
    if one.day is None:
        return Value(None, _("not reached"))
    value = days(one.day, soft=soft)
    low = "0" if one.lower is None else str(one.lower)
    high = "…" if one.upper is None else str(one.upper)
    return value._replace(words=f"{value.words} ({span(low, high)})")


def few(enough: bool) -> list[str]:
    """A warning where a result is made of too little."""
    return [] if enough else [_("Too few cases, or too few ends, to say much: read it with care.")]
