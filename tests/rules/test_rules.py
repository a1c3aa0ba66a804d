"""Rules about all of the code at once: nothing is done by nobody, nothing is read for nobody, nothing is left lying."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import tracker.actions
import tracker.queries
from tracker import errors

ROOT = Path(__file__).parents[2]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
]
SOURCES = sorted([*(ROOT / "tracker").rglob("*.py"), *(ROOT / "blueprints").rglob("*.py")])
DOMAIN = [path for path in SOURCES if path.is_relative_to(ROOT / "tracker")]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

LONGEST_MODULE = 350
LONGEST_FUNCTION = 60
LONGEST_TEMPLATE = 120
LONGEST_TEST_MODULE = 600

# Pure helpers: they write nothing, decide nothing, and are called by acts that say who acts.
NO_ACTOR = {
    "tracker.actions.administration.end_sessions",
    "tracker.actions.administration.insert",
    "tracker.actions.administration.require_another_administrator",
    "tracker.actions.attachments.clear",
    "tracker.actions.attachments.scan_waiting",
    "tracker.actions.cases.put_into",
    "tracker.actions.consent.add",
    "tracker.actions.custody.project_person",
    "tracker.actions.custody.require_after_arrest",
    "tracker.actions.custody_alarms.end_what_is_over",
    "tracker.actions.factors.forget_all",
    "tracker.actions.factors.give_codes",
    "tracker.actions.factors.new_seed",
    "tracker.actions.gate.consented",
    "tracker.actions.holds.standing",
    "tracker.actions.retention.count_due",
    "tracker.actions.retention.months_before",
    "tracker.actions.gate.require_no_wall",
    "tracker.actions.harm.newest_of",
    "tracker.actions.harm.require_told_safely",
    "tracker.actions.identities.accept",
    "tracker.actions.identities.is_linked",
    "tracker.actions.identities.owner",
    "tracker.actions.links.answer_requests",
    "tracker.actions.links.ask",
    "tracker.actions.links.choose_password",
    "tracker.actions.links.clear",
    "tracker.actions.links.confirm_address",
    "tracker.actions.links.follow",
    "tracker.actions.links.use",
    "tracker.actions.people.suits",
    "tracker.actions.reprisals.add",
    "tracker.actions.reprisals.check",
    "tracker.actions.standing.due",
    "tracker.actions.standing.given_before",
    "tracker.actions.standing.start_of_clock",
    "tracker.actions.standing.steps_that_stand",
    "tracker.actions.standing.told",
    "tracker.actions.sheets.clear",
    "tracker.actions.steps.about",
    "tracker.actions.steps.check",
    "tracker.actions.steps.standing",
    "tracker.actions.steps.version",
    "tracker.actions.submissions.clear",
    "tracker.actions.tracks.any_open",
    "tracker.actions.tracks.is_open",
    "tracker.actions.tokens.hash_of",
    "tracker.actions.tokens.mark_of",
    "tracker.actions.verifiers.hash_of",
}
# The post: it carries what somebody's act wrote down. Who may change an address asks where that is done. The answers of
# a form are only read; who acts on them asks. The worker at lists acts as whoever brought each of them.
NO_ACTOR_IN = {
    f"tracker.actions.{name}"
    for name in ("addresses", "deliveries", "field_answers", "outgoing", "sheet_work", "telling", "timetable")
}
# Workshops: they build statements, turn pages and reckon; those who ask begin at `visibility` and name the viewer.
NO_VIEWER_IN = {
    f"tracker.queries.{name}"
    for name in (
        "by_name",
        "custody_events",
        "citations",
        "counts",
        "courses",
        "days",
        "figures",
        "feedback",
        "histograms",
        "kept_tallies",
        "limit_counts",
        "noted",
        "opening",
        "paging",
        "particulars",
        "qualities",
        "ranges",
        "recomputed",
        "stored",
        "repeats",
        "stay_counts",
        "stays",
        "ways",
    )
}
NO_VIEWER = {
    "tracker.queries.told.living",
    "tracker.queries.told.may_hear_of",
    "tracker.queries.areas.areas_inside",
    "tracker.queries.cases.as_rows",
    "tracker.queries.custody_told.outside",
    "tracker.queries.deliveries.waits_since",
    "tracker.queries.gazetteer.around",
    "tracker.queries.gateways.at_the_door",
    "tracker.queries.monitoring.watched_kinds",
    "tracker.queries.reprisals.holds",
    "tracker.queries.withheld.narratives",
    "tracker.queries.withheld.people",
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _holding(paths: list[Path], pattern: str) -> list[str]:
    return [_name(path) for path in paths if re.search(pattern, path.read_text(encoding="utf-8"))]


def _functions(package: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """The public functions that the modules of a package define."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == found.name
            if own and not name.startswith("_"):
                yield f"{found.name}.{name}", function


