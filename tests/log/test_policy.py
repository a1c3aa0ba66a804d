"""Policy files: which witnesses are enough."""

import pytest

from tracker.log import policy
from tracker.log.keys import COSIGNATURE, SigningKey, VerifierKey
from tracker.log.refusals import Malformed

LOG = SigningKey("tracker.example/log", bytes(32)).verifier()
WITNESSES = {
    name: SigningKey(f"{name.lower()}.example", bytes([number]) * 32).verifier(COSIGNATURE)
    for number, name in enumerate(("X1", "X2", "X3", "Y1", "Y2", "Y3"), 1)
}
LINES = "\n".join(f"witness {name} {key}" for name, key in WITNESSES.items())
# The example of c2sp.org/tlog-policy, with keys.
EXAMPLE = f"""\
log {LOG} https://tracker.example/log

{LINES}
# two organisations
group X-witnesses 2 X1 X2 X3
\tgroup  Y-witnesses any\tY1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def _keys(names: str) -> list[VerifierKey]:
    return [WITNESSES[name] for name in names.split()]


def test_the_example_of_the_specification_is_read():
    found = policy.parse(EXAMPLE)
    assert found.logs == {LOG: "https://tracker.example/log"}
    assert found.witnesses == WITNESSES
    assert found.missing(_keys("X1 X2 Y2 Y3")) == ["X3", "Y1"]


@pytest.mark.parametrize("names", ["X1 X2 Y1", "X2 X3 Y3", "X1 X2 X3 Y1 Y2 Y3"])
def test_a_quorum_is_met(names: str):
    assert policy.parse(EXAMPLE).met_by(_keys(names))


@pytest.mark.parametrize("names", ["", "X1 Y1", "X1 X2 X3", "Y1 Y2 Y3", "X1 Y1 Y2 Y3"])
def test_a_quorum_is_not_met(names: str):
    assert not policy.parse(EXAMPLE).met_by(_keys(names))


def test_a_key_that_the_policy_does_not_name_counts_for_nothing():
    stranger = SigningKey.generate("x2.example").verifier(COSIGNATURE)
    assert not policy.parse(EXAMPLE).met_by([*_keys("X1 Y1"), stranger])


def test_no_quorum_and_a_single_witness():
    assert policy.parse("quorum none\n").met_by([])
    single = policy.parse(f"{LINES}\nquorum Y2")
    assert single.met_by(_keys("Y2"))
    assert not single.met_by(_keys("Y1"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no quorum"),
        (LINES, "no quorum"),
        ("quorum none\nquorum none", "Line 2"),
        ("quorum X1", "Line 1"),
        ("quorum", "Line 1"),
        ("quorum none more", "Line 1"),
        ("witnesses X\nquorum none", "Line 1"),
        (f"witness X1 {LOG}\nquorum X1", "another kind"),
        (f"log {WITNESSES['X1']}\nquorum none", "another kind"),
        (f"log {LOG}\nlog {LOG}\nquorum none", "twice"),
        (f"{LINES}\nwitness Z {WITNESSES['X1']}\nquorum Z", "twice"),
        (f"{LINES}\nwitness X1 {SigningKey.generate('z').verifier(COSIGNATURE)}\nquorum none", "taken"),
        (f"{LINES}\ngroup X1 any X2\nquorum none", "taken"),
        (f"{LINES}\ngroup none any X2\nquorum none", "taken"),
        (f"{LINES}\ngroup G 0 X1 X2\nquorum G", "0 of 2"),
        (f"{LINES}\ngroup G 3 X1 X2\nquorum G", "3 of 2"),
        (f"{LINES}\ngroup G 02 X1 X2\nquorum G", "leading zeroes"),
        (f"{LINES}\ngroup G some X1 X2\nquorum G", "some"),
        (f"{LINES}\ngroup G any\nquorum G", "members"),
        (f"{LINES}\ngroup G any X1 X1\nquorum G", "twice"),
        (f"{LINES}\ngroup G any X1\ngroup H any X1\nquorum H", "twice"),
        (f"{LINES}\ngroup G any H\ngroup H any X1\nquorum G", "not defined"),
        (f"{LINES}\ngroup G any none\nquorum G", "not defined"),
        (f"{LINES}\ngroup G any G\nquorum G", "not defined"),
        (f"{LINES}\r\nquorum none", "control character"),
        ("quorum none\0", "control character"),
    ],
)
def test_a_broken_policy_is_refused_with_its_line(text: str, says: str):
    with pytest.raises(Malformed, match=says):
        policy.parse(text)


def test_a_policy_may_have_many_logs_witnesses_and_groups():
    keys = {f"w{number}": SigningKey.generate(f"w{number}.example") for number in range(40)}
    lines = [f"log {key.verifier()}" for key in keys.values()]
    lines += [f"witness {name} {key.verifier(COSIGNATURE)}" for name, key in keys.items()]
    lines += [f"group g{number} any w{number}" for number in range(40)]
    lines += [f"group all all {' '.join(f'g{number}' for number in range(40))}", "quorum all"]
    seen = [key.verifier(COSIGNATURE) for key in keys.values()]
    assert policy.parse("\n".join(lines)).met_by(seen)
    assert not policy.parse("\n".join(lines)).met_by(seen[1:])
