"""The words of files on a case: what they are, and whether they may be handed out."""

from enum import StrEnum


class AttachmentKind(StrEnum):
    """What a file is by its content. Nothing else is taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"
    M4A = "m4a"
    OGG = "ogg"


class AttachmentState(StrEnum):
    """`kept`: no scanner is set up. `quarantined`: it did not answer, and nothing leaves before it has."""

    KEPT = "kept"
    SCANNED = "scanned"
    QUARANTINED = "quarantined"
    INFECTED = "infected"
    ERASED = "erased"