def _asks(function: FunctionType, name: str) -> bool:
    """Whether it asks for that person: by name alone, or as the first thing that it is given."""
    parameters = inspect.signature(function).parameters
    found = parameters.get(name)
    return found is not None and (found.kind is found.KEYWORD_ONLY or next(iter(parameters)) == name)


# --- who acts, who reads ----------------------------------------------------------------------------------------


def test_nothing_is_done_by_nobody():
    silent = {
        name
        for name, function in _functions(tracker.actions)
        if not _asks(function, "actor") and name.rpartition(".")[0] not in NO_ACTOR_IN
    }
    assert silent == NO_ACTOR, "give it a keyword-only `actor`, or say here why it needs none"


def test_nothing_is_read_for_nobody():
    silent = {
        name
        for name, function in _functions(tracker.queries)
        if not _asks(function, "viewer") and name.rpartition(".")[0] not in NO_VIEWER_IN
    }
    assert silent == NO_VIEWER, "give it a keyword-only `viewer`, or say here why it needs none"


def test_only_what_time_alone_does_and_an_operator_s_command_have_no_actor():
    nobody = {
        name
        for name, function in _functions(tracker.actions)
        if _asks(function, "actor") and inspect.signature(function).parameters["actor"].annotation is None
    }
    assert nobody == {
        "tracker.actions.custody_alarms.raise_alarms",
        "tracker.actions.digests.tell_of_overdue",
        "tracker.actions.erasure.erase_by_time",
        "tracker.actions.expiry.expire_unanswered",
        "tracker.actions.factor_resets.give_by_command",
        "tracker.actions.people.add_first_administrator",
        "tracker.actions.retention.anonymise",
        "tracker.actions.rebuild.differences",
        "tracker.actions.rebuild.how_many",
        "tracker.actions.rebuild.rebuild",
    }


def test_every_public_function_of_the_domain_says_what_it_does():
    for package in (tracker.actions, tracker.queries):
        assert not [name for name, function in _functions(package) if not inspect.getdoc(function)]


def test_the_domain_never_commits():
    """The request does, once, when all went well; a command does when it is done."""
    assert not _holding(DOMAIN, r"\bcommit\(\)")


# --- refusals can be said in every language ---------------------------------------------------------------------

_SAID = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type)
    and issubclass(kind, errors.Refusal)
    and name not in ("BrokenProcedure", "BadSetting")
}


def _plain_sentences(tree: ast.AST) -> Iterator[str]:
    """Refusals that are raised with a string that no translator has seen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAID:
            for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(given, ast.Constant | ast.JoinedStr | ast.BinOp):
                    yield f"line {node.lineno}: {ast.unparse(given)}"


def test_every_refusal_that_people_see_is_said_with_say():
    assert not [f"{_name(path)}, {plain}" for path in DOMAIN for plain in _plain_sentences(_tree(path))]


# --- templates --------------------------------------------------------------------------------------------------


def test_nothing_goes_unescaped_into_a_page():
    assert not _holding(TEMPLATES, r"\|\s*safe\b|\bMarkup\b|autoescape")
    assert _holding(SOURCES, r"\bMarkup\(") == ["blueprints/i18n.py"], "a template's own words, translated"


# --- nothing is left lying --------------------------------------------------------------------------------------

_LEFT = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b|\{#-?\s*(TODO|FIXME|XXX)\b|\bbreakpoint\(\)|\bpdb\b")


def test_nothing_is_left_to_be_done_later():
    own = Path(__file__)
    texts = [path for path in TRACKED if path.suffix in {".py", ".html", ".toml", ".css", ".js", ".md"}]
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts
        if path != own and path.exists()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _LEFT.search(line)
    ]
    assert not left


# --- sizes: what is longer is two things ------------------------------------------------------------------------


def _too_long(paths: list[Path], most: int) -> list[str]:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{path.relative_to(ROOT)}: {number}" for path, number in lines.items() if number > most]


def test_no_file_is_too_long_to_be_read_in_one_go():
    assert not _too_long(SOURCES, LONGEST_MODULE)
    assert not _too_long(TEMPLATES, LONGEST_TEMPLATE)
    assert not _too_long(sorted((ROOT / "tests").rglob("*.py")), LONGEST_TEST_MODULE)


def test_no_function_is_too_long_to_be_seen_at_once():
    long = [
        f"{_name(path)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long
