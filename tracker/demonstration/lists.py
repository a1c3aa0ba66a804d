"""A list that the network brought and has not confirmed yet: what would happen to its rows can be seen."""

from tracker.actions import sheet_work, sheets
from tracker.intake import sheet_reading
from tracker.models import Acting
from tracker.vocabulary import SheetKind, SheetState

_LIST = """\
Number,Concern,Area,Date of incident,Survivor,Age,Urgency,Risk,Risk of reprisals,Consent,Shared with
12,threat_or_intimidation,Wun Riak,2026-01-14,Adut,31,normal,low,low,given,Wun Riak police station
13,cattle_raiding,Duk,2026-01-16,Majok,44,urgent,medium,low,declined,
14,forced_marriage,Gol Athiir,2026-01-20,Nyibol,16,very urgent,high,high,declined,
15,extortion_or_illegal_fee,Wun Riak,2026-02-30,Garang,27,normal,low,low,given,
"""


def bring(*, actor: Acting) -> None:
    """Brings the list and has it looked through."""
    sheet = sheets.bring(SheetKind.CASES, _LIST.encode(), actor=actor)
    sheets.choose(sheet, actor=actor, heading=sheet.heading, columns=sheet.columns)
    known = sheet_reading.setting(sheet_reading.codes())
    while sheet.state is SheetState.CHECKING:
        sheet_work.go_on(sheet, known)
