"""The two refusals of the log, so that a caller can tell a broken file from a false one."""

from tracker.errors import Refusal


class Malformed(Refusal):
    """Bytes that are not what their specification says."""


class NotProved(Refusal):
    """Well formed, and yet a proof or a signature does not hold."""
