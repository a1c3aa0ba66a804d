"""How wide words are, before any browser has drawn them: a table of the widest of the usual system fonts.

DejaVu Sans, which Linux falls back to, is wider than Segoe, Roboto, San Francisco and Noto: where its words have room,
theirs have. `tests/browser/test_charts.py` compares the estimate with what the browser draws.
"""

SIZE = 12
"""The one size of letters in a chart, in units of its sheet."""

ASCENT, DESCENT = 0.95 * SIZE, 0.3 * SIZE
LINE = 15
"""From one line of words to the next."""

_NARROW = frozenset("ijlI.,:;'|![]() ")
_MIDDLE = frozenset('frt-/"«»')
_WIDE = frozenset("mwMWOQGÆŒ%@—…")
BOLD = 1.12
"""How much wider bold letters are."""
_INVISIBLE = frozenset("\u2060\u2066\u2067\u2068\u2069\u200e\u200f")


def width(words: str, *, bold: bool = False) -> float:
    """How far `words` reach on one line, at most."""
    reach = sum(_one(letter) for letter in words) * SIZE
    return reach * BOLD if bold else reach


def _one(letter: str) -> float:
    if letter in _INVISIBLE:
        return 0.0
    if letter in _NARROW:
        return 0.4
    if letter in _MIDDLE:
        return 0.47
    if letter in _WIDE:
        return 1.0
    return 0.78 if letter.isupper() else 0.65


def lines(words: str, room: float, *, most: int = 2) -> list[str]:
    """`words` on as many lines as they need in `room`, at most `most`; what is still too long is cut with "…"."""
    made: list[str] = []
    for word in words.split():
        if made and (width(f"{made[-1]} {word}") <= room):
            made[-1] += f" {word}"
        else:
            made.append(word)
    kept = made[:most] or [""]
    if len(made) > most:
        kept[-1] = f"{kept[-1]} {made[most]}"
    return [short(line, room) for line in kept]


def short(words: str, room: float) -> str:
    """`words`, cut with "…" where they do not fit in `room`."""
    if width(words) <= room:
        return words
    while words and width(f"{words}…") > room:
        words = words[:-1]
    return f"{words.rstrip()}…"
