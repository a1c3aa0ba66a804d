"""Rules about all templates and the stylesheet at once."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLESHEET = (ROOT / "blueprints" / "static" / "tracker.css").read_text()

FORBIDDEN = {
    r"\|\s*safe\b": "text is never trusted as markup",
    r"\bstyle\s*=|<style": "the policy refuses inline styles",
    r"<script(?! src=\"\{\{ [^}]+ \}\}\" defer></script>)|\bon[a-z]+\s*=\s*[\"']": "the policy refuses inline scripts",
    r"https?://": "nothing comes from elsewhere",
    r"autoescape\s+false": "everything is escaped",
}
_PHYSICAL = (
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)|(?:left|right|top|bottom)\s*:)"
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_is_plain_and_short(template: Path):
    text = template.read_text()
    assert not [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize(
    "component", sorted((ROOT / "templates/components").glob("*.html")), ids=lambda path: path.stem
)
def test_a_component_is_one_macro_of_its_file_s_name(component: Path):
    public = [
        name for name in re.findall(r"{% macro (\w+)\(", component.read_text()) if not name.startswith("_")
    ]
    assert public == [component.stem]


def test_the_stylesheet_is_the_same_from_both_sides():
    assert not re.findall(_PHYSICAL, STYLESHEET)
    assert not re.findall(r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b", STYLESHEET)


def test_the_stylesheet_asks_for_nothing():
    assert "@import" not in STYLESHEET
    assert "url(" not in STYLESHEET


@pytest.mark.parametrize(
    "way", ["prefers-color-scheme: dark", "forced-colors: active", "max-width: 47.99rem"]
)
def test_the_stylesheet_serves_every_reader(way: str):
    assert re.search(rf"@media (?:screen and )?\({re.escape(way)}\)", STYLESHEET)
    assert "@media print" in STYLESHEET
