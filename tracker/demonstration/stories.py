"""What happens in the demonstration's cases, told in the procedure's own steps.

A story is a row of words. Each is a step of the procedure (`accept`, `list_hearing`), taken on the newest part of
the case that it is open on, by somebody who may; or one of the acts that have forms of their own: `alert`,
`register`, `consent`, `wall_off`, `refer`, `arrest`, `extend`, `produce`, `move`, `review`, `release`, `decide`,
`correct`, `withdraw_entry`, `expire`. After a colon stands what the step asks: a reason, an institution by the word of
`places.HOMES`, an outcome with orders, a day.
`intake` is an alert that becomes a case, or a case registered at the desk; both are triaged.
`rest` is how many days ago the last of it happened, so that some of what waits is over its limit.
"""

from typing import NamedTuple

from tracker.vocabulary import Concern

FRESH = (0.03, 0.1)
TODAY = (0.1, 1.2)
NEW = (0.3, 2.5)
WEEK = (2, 7)
LATE = (6, 16)
MONTH = (10, 28)
OLD = (20, 400)


class Story(NamedTuple):
    """One story, told of `times` cases. `concern`: the one that it must be about; `at_main`: where everybody works."""

    times: int
    rest: tuple[float, float]
    script: str
    concern: Concern | None = None
    at_main: bool = False


_POLICE = "intake refer:police acknowledge accept start_investigation"
_FILE = _POLICE + " record_measure:statement_taken identify_suspect complete_file"
_PROSECUTION = _FILE + " forward:prosecution record_visit"
_COURT = _PROSECUTION + " acknowledge accept start_review charge:court"
_CUSTOMARY = "intake refer:police accept forward:customary"
_END = " deliver_accepted resolve close:outcome_delivered"

ALERTS = (
    Story(3, FRESH, "alert"),
    Story(3, TODAY, "alert"),
    Story(3, FRESH, "alert call_back:reached"),
    Story(2, TODAY, "alert call_back:no_answer"),
    Story(3, FRESH, "alert call_back:reached verify"),
    Story(4, OLD, "alert call_back:reached verify close_as_false_alarm"),
    Story(3, OLD, "alert close_as_duplicate"),
    Story(5, OLD, "alert call_back:reached close_as_responded"),
    Story(4, OLD, "alert call_back:no_answer call_back:wrong_number close_without_response"),
)

INTAKE = (
    Story(2, FRESH, "alert call_back:reached verify register"),
    Story(2, NEW, "register"),
    Story(3, FRESH, "intake"),
    Story(3, NEW, "intake"),
    Story(3, OLD, "intake support_only deliver_accepted close:outcome_delivered"),
    Story(1, WEEK, "intake support_only"),
    Story(2, MONTH, "intake monitor_only"),
    Story(2, OLD, "intake monitor_only record_visit resolve close:outcome_delivered"),
    Story(2, OLD, "intake close_at_intake:not_a_protection_case"),
    Story(1, OLD, "register close_at_intake:duplicate"),
)

POLICE = (
    Story(6, TODAY, "intake refer:police"),
    Story(3, WEEK, "intake refer:police"),
    Story(3, LATE, "intake refer:police"),
    Story(2, NEW, "intake refer:unit"),
    Story(4, TODAY, "intake refer:police acknowledge"),
    Story(2, WEEK, "intake refer:police acknowledge"),
    Story(2, NEW, "intake refer:police acknowledge request_information"),
    Story(2, TODAY, "intake refer:police acknowledge request_information give_information"),
    Story(5, WEEK, "intake refer:police acknowledge accept"),
    Story(3, WEEK, _POLICE),
    Story(4, MONTH, _POLICE + " record_measure:statement_taken record_visit"),
    Story(2, MONTH, "intake refer:unit accept start_investigation record_measure:medical_referral"),
    Story(2, TODAY, _POLICE + " identify_suspect arrest"),
    Story(2, WEEK, _POLICE + " arrest identify_suspect"),
    Story(2, WEEK, _POLICE + " identify_suspect arrest release:bond"),
    Story(3, MONTH, _POLICE + " record_measure:scene_visited identify_suspect"),
    Story(4, WEEK, _FILE),
    Story(
        1,
        OLD,
        "intake refer:police accept return_to_sender refer:police2 accept take_no_action:not_an_offence"
        + _END,
    ),
    Story(1, WEEK, "intake refer:police accept return_to_sender"),
    Story(3, OLD, _POLICE + " record_visit take_no_action:suspect_not_found" + _END),
    Story(
        1,
        OLD,
        _POLICE + " take_no_action:survivor_withdrew record_unreachable resolve close:survivor_withdrew",
    ),
    Story(3, OLD, "intake refer:police acknowledge record_choice_of_mediation" + _END),
    # Refused at one station, then taken up by another
    Story(
        1,
        WEEK,
        "intake refer:police acknowledge refuse_to_register record_visit escalate refer_again:unit accept "
        "start_investigation deliver_accepted",
        at_main=True,
    ),
    Story(1, MONTH, "intake refer:police acknowledge refuse_to_register deliver_accepted escalate"),
    Story(
        2,
        WEEK,
        "intake refer:police not_accept:out_of_area refer:police2 acknowledge accept start_investigation",
    ),
    Story(2, MONTH, "intake refer:police not_accept:no_capacity refer:unit accept"),
    Story(1, NEW, "intake refer:police acknowledge not_accept:institution_implicated"),
    Story(
        2, OLD, "intake refer:police revoke refer:unit accept start_investigation take_no_action:other" + _END
    ),
    Story(2, MONTH, "intake refer:police expire record_visit escalate"),
    Story(1, WEEK, "intake refer:police expire refer:police2"),
)

