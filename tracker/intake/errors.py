"""Why an import cannot begin: each is a sentence for the person who started it."""

from tracker.errors import Refusal


class BrokenMapping(Refusal):
    """A mapping file that cannot be used; the sentence names the line or the key, and the mend."""


class UnreadableFile(Refusal):
    """A file that is missing, damaged, or not the table that the mapping describes."""


class NotReady(Refusal):
    """A database that cannot take these records yet."""
