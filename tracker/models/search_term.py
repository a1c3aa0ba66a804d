"""By what people are found who are looked up by name or telephone: fingerprints, which say neither."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker import keyring, spelling
from tracker.db import Base


class SearchTerm(Base):
    """One word of a person's name, or a telephone number, as one institution finds it: a keyed fingerprint.

    Each institution has its own: nobody learns from the table that two institutions know the same person.
    """

    __tablename__ = "search_term"
    __table_args__ = (sa.Index("ix_search_term_fingerprint_person_id", "fingerprint", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    fingerprint: Mapped[bytes]


def terms_of(name: str, phone: str, institution_ids: Iterable[int]) -> set[bytes]:
    """The fingerprints by which these institutions find a person of this name and telephone."""
    makers = ((by_name, name), (by_sound, name), (by_phone, phone))
    return {one for number in institution_ids for make, said in makers for one in make(said, number)}


def by_name(name: str, institution_id: int) -> set[bytes]:
    """The fingerprint of each word of a name, as an institution looks for it."""
    return {keyring.blind(word, purpose=f"name/{institution_id}") for word in spelling.words(name)}


def by_sound(name: str, institution_id: int) -> set[bytes]:
    """The fingerprints of how a name sounds: who registers a person is shown those who may be the same."""
    return {keyring.blind(one, purpose=f"sound/{institution_id}") for one in spelling.sounds(name)}


def by_phone(phone: str, institution_id: int) -> set[bytes]:
    """The fingerprint of each telephone number, as an institution looks for it."""
    return {keyring.blind(number, purpose=f"phone/{institution_id}") for number in spelling.numbers(phone)}
