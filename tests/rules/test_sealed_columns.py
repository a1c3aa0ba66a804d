"""The inventory of what is sealed (ASVS 11.1.1): every column of bytes says with which key, or that it is no secret."""

import sqlalchemy as sa

import tracker.models  # noqa: F401 - so that the metadata is whole
from tracker.db import Base
from tracker.keyring import SEALED
from tracker.ledger.erased import SCRUBBED

UNDER_THE_INSTALLATION_S_KEYS = {
    "case_key.wrapped": "case-key/{case_id}/{alert_id}",
    "gateway.former": "gateway.former:{code}",
    "gateway.secret": "gateway.secret:{code}",
    "mail.sealed": "mail:{key}",
    "receiver_secret.sealed": "receiver_secret:{key}",
    "reset_request.sealed": "reset_request",
    "sheet_row.remark": "sheet_row.remark:{import_id}:{line}",
    "sheet_row.sealed": "sheet_row:{import_id}:{line}",
    "totp_factor.seed": "totp_factor:{user_id}",
    "user_account.email": "user_account.email:{id}",
}
"""What `tracker keys rotate` seals anew, and the place that each is bound to."""

UNDER_THE_KEY_OF_THE_CASE = {
    "alert_contact.sealed",
    "attachment.sealed",
    "entry_note.sealed",
    "gateway_message.sealed",
    "log_disclosure.sealed",
    "narrative.sealed",
    "person.sealed",
    "reprisal_assessment.sealed",
}
"""What nobody opens once the case is erased."""

NO_SECRETS = {
    "field_file.content",
    "field_file.name",
    "field_form.content",
    "field_form.instance",
    "field_form.replaces",
    "gateway_message.fingerprint",
    "gateway_message.sender",
    "log_checkpoint.note",
    "log_checkpoint.root",
    "log_entry.hash",
    "log_entry.leaf",
    "log_head.frontier",
    "log_node.hash",
    "log_notice.content",
    "passkey.credential_id",
    "passkey.public_key",
    "search_term.fingerprint",
    "sheet_row.identity",
    "sheet_taken.identity",
    "submission.fingerprint",
    "submission.told",
}
"""Hashes, public keys, keyed fingerprints, and what the log shows to everybody."""


def _columns() -> dict[str, sa.Column[object]]:
    return {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }


def test_every_column_of_bytes_is_in_the_inventory():
    known = {*UNDER_THE_INSTALLATION_S_KEYS, *UNDER_THE_KEY_OF_THE_CASE, *NO_SECRETS}
    assert _columns().keys() == known, (
        "say which key seals it, so that rotations and erasures do not leave it behind"
    )


def test_a_rotation_finds_all_that_the_installation_s_keys_seal():
    marked = {name: column.info[SEALED] for name, column in _columns().items() if SEALED in column.info}
    assert marked == UNDER_THE_INSTALLATION_S_KEYS


def test_the_files_are_scrubbed_of_all_that_an_erasure_takes_away():
    assert {name.partition(".")[0] for name in UNDER_THE_KEY_OF_THE_CASE} <= set(SCRUBBED)