PROSECUTION = (
    Story(2, NEW, _FILE + " forward:prosecution"),
    Story(2, LATE, _FILE + " forward:prosecution"),
    Story(2, NEW, _PROSECUTION + " acknowledge"),
    Story(1, NEW, _PROSECUTION + " acknowledge request_information"),
    Story(3, WEEK, _PROSECUTION + " acknowledge accept"),
    Story(3, MONTH, _PROSECUTION + " accept start_review"),
    Story(1, (33, 40), _PROSECUTION + " accept start_review record_visit"),
    Story(2, OLD, _PROSECUTION + " accept start_review decline:insufficient_evidence" + _END),
    Story(1, WEEK, _PROSECUTION + " accept decline:witness_unavailable"),
    # The prosecutor returns the file
    Story(
        1,
        WEEK,
        _PROSECUTION + " accept start_review return_for_investigation:police accept start_investigation",
        at_main=True,
    ),
    Story(
        1,
        OLD,
        _PROSECUTION
        + " accept return_for_investigation:police accept start_investigation complete_file forward:prosecution accept "
        "charge:court accept list_hearing hear decide:convicted+sentence deliver_accepted record_implemented"
        + _END,
    ),
    Story(2, OLD, _PROSECUTION + " accept divert" + _END, Concern.CHILD_IN_CONFLICT_WITH_LAW),
    Story(1, OLD, _PROSECUTION + " not_accept:incomplete refer:customary accept dismiss" + _END),
    Story(1, MONTH, _PROSECUTION + " revoke"),
    Story(1, MONTH, _PROSECUTION + " expire"),
)

COURT = (
    Story(3, NEW, _COURT),
    Story(2, LATE, _COURT),
    Story(2, TODAY, _COURT + " acknowledge"),
    Story(1, WEEK, _CUSTOMARY + " acknowledge request_information"),
    Story(4, WEEK, _COURT + " acknowledge accept"),
    Story(1, WEEK, "intake refer:police,town police.accept start_investigation town.accept"),
    Story(5, WEEK, _COURT + " accept list_hearing"),
    Story(2, LATE, _COURT + " accept list_hearing:-2"),
    Story(1, WEEK, _CUSTOMARY + " accept flag_jurisdiction list_hearing", Concern.RAPE),
    Story(1, WEEK, _COURT + " accept list_hearing hear withdraw_entry"),
    Story(3, WEEK, _COURT + " accept list_hearing hear"),
    Story(3, WEEK, _COURT + " accept list_hearing adjourn:witness_absent"),
    Story(2, MONTH, _CUSTOMARY + " accept list_hearing adjourn:parties_negotiating:-4"),
    # Adjourned three times
    Story(
        1,
        WEEK,
        _COURT + " accept list_hearing adjourn:judge_absent record_visit adjourn:accused_not_produced "
        "adjourn:transport_or_fuel",
        at_main=True,
    ),
    Story(2, MONTH, _COURT + " accept list_hearing adjourn_sine_die:judge_absent"),
    Story(1, WEEK, _COURT + " accept list_hearing adjourn_sine_die:insecurity escalate"),
    Story(3, WEEK, _COURT + " accept list_hearing hear reserve_judgment"),
    Story(1, WEEK, _CUSTOMARY + " accept transfer:county acknowledge"),
    Story(
        1,
        OLD,
        _CUSTOMARY + " accept flag_jurisdiction transfer:county accept list_hearing hear "
        "decide:convicted+compensation deliver_accepted record_implemented" + _END,
        Concern.KILLING,
    ),
    Story(2, OLD, _COURT + " accept list_hearing adjourn:witness_absent dismiss" + _END),
    Story(1, NEW, _COURT + " accept list_hearing adjourn:witness_absent dismiss"),
    Story(2, OLD, _CUSTOMARY + " accept list_hearing record_withdrawal" + _END),
    Story(
        1,
        OLD,
        _COURT + " not_accept:out_of_mandate refer:county accept list_hearing hear decide:acquitted" + _END,
    ),
    Story(1, MONTH, "intake refer:police,town police.accept start_investigation revoke"),
    Story(1, MONTH, _CUSTOMARY + " expire record_visit"),
    Story(1, OLD, "intake refer:mobile accept list_hearing hear decide:settled" + _END),
    Story(1, OLD, "intake refer:chiefs accept list_hearing hear decide:compensation_ordered" + _END),
    Story(
        1,
        OLD,
        "intake refer:high accept list_hearing hear decide:released_unlawful_detention+release "
        "deliver_accepted record_implemented" + _END,
        Concern.PROLONGED_DETENTION,
    ),
    Story(1, MONTH, "intake refer:military acknowledge accept"),
    Story(1, OLD, "intake refer:headman accept list_hearing hear decide:settled" + _END),
)

