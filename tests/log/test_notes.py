"""Signed notes, keys and their ids: other people's notes open here, ours are as strict as theirs."""

from pathlib import Path

import pytest

from tracker.log import cosignatures, notes
from tracker.log.keys import COSIGNATURE, ED25519, SigningKey, VerifierKey, read_key_file, write_key_file
from tracker.log.notes import Note, Signature
from tracker.log.refusals import Malformed, NotProved

# The example of the documentation and the tests of golang.org/x/mod/sumdb/note.
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
ENOCH = VerifierKey.parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}"

# The example of c2sp.org/signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

# A checkpoint of a public log, with the cosignature of a public witness.
PUBLIC_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
PUBLIC_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLIC_CHECKPOINT = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501 - as the log served it


def test_go_and_we_sign_alike():
    key = SigningKey.parse(PETER_PRIVATE)
    assert key.encode() == PETER_PRIVATE
    assert key.verifier() == PETER
    assert Note(TEXT, (key.sign(TEXT),)).encode().decode() == NOTE


def test_a_note_opens_with_each_of_its_keys_and_with_both():
    note = notes.parse((NOTE + ENOCH_LINE).encode())
    assert [key for key, _ in notes.verified(note, [PETER])] == [PETER]
    assert [key for key, _ in notes.verified(note, [ENOCH])] == [ENOCH]
    assert [key for key, _ in notes.verified(note, [ENOCH, PETER])] == [PETER, ENOCH]
    assert note.encode().decode() == NOTE + ENOCH_LINE


def test_the_example_of_the_specification_opens():
    note = notes.parse(EXAMPLE_NOTE.encode())
    assert notes.verified(note, [VerifierKey.parse(EXAMPLE_KEY)])


def test_a_public_logs_checkpoint_opens_with_its_key_and_its_witness():
    keys = [VerifierKey.parse(PUBLIC_LOG), VerifierKey.parse(PUBLIC_WITNESS)]
    found = notes.verified(notes.parse(PUBLIC_CHECKPOINT.encode()), keys)
    assert [key for key, _ in found] == keys
    assert cosignatures.unpack(found[1][1].data)[0] == 1779573024
    changed = notes.parse(PUBLIC_CHECKPOINT.replace("1432088532", "1432088533").encode())
    for key in keys:
        with pytest.raises(NotProved, match="false"):
            notes.verified(changed, [key])


@pytest.mark.parametrize("text", [str(PETER), EXAMPLE_KEY, PUBLIC_LOG, PUBLIC_WITNESS])
def test_a_verifier_key_is_written_as_it_was_read(text: str):
    assert str(VerifierKey.parse(text)) == text


def test_no_part_and_no_neighbour_of_a_verifier_key_is_one():
    right = str(PETER)
    parts = {right[start:end] for start in range(len(right)) for end in range(start, len(right) + 1)} - {
        right
    }
    changed = {right[:at] + chr(ord(one) + 1) + right[at + 1 :] for at, one in enumerate(right)}
    wrong = {
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        right.replace("c74f20a3", "C74F20A3"),
    }
    for text in parts | changed | wrong:
        with pytest.raises(Malformed):
            VerifierKey.parse(text)


def test_no_neighbour_of_a_private_key_is_one():
    for at, one in enumerate(PETER_PRIVATE):
        with pytest.raises(Malformed):
            SigningKey.parse(PETER_PRIVATE[:at] + chr(ord(one) + 1) + PETER_PRIVATE[at + 1 :])


def test_one_seed_signs_as_a_log_and_as_a_witness_under_two_ids():
    key = SigningKey.generate("witness.example/w")
    log, witness = key.verifier(), key.verifier(COSIGNATURE)
    assert (log.kind, witness.kind) == (ED25519, COSIGNATURE)
    assert log.key_id != witness.key_id
    assert witness.holds(TEXT, key.cosign(TEXT, 7).data)
    assert not log.holds(TEXT, key.cosign(TEXT, 7).data)
    assert not witness.holds(TEXT, key.sign(TEXT).data)


def test_a_cosignature_is_of_its_time():
    key = SigningKey.generate("witness.example/w")
    data = key.cosign(TEXT, 1000).data
    later = (1001).to_bytes(8) + data[8:]
    assert key.verifier(COSIGNATURE).holds(TEXT, data)
    assert not key.verifier(COSIGNATURE).holds(TEXT, later)
    for wrong in (data[:-1], data + b"\0", b"\xff" + data[1:]):
        assert not key.verifier(COSIGNATURE).holds(TEXT, wrong)


