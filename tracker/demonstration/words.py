"""What people in the demonstration say and write: short, sober, and no more than a colleague needs to know."""

from tracker.vocabulary import Concern, Level, Sex, Urgency

WEIGHTS = {
    Concern.PHYSICAL_ASSAULT: 9,
    Concern.RAPE: 6,
    Concern.FORCED_MARRIAGE: 7,
    Concern.SEXUAL_ASSAULT: 3,
    Concern.DENIAL_OF_RESOURCES: 4,
    Concern.LAND_OR_PROPERTY: 5,
    Concern.CATTLE_RAIDING: 6,
    Concern.ABDUCTION: 4,
    Concern.PROLONGED_DETENTION: 7,
    Concern.ARBITRARY_ARREST: 5,
    Concern.PROXY_DETENTION: 4,
    Concern.THREAT_OR_INTIMIDATION: 5,
    Concern.EXTORTION_OR_ILLEGAL_FEE: 3,
    Concern.UNLAWFUL_CUSTOMARY_SENTENCE: 3,
    Concern.CHILD_IN_CONFLICT_WITH_LAW: 3,
    Concern.ILL_TREATMENT_OR_TORTURE: 2,
    Concern.KILLING: 2,
    Concern.REPRISAL: 2,
    Concern.FORCED_DISPLACEMENT: 2,
}
"""How often each concern comes up."""

NARRATIVES = {
    Concern.PHYSICAL_ASSAULT: (
        "{name} was beaten by a neighbour after a quarrel about water. The health centre has treated the injury.",
        "{name} says that a relative beat her at home, and that it was not the first time.",
    ),
    Concern.RAPE: (
        "{name} came with her aunt and asked for a female officer. She has been to the health centre.",
        "{name} told the focal point what happened on the road from the market. She does not want to tell it twice.",
    ),
    Concern.SEXUAL_ASSAULT: ("{name} was stopped at the water point by a man whom she can name.",),
    Concern.FORCED_MARRIAGE: (
        "{name} is sixteen. Cattle have been agreed for her, and she wants to go on with school.",
        "{name} left her uncle's house because the wedding had been set. She is with a teacher now.",
    ),
    Concern.DENIAL_OF_RESOURCES: (
        "{name} was put out of the house after her husband died, with three children.",
    ),
    Concern.LAND_OR_PROPERTY: (
        "{name} came back to find another family on the plot, and has a paper from the payam.",
    ),
    Concern.CATTLE_RAIDING: (
        "{name} lost eleven head of cattle in the night. Tracks lead to the next cattle camp.",
    ),
    Concern.ABDUCTION: (
        "{name}'s son of nine years did not come back from herding. Two others saw him taken along.",
    ),
    Concern.PROLONGED_DETENTION: (
        "{name} has been in the cell for nineteen days and has not been before a court.",
        "{name} served the sentence in full, and is still held because a fee was not paid.",
    ),
    Concern.ARBITRARY_ARREST: ("{name} was taken from the market without a reason being given.",),
    Concern.PROXY_DETENTION: ("{name} is held in place of a brother who cannot be found.",),
    Concern.THREAT_OR_INTIMIDATION: (
        "{name} was told to drop the complaint, by two men who know the house.",
    ),
    Concern.EXTORTION_OR_ILLEGAL_FEE: (
        "{name} was asked for money before the complaint would be written down.",
    ),
    Concern.UNLAWFUL_CUSTOMARY_SENTENCE: ("{name} was sentenced to lashes. The family asks for a review.",),
    Concern.CHILD_IN_CONFLICT_WITH_LAW: (
        "{name} is fourteen and is held with adults over a stolen telephone.",
    ),
    Concern.ILL_TREATMENT_OR_TORTURE: (
        "{name} was hit during questioning, and has asked to see a clinician.",
    ),
    Concern.KILLING: (
        "{name} reports the death of a cousin at the river crossing. The body was brought home.",
    ),
    Concern.REPRISAL: ("{name}'s hut was burnt four days after she gave her statement.",),
    Concern.FORCED_DISPLACEMENT: ("{name} and six families were told to leave the north bank within a day.",),
}

ARABIC_NARRATIVE = "تقول {name} إن أحد الأقارب يهددها، وتطلب أن تتحدث مع امرأة."
"""One in so many accounts is written in Arabic, as they are."""

WISHES = (
    "She asks that nobody in uniform comes to the house.",
    "The family agrees to be called in the evening.",
    "The telephone is shared with a brother: say that it is about seeds.",
    "No wish was expressed about how to be contacted.",
)

PLACES = (
    "Behind the grain market, second row",
    "The borehole beside the primary school",
    "Block C, near the women's centre",
    "The road to the river crossing",
    "The cattle camp on the east bank",
)

MESSAGES = (
    "Please call. A girl needs help.",
    "They have taken my brother and nobody says why.",
    "Fighting at the water point, one person is hurt.",
    "Come tomorrow, not today.",
    "محتاجين مساعدة",
    "",
)

URGENT = {
    Concern.RAPE: (Urgency.EMERGENCY, Level.HIGH),
    Concern.ABDUCTION: (Urgency.EMERGENCY, Level.CRITICAL),
    Concern.REPRISAL: (Urgency.EMERGENCY, Level.CRITICAL),
    Concern.KILLING: (Urgency.URGENT, Level.HIGH),
    Concern.SEXUAL_ASSAULT: (Urgency.URGENT, Level.MEDIUM),
    Concern.FORCED_MARRIAGE: (Urgency.URGENT, Level.HIGH),
    Concern.PROLONGED_DETENTION: (Urgency.URGENT, Level.MEDIUM),
    Concern.PROXY_DETENTION: (Urgency.URGENT, Level.MEDIUM),
    Concern.CHILD_IN_CONFLICT_WITH_LAW: (Urgency.URGENT, Level.MEDIUM),
    Concern.ILL_TREATMENT_OR_TORTURE: (Urgency.URGENT, Level.HIGH),
    Concern.THREAT_OR_INTIMIDATION: (Urgency.URGENT, Level.MEDIUM),
}
"""How urgent and how risky a concern is found at triage; else normal, and low or medium."""