_DECIDED = _COURT + " accept list_hearing hear decide:convicted"
_ARRESTED = (
    _POLICE
    + " identify_suspect arrest complete_file release:before_court forward:prosecution record_visit accept "
    "start_review charge:court accept list_hearing adjourn:judge_absent hear"
)

AFTERWARDS = (
    Story(3, WEEK, _DECIDED + "+compensation"),
    Story(2, (40, 60), _DECIDED + "+compensation+protection deliver_accepted"),
    Story(2, WEEK, _DECIDED + "+compensation deliver_accepted record_partly_implemented"),
    Story(
        1,
        MONTH,
        _CUSTOMARY + " accept list_hearing hear decide:compensation_ordered+compensation "
        "deliver_accepted record_partly_implemented record_partly_implemented",
    ),
    Story(5, OLD, _DECIDED + "+compensation deliver_accepted record_implemented" + _END),
    Story(
        4,
        OLD,
        _ARRESTED + " reserve_judgment decide:convicted+sentence+compensation deliver_accepted "
        "record_visit record_implemented" + _END,
    ),
    Story(
        2,
        OLD,
        _DECIDED + "+protection deliver_accepted record_not_implemented escalate resolve "
        "close:institution_unresponsive_escalated",
    ),
    Story(1, MONTH, _DECIDED + "+compensation deliver_accepted record_not_implemented escalate"),
    Story(3, OLD, _COURT + " accept list_hearing hear decide:acquitted" + _END),
    Story(2, WEEK, _COURT + " accept list_hearing hear decide:acquitted"),
    Story(2, (16, 26), _COURT + " accept list_hearing hear record_withdrawal"),
    # Feedback disputed, and so reopened
    Story(
        1,
        WEEK,
        _POLICE + " take_no_action:insufficient_evidence deliver_disputed triage refer:unit accept",
        at_main=True,
    ),
    Story(1, FRESH, _POLICE + " take_no_action:other deliver_disputed"),
    Story(1, WEEK, _COURT + " accept list_hearing hear decide:acquitted record_unsafe"),
    Story(1, OLD, _POLICE + " take_no_action:other record_unsafe resolve close:unsafe_to_continue"),
    Story(
        2,
        OLD,
        _POLICE + " take_no_action:suspect_deceased record_unreachable resolve close:survivor_unreachable",
    ),
    Story(
        1,
        NEW,
        _POLICE
        + " record_visit take_no_action:other deliver_accepted resolve close:outcome_delivered reopen",
    ),
    Story(
        1,
        MONTH,
        _POLICE + " take_no_action:other" + _END + " reopen triage refer:unit acknowledge accept",
    ),
    Story(1, MONTH, _POLICE + " correct record_visit"),
    Story(1, OLD, _FILE + " correct forward:customary accept list_hearing hear decide:settled" + _END),
    Story(1, OLD, _POLICE + " escalate refer_again:town accept dismiss return_to_sender" + _END),
    Story(1, WEEK, "intake consent_declined:police consent:unit refer:unit acknowledge accept"),
    Story(
        1, NEW, "intake consent_for_child:police add_person refer:police", Concern.CHILD_IN_CONFLICT_WITH_LAW
    ),
    Story(
        1,
        TODAY,
        "intake refer:police acknowledge accept wall_off:police consent_in_part:unit refer:unit accept",
        at_main=True,
    ),
)

# Held: for a short time, near the limit, beyond it, extended against the law, remanded, moved; a child
CUSTODY = (
    Story(1, FRESH, _POLICE + " arrest", at_main=True),
    Story(1, (0.8, 0.9), _POLICE + " arrest", at_main=True),
    Story(1, TODAY, _POLICE + " arrest:child", at_main=True),
    Story(1, NEW, _POLICE + " arrest extend:24", at_main=True),
    Story(1, WEEK, _POLICE + " arrest review:release_requested", at_main=True),
    Story(1, WEEK, _POLICE + " arrest produce:remanded", at_main=True),
    Story(1, NEW, _POLICE + " arrest produce:release_ordered", at_main=True),
    Story(1, NEW, _POLICE + " arrest move:police2 review:visited", at_main=True),
)

STORIES = (*ALERTS, *INTAKE, *POLICE, *PROSECUTION, *COURT, *AFTERWARDS, *CUSTODY)
