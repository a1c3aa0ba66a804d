"""Of what other systems are told."""

from enum import StrEnum


class Topic(StrEnum):
    """A kind of change, as wide as can be: a narrower one would tell of the case, and be no content-free word."""

    ALERT_CHANGED = "alert_changed"
    CASE_CHANGED = "case_changed"
    TRACK_CHANGED = "track_changed"
    REPORT_PUBLISHED = "report_published"
    RECEIVER_TRIED = "receiver_tried"

    @property
    def spoken(self) -> str:
        """Its name in a message, such as "track.changed"."""
        return self.value.replace("_", ".")


CHOSEN_TOPICS = tuple(topic for topic in Topic if topic is not Topic.RECEIVER_TRIED)
"""Those that an administrator chooses among; an administrator's try needs no choice."""
