"""XES (IEEE Std 1849): a trace is a case, an event an act. Written a trace at a time.

The extensions are the standard's own: concept (what), time (when), lifecycle (each act is complete), organizational
(role, and as group the kind of institution: no resource, which would be a person).
"""

from collections.abc import Iterable, Mapping
from typing import IO
from xml.sax.saxutils import quoteattr

from tracker.mining.instances import Event, Instance

TYPE = "application/xml; charset=utf-8"

_NAMESPACE = "http://www.xes-standard.org/"
_EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(instances: Iterable[Instance], file: IO[bytes], *, about: Mapping[str, str]) -> int:
    """Writes the log; `about`: what is said of it as a whole, by name. Gives the number of traces."""
    number = 0
    file.write(_beginning(about).encode())
    for instance in instances:
        file.write(_trace(instance).encode())
        number += 1
    file.write(b"</log>\n")
    return number


def _beginning(about: Mapping[str, str]) -> str:
    # The schema of the standard wants a decimal number: 1849.2016. (IEEE 1849-2023 kept this form of file.)
    lines = [f'{_HEAD}<log xes.version="1849.2016" xes.features="" xmlns="{_NAMESPACE}">']
    lines += [
        f'<extension name="{name}" prefix="{prefix}" uri="{_NAMESPACE}{prefix}.xesext"/>'
        for name, prefix in _EXTENSIONS
    ]
    lines += [
        '<global scope="trace">',
        _string("concept:name", "case"),
        _string("detail", "steps"),
        "</global>",
        '<global scope="event">',
        _string("concept:name", "activity"),
        '<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>',
        _string("lifecycle:transition", "complete"),
        _string("org:group", "institution"),
        _string("stage", "stage"),
        _string("status", "status"),
        _string("stay", "stay"),
        "</global>",
        '<classifier name="Activity" scope="event" keys="concept:name"/>',
        '<classifier name="Status" scope="event" keys="stage status"/>',
        _string("lifecycle:model", "standard"),
        *(_string(name, value) for name, value in about.items()),
    ]
    return "\n".join(lines) + "\n"


def _trace(instance: Instance) -> str:
    facts = (_string(name, value) for name, value in instance.facts)
    events = (_event(event, instance) for event in instance.events)
    return "\n".join(["<trace>", _string("concept:name", instance.name), *facts, *events, "</trace>\n"])


def _event(event: Event, instance: Instance) -> str:
    step = event.step
    said = {
        "concept:name": step.activity,
        "lifecycle:transition": "complete",
        "org:role": step.role,
        "org:group": step.place,
        "stage": step.stage,
        "status": step.status,
        "stay": instance.stays.get(step.stay, "case"),
    }
    parts = [_string(name, value) for name, value in said.items() if value]
    return "".join(
        ["<event>", f'<date key="time:timestamp" value="{event.at.isoformat()}"/>', *parts, "</event>"]
    )


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(value)}/>'
