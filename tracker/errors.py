"""Refusals of the domain: each is a sentence that says what to do. `blueprints.errors` gives each a status."""

from typing import Any


class Sentence(str):
    """An English sentence with its values filled in, which the web can say in another language."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]


def say(template: str, **values: Any) -> Sentence:
    """The sentence `template` with `%(name)s` filled in from `values`; translators get the template."""
    sentence = Sentence(template % values if values else template)
    sentence.template = template
    sentence.values = values
    return sentence


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Something that the system will not do; `str()` is a sentence for the person who asked."""

    @property
    def sentence(self) -> str:
        """What to tell the person: a `Sentence` where it can be said in other languages."""
        return self.args[0] if self.args else ""


class NotFound(Refusal):
    """It does not exist, or this person may not know that it does: the two are never told apart."""


class NotPermitted(Refusal):
    """The person's role does not allow this act at all."""


class StepRefused(Refusal):
    """The procedure does not open this step now, here, to this person."""


class OutOfDate(Refusal):
    """Somebody else changed the thing after this person opened it."""


class Mistyped(Refusal):
    """A reference whose check character does not match: it was typed wrongly, whatever exists."""


class TooMany(Refusal):
    """More in a short time than can be taken; it may be sent again later."""


class NoConsent(Refusal):
    """A referral without consent for its recipient."""


class ConflictOfInterest(Refusal):
    """The case would come to an institution of whose people one is accused in it, or stay with nobody else."""


class NotSafe(Refusal):
    """Sharing a case whose people have not been protected against reprisals yet."""


class BrokenProcedure(Refusal):
    """A procedure file that cannot be used; the sentence names the place and the mend."""


class BadSetting(Refusal):
    """A setting of the environment that is missing, weak or unreadable."""


class LogIncomplete(Refusal):
    """The verifiable log lacks entries that were written before it: the upgrade has to bring them in first."""


class CannotSign(Refusal):
    """A checkpoint that is not signed: there is no key, or the log is behind what was signed or seen before."""


class CannotUnseal(Refusal):
    """What is sealed stays shut: its key is missing or damaged, or it was changed, or belongs elsewhere."""


class BadInput(Refusal):
    """Values that cannot be taken: a sentence for each field."""

    def __init__(self, **sentences: str) -> None:
        """`sentences`: field name to what is wrong with it and what to enter instead."""
        super().__init__(
            next(iter(sentences.values())) if len(sentences) == 1 else " ".join(sentences.values())
        )
        self.sentences = sentences
