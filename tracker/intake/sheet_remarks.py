"""What is wrong with a row, kept sealed until its owner has read it: a sentence may say what the row holds."""

import json
from collections.abc import Mapping

from tracker import keyring
from tracker.errors import Sentence, say
from tracker.models import SheetRow

_CONTEXT = str(SheetRow.__table__.c.remark.info[keyring.SEALED])


def sealed(row: SheetRow, sentences: Mapping[str, str]) -> bytes:
    """A sentence for each field ("": for the whole row), such that it can still be said in another language."""
    told = [
        [field, said.template, {name: str(value) for name, value in said.values.items()}]
        if isinstance(said, Sentence)
        else [field, said, {}]
        for field, said in sentences.items()
    ]
    return keyring.seal(json.dumps(told).encode(), context=_context(row))


def opened(row: SheetRow) -> list[tuple[str, Sentence]]:
    """The sentences that `sealed` was given, in their order; none where nothing is wrong."""
    if row.remark is None:
        return []
    told = json.loads(keyring.unseal(row.remark, context=_context(row)))
    return [(field, say(template, **values)) for field, template, values in told]


def _context(row: SheetRow) -> str:
    return _CONTEXT.format(import_id=row.import_id, line=row.line)
