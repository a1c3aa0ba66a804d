"""The sentences of the help pages that no table has: a test sees to it that each role and permission has its own."""

from blueprints.i18n import lazy_gettext as _l
from tracker.permissions import Permission
from tracker.vocabulary import Role

WHO = {
    Role.FOCAL_POINT: _l(
        "You are the first contact in the community. You answer alerts, register cases with the survivor's "
        "consent, and tell the survivor and the community what came of them."
    ),
    Role.POLICE_OFFICER: _l(
        "You work on the cases that are referred to your station: you answer each referral, investigate, "
        "record arrests and releases, and hand the case on or close it."
    ),
    Role.PROSECUTOR: _l(
        "You work on the files that reach your office: you review them, decide whether to charge, or return "
        "them for investigation."
    ),
    Role.COURT_CLERK: _l(
        "You keep your court's docket: you file cases, list and record hearings and adjournments, and record "
        "decisions and whether their orders were carried out."
    ),
    Role.JUDICIAL_OFFICER: _l(
        "You are responsible for the cases of your area: you triage and refer them, follow up on the "
        "institutions that have them, escalate, close and reopen."
    ),
    Role.CSO_MONITOR: _l(
        "You watch how institutions deal with cases. You read figures and histories that name nobody, and "
        "change nothing."
    ),
    Role.AUDITOR: _l(
        "You review what was recorded: every history, with who recorded it, when it happened and when it was "
        "recorded."
    ),
    Role.ADMINISTRATOR: _l(
        "You run this installation: people, institutions, areas and time limits. You read no case."
    ),
}
"""What a person of each role is here for."""

MAY = {
    Permission.ACCOUNT_OWN: _l(
        "Change your language and your password, and end your sessions on other devices."
    ),
    Permission.ALERT_HANDLE: _l("Log alerts, call back, verify them, and record how each was answered."),
    Permission.CASE_REGISTER: _l("Register a case, with the survivor's consent for each institution."),
    Permission.CASE_READ: _l("Read the cases that your institution works on."),
    Permission.CASE_REFER: _l("Refer a case to one or several institutions."),
    Permission.CASE_ERASE: _l("Have what is personal in a closed case of your section erased."),
    Permission.CONSENT_RECORD: _l("Record consent that was given, declined or withdrawn."),
    Permission.TRACK_ADVANCE: _l("Take the steps of the procedure that are listed below."),
    Permission.ENTRY_CORRECT: _l(
        "Correct an entry that your institution made by mistake. Nothing is deleted: the correction stands "
        "beside it."
    ),
    Permission.POLICE_QUEUE: _l("See what waits at your station, the most overdue first."),
    Permission.PROSECUTION_QUEUE: _l("See what waits at your office, the most overdue first."),
    Permission.COURT_DOCKET: _l("See your court's docket: what is to be filed, heard and decided."),
    Permission.CASE_SEARCH: _l("Search by name or telephone"),
    Permission.CASE_ATTACH: _l("Add a file"),
    Permission.CASE_BREAK_GLASS: _l("Open a case in an emergency"),
    Permission.CASE_HOLD: _l("Set a legal hold"),
    Permission.CUSTODY_RECORD: _l(
        "See who is held at your station and how long the law allows it; record extensions, hearings, moves and "
        "releases."
    ),
    Permission.CUSTODY_OVERSEE: _l(
        "Look after held people, and be told when a limit of custody is near or has passed."
    ),
    Permission.AREA_OVERSEE: _l("See what is overdue in your area, by institution."),
    Permission.HISTORY_AUDIT: _l("Read every history, and what administrators did."),
    Permission.HISTORY_EXPORT: _l(
        "Ask for histories that name nobody, for process mining, or agree that another auditor takes them."
    ),
    Permission.VERIFIER_ACCREDIT: _l(
        "Propose or confirm, never both, an organisation that checks the whole log; revoke it; see what it downloaded."
    ),
    Permission.LOG_WITNESS: _l(
        "Carry checkpoints of the verifiable log to witnesses without a network, and bring back their signatures."
    ),
    Permission.PERFORMANCE_READ: _l("Read the figures of institutions and histories that name nobody."),
    Permission.PERFORMANCE_LIVE: _l(
        "See how your institution performs, from its histories as they stand now."
    ),
    Permission.REPORT_READ: _l("Read the published reports on institutions and areas."),
    Permission.REPORT_PUBLISH: _l("Publish reports of a period that is over."),
    Permission.PEOPLE_MANAGE: _l("Add people, give passwords and memberships, and deactivate accounts."),
    Permission.GATEWAY_MANAGE: _l("Set up the gateways that bring messages and missed calls as alerts."),
    Permission.INSTITUTION_MANAGE: _l("Keep institutions and areas, and confirm the time limits of the law."),
}
"""What each permission opens."""

LISTS = _l(
    "Take in lists from spreadsheets of what you may record by hand. You see what would happen first; no row is taken "
    "in twice, and each is held to the same rules as on the pages."
)
"""For everybody who may bring one."""

CUSTODY = (
    _l(
        "From the arrest on every hour counts: nights, weekends and holidays too. Another offence gives no more time."
    ),
    _l(
        "A wrong time of arrest is corrected in the history: the limit moves with it, and both times can be read."
    ),
    _l(
        "An extension or a remand beyond the law is recorded, because it happened. It is flagged, and gives no more "
        "time."
    ),
    _l(
        "Six hours before a limit, and when it has passed, somebody outside is told. That ends with the release, with "
        "a lawful remand, or when somebody outside takes note of it. Whoever holds the person cannot end it otherwise."
    ),
    _l("Children stand first in the lists. A shorter limit for them holds only where the law here has one."),
)
"""How the clock of custody counts, for those who hold people and those who look after them."""

