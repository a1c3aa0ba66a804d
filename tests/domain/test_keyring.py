"""The installation's keys: what they seal, what they refuse, and how one follows another."""

import stat
from pathlib import Path

import pytest

from tracker.errors import CannotUnseal
from tracker.keyring import Ring


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    made = Ring(tmp_path / "keys")
    made.begin()
    return made


def test_only_its_owner_can_read_a_key(ring: Ring):
    files = [path for path in ring.folder.iterdir() if path.suffix == ".key"]
    assert len(files) == 2, "one that seals, one for blind indexes"
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700
    files[0].chmod(0o640)
    ring.folder.touch()
    with pytest.raises(CannotUnseal, match="chmod 0600"):
        ring.seal(b"x", context="here")


def test_what_was_changed_moved_or_is_another_installation_s_stays_shut(ring: Ring, tmp_path: Path):
    sealed = ring.seal(b"Nyandeng", context="case/1")
    assert b"Nyandeng" not in sealed
    assert ring.unseal(sealed, context="case/1") == b"Nyandeng"
    assert ring.seal(b"Nyandeng", context="case/1") != sealed
    with pytest.raises(CannotUnseal, match="changed, or belongs elsewhere"):
        ring.unseal(sealed, context="case/2")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(CannotUnseal):
            ring.unseal(changed, context="case/1")
    for cut in (b"", sealed[:5], sealed[:16], sealed[:-1]):
        with pytest.raises(CannotUnseal):
            ring.unseal(cut, context="case/1")
    other = Ring(tmp_path / "other")
    other.begin()
    with pytest.raises(CannotUnseal, match="is not there"):
        other.unseal(sealed, context="case/1")


def test_a_new_key_seals_at_once_and_the_old_one_still_opens(ring: Ring):
    elsewhere = Ring(ring.folder)
    before, old = ring.seal(b"before", context=""), ring.sealing()
    assert elsewhere.unseal(before, context="") == b"before"
    new = ring.add()
    after = ring.seal(b"after", context="")
    assert (ring.sealing(), new == old) == (new, False)
    assert elsewhere.unseal(after, context="") == b"after", "another process learns of it by itself"
    ring.retire(old)
    assert elsewhere.sealing() == new
    assert elsewhere.unseal(before, context="") == b"before", "what a backup holds can still be read"
    assert elsewhere.retired() == [old]


def test_keys_are_begun_once(ring: Ring):
    ids = ring.ids()
    ring.begin()
    assert ring.ids() == ids


def test_without_keys_nothing_is_sealed_and_a_sentence_says_what_to_do(tmp_path: Path):
    none = Ring(tmp_path / "nowhere")
    for refused in (lambda: none.seal(b"", context=""), lambda: none.blind("", purpose="")):
        with pytest.raises(CannotUnseal, match="Run: tracker db upgrade"):
            refused()


def test_a_damaged_key_file_is_named(ring: Ring):
    file = next(path for path in ring.folder.glob("001-*.key"))
    file.write_text(file.read_text()[:-4] + "AA=\n")
    ring.folder.touch()
    with pytest.raises(CannotUnseal, match=rf"{file.name} is damaged"):
        ring.seal(b"x", context="")


def test_a_fingerprint_finds_equal_texts_of_one_purpose_and_none_without_the_key(ring: Ring, tmp_path: Path):
    one = ring.blind("nyandeng", purpose="name")
    assert one == Ring(ring.folder).blind("nyandeng", purpose="name")
    assert one != ring.blind("nyandeng", purpose="phone")
    assert one != ring.blind("nyandenh", purpose="name")
    other = Ring(tmp_path / "other")
    other.begin()
    assert one != other.blind("nyandeng", purpose="name")
