"""What the verifiable log proves and what it cannot, in plain words (history.md, sections 3, 4 and 7)."""

from typing import NamedTuple

from blueprints.i18n import lazy_gettext as _l


class Part(NamedTuple):
    """A heading and the sentences under it."""

    title: str
    sentences: tuple[str, ...]


PARTS = (
    Part(
        _l("What it proves"),
        (
            _l(
                "An entry that was in the log on a day when somebody outside saw it is still there, at the same "
                "place and unchanged, or the checks fail and name it."
            ),
            _l("Nothing was slipped in between entries that were seen, and none was taken out or moved."),
            _l(
                "The entries of one case are numbered without a gap, and each names the one before it. Its history is "
                "whole, and in order."
            ),
            _l(
                "An entry cannot be dated back unseen: its day of recording lies between the days on which "
                "witnesses saw the log without it and with it."
            ),
            _l("Each step was one that the procedure of that day allowed, or it is marked as a correction."),
        ),
    ),
    Part(
        _l("What it cannot prove"),
        (
            _l("That an entry is true. It proves what was written down, and when; not that it happened so."),
            _l(
                "That nothing was left out. What was never entered is in no log. A receipt helps: who has one can "
                "show that their case was entered."
            ),
            _l(
                "Anything against whoever holds the key of the log, as long as nobody outside kept what they saw. Such "
                "a person could rewrite the log and sign it anew. Witnesses, and checkpoints that visitors keep, are "
                "what catches that."
            ),
            _l(
                "Entries that are newer than the last checkpoint, or than the last visit of the witnesses, are only as "
                "safe as the database."
            ),
        ),
    ),
    Part(
        _l("What the case page checks"),
        (
            _l(
                "That the bytes of each entry have the hash that the log holds, and that each entry of the case names "
                "the hash of the one before it, from the first one on."
            ),
            _l(
                "That the newest entry under a checkpoint leads to the checkpoint's signed root. As it names those "
                "before it, it vouches for them all."
            ),
            _l(
                "It does not compare the words on the page with the log. The page of a single entry's proof does: it "
                "opens what is sealed beside the log, and compares it with what the page shows."
            ),
            _l(
                "All this is this server's word about itself. To need nobody's word, check a receipt, a history or the "
                "whole log on a computer of your own."
            ),
        ),
    ),
    Part(
        _l("What a receipt gives away"),
        (
            _l(
                "A printed receipt says the reference of a case, how many entries it has, and where the newest one is "
                "in the log. It names no person, no institution and no day of the case."
            ),
            _l(
                "Yet it shows that somebody brought a case here. Whoever might harm the survivor must not find it: "
                "keep it where no one else comes, or leave it with the community focal point."
            ),
            _l(
                "The file with details also says the step and the day of that entry. It is for an advocate or a court, "
                "not for a pocket."
            ),
        ),
    ),
    Part(
        _l("What a monitor's file gives away"),
        (
            _l(
                "The whole case's entries are in it, so that it can be seen that none is left out; only those of the "
                "one institution say their step and week. The others show their number and their place alone."
            ),
            _l(
                "Every entry carries the case's code in the log, a random number, by which two files of one case could "
                "be put together. So a case has a file for one of its stays alone; chance drew which, once and for all."
            ),
            _l(
                "The place of an entry says when it was made to whoever watched the checkpoints of that time, and more "
                "exactly than the week does. So these files are for monitors, and are not to be published one by one."
            ),
        ),
    ),
    Part(
        _l("What stays possible: erasing"),
        (
            _l(
                "What can be read of a case lies beside the log, locked with a key of that case. To erase the case is "
                "to destroy that key and what it locked. The log still verifies, and nobody can read the case from it."
            ),
            _l("That a case was erased stands in the log, for everybody who checks it."),
        ),
    ),
)