_OWN_INSTITUTION = (
    _l("Cases that were referred to your institution, and those that it sent on."),
    _l(
        "Before you accept: the reference, the concern, the urgency and the district. No name and no account."
    ),
    _l("After you accept: the whole case. If you do not accept, nothing of it remains with you."),
    _l("Notes of your own institution, and those that you and the sender or receiver wrote to each other."),
)
_CASEWORK = (
    _l("Cases that your institution registered or is responsible for, as a whole."),
    _l("What a survivor did not consent to share is not sent to anybody."),
)

SEES = {
    Role.FOCAL_POINT: (_l("The alerts of your own network."), *_CASEWORK),
    Role.POLICE_OFFICER: _OWN_INSTITUTION,
    Role.PROSECUTOR: _OWN_INSTITUTION,
    Role.COURT_CLERK: _OWN_INSTITUTION,
    Role.JUDICIAL_OFFICER: (*_CASEWORK, _l("Every note on the cases of your area.")),
    Role.CSO_MONITOR: (
        _l("Nothing about a person, ever: no name, no account, no reference."),
        _l(
            "Figures by institution; those that stand for fewer than 5 cases are not said, the others are "
            "rounded to 5."
        ),
        _l("Histories without names, where at least 5 cases are alike, with weeks instead of days."),
    ),
    Role.AUDITOR: (
        _l("Every history of every case and alert, with who recorded what and when."),
        _l("No account, no note and no name of anybody whom a case is about."),
    ),
    Role.ADMINISTRATOR: (
        _l("Accounts, institutions, areas, limits and settings."),
        _l("No case, no alert and no history."),
    ),
}
"""What people of each role see, as `tracker.visibility` decides it."""

BEGINS = {
    "alert": _l("Begins when somebody logs an alert."),
    "case": _l("Begins when a case is registered or reopened."),
    "referral": _l("Begins when a case is sent to the institution, which may accept it or not."),
    "decision": _l("Begins when a court decides and makes orders."),
    "follow_up": _l("Begins when a case is referred, or only monitored."),
    "deciding": _l("Begins when an institution has decided something that the survivor must be told."),
}
"""How a stage begins, by the procedure's word for it."""

SIDES = {
    "holder": _l("cases that are with your institution"),
    "sender": _l("cases that your institution sent"),
    "owner": _l("cases that your institution is responsible for"),
    "registrar": _l("cases that your institution registered"),
    "any": _l("cases that you may see"),
}
"""To which cases a step applies."""

ASKS = {
    "reason": _l("a reason"),
    "note": _l("a note"),
    "next_on": _l("the day of the hearing"),
    "target": _l("the institution it goes to"),
    "outcome": _l("the outcome"),
    "urgency": _l("the urgency"),
    "risk": _l("the risk"),
}
"""What a step asks for."""

WORDS = (
    (_l("Survivor"), _l("The person to whom it happened. In court papers the word may be another one.")),
    (_l("Alleged perpetrator"), _l("The person who is said to have done it, until a court has decided.")),
    (
        _l("Protection concern"),
        _l("What happened or threatens to happen to a person, whether or not a law calls it a crime."),
    ),
    (
        _l("Alert"),
        _l(
            "A missed call, message, call or visit that may concern a person in danger. Every alert reaches an "
            "answer."
        ),
    ),
    (
        _l("Case"),
        _l(
            "One protection concern of one or more people. It has a reference, and may be at several "
            "institutions at once."
        ),
    ),
    (
        _l("Reference"),
        _l("Twelve letters and digits that name a case. The last one shows whether it was typed correctly."),
    ),
    (
        _l("Institution"),
        _l(
            "A community network, police station, prosecution, court, judicial affairs section or other body."
        ),
    ),
    (
        _l("Stage"),
        _l(
            "One part of a case's way: intake, police, prosecution, court, carrying out the orders, follow-up, "
            "feedback."
        ),
    ),
    (_l("Status"), _l("Where a case stands within a stage at one institution.")),
    (_l("Referral"), _l("Sending a case to an institution, which acknowledges it and accepts it or not.")),
    (
        _l("Consent"),
        _l("The survivor's decision about which institution may read the case. It can be withdrawn."),
    ),
    (
        _l("Time limit"),
        _l("By when a step is due: from the law, a court's order or the mission's own rules."),
    ),
    (_l("Adjournment"), _l("A hearing that is put off, with its reason, to another day or without a date.")),
    (
        _l("Follow-up"),
        _l("Judicial affairs asking an institution what became of a case, after 30, 60 and 90 days."),
    ),
    (_l("Escalation"), _l("Taking a case that does not move to those above the institution.")),
    (_l("Feedback"), _l("Telling the survivor and the community what came of a case, where that is safe.")),
    (_l("Reprisal"), _l("Harm done to somebody because a case was reported.")),
    (
        _l("Happened and recorded"),
        _l("Every entry has two times: when the act happened and when it was written down here."),
    ),
    (_l("Correction"), _l("A new entry that says what an earlier one should have said. Both stay readable.")),
)
"""Words and what they mean, in the order in which a case meets them."""

_COUNTRIES = {
    "SSD": _l("South Sudan"),
    "COD": _l("Democratic Republic of the Congo"),
    "CAF": _l("Central African Republic"),
    "MLI": _l("Mali"),
}


def country(code: str | None) -> str:
    """The country whose limits and courts are in force; "" for none."""
    return str(_COUNTRIES.get(code, code)) if code else ""