def test_a_note_that_no_known_key_signed_is_refused():
    for keys in ([], [ENOCH], [VerifierKey("PeterNeumann", ED25519, ENOCH.public)]):
        with pytest.raises(NotProved, match="No key"):
            notes.verified(notes.parse(NOTE.encode()), keys)


def test_one_false_signature_of_a_known_key_spoils_the_whole_note():
    false = Signature("PeterNeumann", PETER.key_id, bytes(64))
    note = notes.parse((NOTE + ENOCH_LINE + false.line()).encode())
    with pytest.raises(NotProved, match="false"):
        notes.verified(note, [PETER, ENOCH])
    assert notes.verified(note, [ENOCH])


def test_every_changed_bit_of_the_text_is_refused():
    for at in range(len(TEXT)):
        for bit in range(7):
            changed = TEXT[:at] + chr(ord(TEXT[at]) ^ (1 << bit)) + TEXT[at + 1 :]
            with pytest.raises((Malformed, NotProved)):
                notes.verified(notes.parse(f"{changed}\n{PETER_LINE}".encode()), [PETER])


def test_every_changed_bit_of_the_signature_is_refused():
    signature = notes.parse(NOTE.encode()).signatures[0]
    for at in range(len(signature.data)):
        data = bytearray(signature.data)
        data[at] ^= 1
        note = Note(TEXT, (Signature(signature.name, signature.key_id, bytes(data)),))
        with pytest.raises(NotProved):
            notes.verified(note, [PETER])


def test_a_note_may_have_empty_lines_and_sixteen_signatures():
    text = "one\n\n\ntwo\n\n"
    keys = [SigningKey.generate(f"key{number}") for number in range(16)]
    note = Note(text, tuple(key.sign(text) for key in keys))
    assert notes.parse(note.encode()) == note
    assert len(notes.verified(note, [key.verifier() for key in keys])) == 16


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}{PETER_LINE}",
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        NOTE + "more",
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("think", "th\tink"),
        NOTE.replace("think", "th\0ink"),
        NOTE.replace("— ", "—"),
        NOTE.replace("— ", "- "),
        NOTE.replace("PeterNeumann ", "Peter Neumann "),
        NOTE.replace("PeterNeumann", "Peter+Neumann"),
        NOTE.replace("PeterNeumann", "Peter\u2003Neumann"),
        NOTE.replace("PeterNeumann", ""),
        NOTE.replace("AM=", "AN="),
        NOTE.replace("AM=", "AM"),
        NOTE.replace("AM=", "AM= "),
        NOTE.replace("x08go/ZJ", "x08go_ZJ"),
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        NOTE + PETER_LINE * 100,
    ],
)
def test_a_note_in_any_other_form_is_refused(wrong: str):
    with pytest.raises(Malformed):
        notes.parse(wrong.encode())


def test_a_note_is_utf8():
    with pytest.raises(Malformed):
        notes.parse(NOTE.encode("utf-16"))
    with pytest.raises(Malformed):
        notes.parse(b"\xff" + NOTE.encode())


def test_a_cosignature_has_a_time_that_a_clock_could_show():
    for time in (-1, 2**63):
        with pytest.raises(Malformed, match="time"):
            SigningKey.generate("w").cosign(TEXT, time)


@pytest.mark.parametrize("text", ["no newline", "", "a\rb\n", "a\0\n", NOTE.removesuffix("\n")])
def test_a_text_that_no_note_can_have_is_not_signed(text: str):
    key = SigningKey.generate("k")
    with pytest.raises(Malformed):
        Note(text, (key.sign(text),)).encode()


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b"])
def test_a_key_has_a_name_without_spaces_and_plus(name: str):
    with pytest.raises(Malformed):
        SigningKey(name, bytes(32)).verifier()


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path):
    key, path = SigningKey.generate("tracker.example/log"), tmp_path / "log.key"
    write_key_file(path, key)
    assert path.stat().st_mode & 0o777 == 0o400
    assert read_key_file(path) == key
    with pytest.raises(FileExistsError):
        write_key_file(path, key)
    for mode in (0o600, 0o440, 0o404, 0o500):
        path.chmod(mode)
        with pytest.raises(Malformed, match=f"mode 0{mode:o}"):
            read_key_file(path)


def test_a_private_key_does_not_show_itself():
    assert "seed" not in repr(SigningKey.parse(PETER_PRIVATE))
