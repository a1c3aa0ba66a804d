#!/bin/sh
# Writes run.txt, dev.txt and uv.txt anew: every package at one version, with the hashes of all its files, and
# without the name of any host, so that a mirror serves as well as the registry. Takes the options of
# `uv pip compile` (for instance --upgrade). uv reads no settings of this machine here: hashes of packages that
# somebody built on it would be of no use elsewhere.
set -eu
cd "$(dirname "$0")/.."
export UV_PYTHON_DOWNLOADS=never UV_CUSTOM_COMPILE_COMMAND="make lock"

uv=$(command -v uv || echo .venv/bin/uv)
"$uv" --version >/dev/null 2>&1 || .venv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
compile() {
    output=$1
    shift
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --output-file "$output" "$@"
}

compile requirements/run.txt pyproject.toml --group set-up "$@"
compile requirements/dev.txt pyproject.toml --group set-up --extra dev --constraint requirements/run.txt "$@"
compile requirements/uv.txt requirements/uv.in "$@"
