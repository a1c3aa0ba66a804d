"""What IEEE 1849 and OCEL 2.0 ask of a file, in our own words, to hold ours against: read by other software."""

import io
import json
import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

_NAMESPACE = "http://www.xes-standard.org/"

_XES = f"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="{_NAMESPACE}"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="log">
    <attribute name="xes.version" ns=""><data type="decimal"/></attribute>
    <optional><attribute name="xes.features" ns=""><data type="token"/></attribute></optional>
    <zeroOrMore><element name="extension">
      <attribute name="name" ns=""><data type="NCName"/></attribute>
      <attribute name="prefix" ns=""><data type="NCName"/></attribute>
      <attribute name="uri" ns=""><data type="anyURI"/></attribute>
    </element></zeroOrMore>
    <zeroOrMore><element name="global">
      <attribute name="scope" ns=""><choice><value>trace</value><value>event</value></choice></attribute>
      <ref name="attributes"/>
    </element></zeroOrMore>
    <zeroOrMore><element name="classifier">
      <attribute name="name" ns=""><data type="NCName"/></attribute>
      <optional><attribute name="scope" ns="">
        <choice><value>trace</value><value>event</value></choice>
      </attribute></optional>
      <attribute name="keys" ns=""><data type="token"/></attribute>
    </element></zeroOrMore>
    <ref name="attributes"/>
    <zeroOrMore><element name="trace">
      <ref name="attributes"/>
      <zeroOrMore><element name="event"><ref name="attributes"/></element></zeroOrMore>
    </element></zeroOrMore>
  </element></start>
  <define name="attributes"><zeroOrMore><choice>
    <element name="string"><ref name="key"/><attribute name="value" ns=""><data type="string"/></attribute></element>
    <element name="date"><ref name="key"/><attribute name="value" ns=""><data type="dateTime"/></attribute></element>
  </choice></zeroOrMore></define>
  <define name="key"><attribute name="key" ns=""><data type="Name"/></attribute></define>
</grammar>
"""
"""Only what our files use of the standard."""

Trace = tuple[dict[str, str], list[dict[str, str]]]
"""The attributes of a trace, and those of each of its events."""


def traces_of(content: bytes) -> list[Trace]:
    """Reads XES as the standard asks: the structure, and that every global, classifier and prefix is kept."""
    log = etree.parse(io.BytesIO(content)).getroot()
    schema = etree.RelaxNG(etree.fromstring(_XES))
    assert schema.validate(log), schema.error_log
    found = [
        (_attributes(trace), [_attributes(event) for event in trace.findall(_tag("event"))])
        for trace in log.findall(_tag("trace"))
    ]
    prefixes = {one.get("prefix") for one in log.findall(_tag("extension"))}
    of_traces, of_events = (
        set(_attributes(log.find(f"{_tag('global')}[@scope='{scope}']"))) for scope in ("trace", "event")
    )
    for one in log.findall(_tag("classifier")):
        assert set(one.get("keys").split()) <= of_events
    for attributes, events in found:
        assert of_traces <= set(attributes)
        for event in events:
            assert of_events <= set(event)
            assert {key.split(":")[0] for key in event if ":" in key} <= prefixes
        times = [datetime.fromisoformat(event["time:timestamp"]) for event in events]
        assert times == sorted(times)
        assert all(time.tzinfo is not None for time in times)
    return found


def _attributes(element: Any) -> dict[str, str]:
    keyed = [one for one in element if one.get("key") is not None]
    assert len({one.get("key") for one in keyed}) == len(keyed)
    return {one.get("key"): one.get("value") for one in keyed}


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def ocel_of(content: bytes) -> dict[str, Any]:
    """Reads OCEL 2.0 JSON as its specification asks: four lists, declared types, relations that lead on."""
    log: dict[str, Any] = json.loads(content)
    assert set(log) == {"eventTypes", "objectTypes", "events", "objects"}
    types = {kind: _types(log[kind]) for kind in ("eventTypes", "objectTypes")}
    names = [one["id"] for kind in ("events", "objects") for one in log[kind]]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    objects = {one["id"] for one in log["objects"]}
    for event in log["events"]:
        assert set(event) == {"id", "type", "time", "attributes", "relationships"}
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
        _member(event, types["eventTypes"], objects, {"name", "value"})
        assert event["relationships"]
    for one in log["objects"]:
        assert set(one) == {"id", "type", "attributes", "relationships"}
        _member(one, types["objectTypes"], objects, {"name", "time", "value"})
        assert all(datetime.fromisoformat(change["time"]).tzinfo is not None for change in one["attributes"])
    return log


def _types(declared: Any) -> dict[str, set[str]]:
    for one in declared:
        assert set(one) == {"name", "attributes"}
        assert all(set(attribute) == {"name", "type"} for attribute in one["attributes"])
    return {one["name"]: {attribute["name"] for attribute in one["attributes"]} for one in declared}


def _member(one: Any, types: dict[str, set[str]], objects: set[str], parts: set[str]) -> None:
    assert one["type"] in types
    assert {attribute["name"] for attribute in one["attributes"]} <= types[one["type"]]
    assert all(set(attribute) == parts for attribute in one["attributes"])
    links = [(link["objectId"], link["qualifier"]) for link in one["relationships"]]
    assert len(set(links)) == len(links)
    assert {name for name, _qualifier in links} <= objects


def tables_of(content: bytes, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Reads OCEL 2.0 of SQLite: every table by its name, foreign keys in order."""
    path = folder / "log.sqlite"
    path.write_bytes(content)
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    database.close()
    for what in ("event", "object"):
        mapped = {name for _type, name in found[f"{what}_map_type"]}
        relations = {"event_object", "object_object", f"{what}_map_type"}
        own = {name for name in names if name.startswith(f"{what}_")} - relations
        assert own == {f"{what}_{name}" for name in mapped}
    return found
