"""One application behind waitress, in a process of its own, which says what it has cost so far.

    python -m benchmarks.worker floor|pages URL

First prints, as JSON, its port and the pages that can be asked for. Then it answers each line, "begin" or "end" of a
turn, with the CPU seconds that this process has taken so far; garbage is collected before a turn begins. Separate
processes keep one application's caches and garbage out of the other's account.
"""

import gc
import json
import logging
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from threading import Thread
from time import process_time
from typing import NamedTuple

from flask import Flask
from waitress.server import create_server

_MEASURED = {"floor": "benchmarks.floor", "pages": "benchmarks.signed_in"}
"""Modules with a function `prepared(url)`; only one of them is ever imported here."""


class Prepared(NamedTuple):
    """An application, and its pages by name: the path, and the headers to ask with."""

    app: Flask
    pages: dict[str, tuple[str, dict[str, str]]]


def main() -> None:
    """Serves until its parent closes the pipe."""
    kind, url = sys.argv[1:]
    prepare: Callable[[str], Prepared] = import_module(_MEASURED[kind]).prepared
    app, pages = prepare(url)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    door = socket.create_server(("127.0.0.1", 0))
    server = create_server(app, sockets=[door], threads=1, ident=None)
    Thread(target=server.run, daemon=True).start()
    print(json.dumps({"port": door.getsockname()[1], "pages": pages}), flush=True)
    for line in sys.stdin:
        if line == "begin\n":
            gc.collect()
        print(process_time(), flush=True)


if __name__ == "__main__":
    main()
