"""Debian's Go and its copy of golang.org/x/mod: other people's code, which reads the logs that ours writes."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

GOPATH = Path("/usr/share/gocode")
"""Where Debian's and Ubuntu's packages put Go's libraries: with this path the verifier builds without a network."""

SOURCE = Path(__file__).with_name("verifier")
CACHE = Path(__file__).parents[2] / ".cache" / "go-build"


def why_not() -> str | None:
    """A sentence when the verifier cannot be built here, else None."""
    if not shutil.which("go"):
        return "Go was not found (Debian's package golang-go)."
    if not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        return f"golang.org/x/mod was not found in {GOPATH} (Debian's package golang-golang-x-mod-dev)."
    return None


@dataclass(frozen=True)
class Answer:
    """How the verifier ended and what it wrote."""

    ok: bool
    out: str
    err: str


@dataclass(frozen=True)
class Verifier:
    """The verifier in `verifier/main.go`, built."""

    program: Path

    def __call__(self, *arguments: object) -> Answer:
        """Runs it with these arguments."""
        ended = subprocess.run(
            [self.program, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        return Answer(ended.returncode == 0, ended.stdout, ended.stderr)


def build(folder: Path) -> Verifier:
    """Builds the verifier into a folder, from Debian's sources alone."""
    program = folder / "verifier"
    offline = {
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(CACHE),
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    subprocess.run(
        ["go", "build", "-buildvcs=false", "-o", program, "."],
        cwd=SOURCE,
        env=os.environ | offline,
        check=True,
    )
    return Verifier(program)