WOMEN_ONLY = frozenset(
    {
        Concern.RAPE,
        Concern.SEXUAL_ASSAULT,
        Concern.FORCED_MARRIAGE,
        Concern.DENIAL_OF_RESOURCES,
        Concern.REPRISAL,
    }
)
DETAINED = frozenset(
    {
        Concern.PROLONGED_DETENTION,
        Concern.ARBITRARY_ARREST,
        Concern.PROXY_DETENTION,
        Concern.CHILD_IN_CONFLICT_WITH_LAW,
    }
)
"""Concerns in which those whom the police hold are the survivors, and no alleged perpetrator is named."""

NOTES = {
    "call_back": ("Spoke for five minutes, will call again.", "A relative answered."),
    "verify": (
        "Two neighbours confirm it.",
        "The chief of the area confirms it.",
        "Seen by our own volunteer.",
    ),
    "close_as_false_alarm": ("The people came home by themselves; it was a misunderstanding.",),
    "close_as_duplicate": ("The same event was reported by radio an hour before.",),
    "close_as_responded": ("Information about the health centre was all that was asked for.",),
    "close_without_response": ("The number is switched off since two days.",),
    "triage": ("Safe for the moment with relatives.", "Medical care comes first."),
    "support_only": ("She wants support from the women's centre, and no complaint.",),
    "monitor_only": ("The family settles it; we look again in a month.",),
    "close_at_intake": ("A private debt; explained where to go with it.",),
    "refer": ("Please assign a female officer.", "The summary is enclosed; the rest by word of mouth."),
    "acknowledge": ("Received.",),
    "accept": ("Will be seen to this week.", "Opened in our register."),
    "not_accept": ("Not for us; please try the unit.",),
    "request_information": (
        "Which payam was it, and is there a medical paper?",
        "Is the person willing to come here?",
    ),
    "give_information": ("It was near the water point; the medical paper follows.", "Yes, on a market day."),
    "revoke": ("Sent to the wrong station.", "The survivor has thought again."),
    "start_investigation": ("Two statements taken.",),
    "record_measure": ("Statement taken by a female officer.", "Patrol twice a day for a week."),
    "identify_suspect": ("Named by two witnesses.",),
    "complete_file": ("Three statements, one medical paper, one sketch.",),
    "forward": ("File complete, four pages.",),
    "return_to_sender": ("The place lies in the next county.",),
    "take_no_action": ("Nobody would repeat what was said.",),
    "refuse_to_register": ("Told to settle it at home.",),
    "record_choice_of_mediation": ("The elders will sit on it on Friday.",),
    "start_review": ("File read; one statement is missing.",),
    "charge": ("Charged under the Penal Code.",),
    "decline": ("The only witness has left the area.",),
    "return_for_investigation": ("Take the statement of the second witness, and the medical paper.",),
    "divert": ("A child; diverted to the social worker.",),
    "list_hearing": ("Parties told by the court messenger.",),
    "hear": ("Two witnesses heard.", "The complainant was heard in a closed room."),
    "adjourn": ("Parties told.", "The next day was read out in court."),
    "adjourn_sine_die": ("The parties will be called when it can go on.",),
    "reserve_judgment": ("Decision to be read in open court.",),
    "flag_jurisdiction": ("This matter is beyond the court's jurisdiction; it was heard all the same.",),
    "decide": ("Read in open court.",),
    "transfer": ("A matter for the county court.",),
    "dismiss": ("The complainant did not appear three times.",),
    "record_withdrawal": ("The complainant withdrew before the court.",),
    "record_partly_implemented": ("Three of five cows handed over.", "The first part was paid."),
    "record_implemented": ("Confirmed by the complainant.",),
    "record_not_implemented": ("The person has left for another state.",),
    "record_visit": ("Register seen; the entry agrees.", "The clerk promises an answer by Monday."),
    "escalate": ("Raised at the coordination meeting.",),
    "resolve": ("Nothing left to do.",),
    "refer_again": ("Sent elsewhere after the first refusal.",),
    "deliver_accepted": ("Told in person, with her aunt.", "Told by telephone at the agreed hour."),
    "deliver_disputed": ("She does not accept that nothing will be done.",),
    "record_unsafe": ("The other family watches the house.",),
    "record_unreachable": ("Moved; no number known.",),
    "close": ("Everybody concerned has been told.",),
    "reopen": ("New information from the family.",),
}
"""What may be noted beside each step."""

MITIGATION = "She stays with her aunt; the chief of the next village knows."
MAY_ANSWER = "Her aunt"
COVER = "the vaccination day at the clinic"
CORRECTION = "The paper register has an earlier time."
WITHDRAWAL = "Recorded in the wrong file."
CONSENT_NOTE = "Decided with the caregiver, because the person is a child."
AUTHORISED_BY = "Child protection officer of the section"
WALL_NOTE = "The survivor says that the man is an officer of this station."


def sex_of(concern: Concern, chance: float) -> Sex:
    """The survivor's sex; `chance` between 0 and 1."""
    women = 1.0 if concern in WOMEN_ONLY else 0.25 if concern in DETAINED else 0.6
    return Sex.FEMALE if chance < women else Sex.MALE
