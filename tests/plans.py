"""How an engine answers a statement: which indexes it walks, what it reads whole, how many rows it sorts."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.db import db


@dataclass(frozen=True)
class SqlitePlan:
    """The rows of EXPLAIN QUERY PLAN: (id, parent, what)."""

    rows: list[tuple[int, int, str]]

    @property
    def text(self) -> str:
        """The plan, for the message of a test that fails."""
        return "\n".join(what for _id, _parent, what in self.rows)

    def indexes_of(self, table: str) -> set[str]:
        """The indexes by which the table is searched."""
        found = (re.search(rf"SEARCH {table} USING (?:COVERING )?INDEX (\w+)", row[2]) for row in self.rows)
        return {match[1] for match in found if match}

    def scanned(self, table: str) -> bool:
        """Whether the table is read from one end to the other."""
        return any(what.startswith(f"SCAN {table}") for _id, _parent, what in self.rows)

    def most_sorted(self) -> int:
        """Beside a search of an index nothing is sorted; what is sorted elsewhere has gone through a limit of 51."""
        searched = {
            parent for _id, parent, what in self.rows if what.startswith("SEARCH track USING COVERING")
        }
        sorted_ = [parent for _id, parent, what in self.rows if "TEMP B-TREE" in what]
        return 1_000_000 if searched & set(sorted_) else 51


@dataclass(frozen=True)
class PostgresqlPlan:
    """The nodes of EXPLAIN ANALYZE."""

    root: dict[str, Any]

    @property
    def text(self) -> str:
        """The plan, for the message of a test that fails."""
        return json.dumps(self.root, indent=1)

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Every node of the plan."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            waiting += node.get("Plans", [])
            yield node

    def indexes_of(self, table: str) -> set[str]:
        """The indexes by which the table is searched, also those that only say where in the table to look."""
        return {
            node["Index Name"]
            for node in self.nodes()
            if "Index Name" in node and node.get("Relation Name", table) == table
        }

    def scanned(self, table: str) -> bool:
        """Whether the table is read from one end to the other."""
        return any(
            node["Node Type"].endswith("Seq Scan") and node.get("Relation Name") == table
            for node in self.nodes()
        )

    def most_sorted(self) -> int:
        """The most rows that any sort took in."""
        return max(
            (int(node["Plans"][0]["Actual Rows"]) for node in self.nodes() if node["Node Type"] == "Sort"),
            default=0,
        )


def of(statement: str, values: Any) -> SqlitePlan | PostgresqlPlan:
    """The plan of a statement with its values, as they were sent to the database of the present application."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        return SqlitePlan([(row[0], row[1], row[3]) for row in rows])
    (plans,) = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).one()
    return PostgresqlPlan(plans[0]["Plan"])
