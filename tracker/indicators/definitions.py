"""What each indicator means, by which formula, after whom, and how it misleads: the help page prints this.

A definition that changes gets a new version: a published report keeps the version by which it was reckoned.
"""

from dataclasses import dataclass

from tracker.errors import say


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One indicator. All but `code`, `formula` and `source` are English sentences that go through gettext."""

    code: str
    version: int
    name: str
    unit: str
    says: str
    formula: str
    source: str
    pitfalls: str


_CEPEJ = "CEPEJ, GOJUST guidelines on judicial statistics (2008)"
_NCSC = "NCSC, State Court Guide to Statistical Reporting"
_ALL = (
    Definition(
        code="M1",
        version=1,
        name=say("Caseload"),
        unit=say("cases"),
        says=say(
            "How many cases were open at the start, came in, ended, and were open at the end. A case counts once for "
            "each stay with the institution."
        ),
        formula="open(a-1) + incoming - resolved - moved out - suspended = open(b)",
        source=f"{_CEPEJ}; {_NCSC}",
        pitfalls=say(
            "The books balance, or something is wrong. Suspended cases are not open: they stand beside the open ones, "
            "because to suspend a case is also a way to hide it. A case that came on a day that nobody knows counts "
            "as open at both ends."
        ),
    ),
    Definition(
        code="M2",
        version=1,
        name=say("Clearance rate"),
        unit="%",
        says=say("Cases resolved in the period for every hundred that came in."),
        formula="100 * resolved / incoming; of those kept: 100 * resolved / (incoming - moved out)",
        source=f"{_CEPEJ}; NCSC CourTools, measure 2",
        pitfalls=say(
            "Above 100 is good: open cases fell. It says nothing about age or quality, and swings when few cases "
            "come: read four quarters together. An institution that only hands cases on has 0 and is not at fault: "
            "read the rate of those kept."
        ),
    ),
    Definition(
        code="M3",
        version=1,
        name=say("Disposition time"),
        unit=say("days"),
        says=say("How long the open cases would take at the pace of this period."),
        formula="D * open(b) / resolved, D = 365 for a year, else its days; turnover = resolved / open(b)",
        source=_CEPEJ,
        pitfalls=say("A forecast, not a time that anybody waited. It explodes when few cases are resolved."),
    ),
    Definition(
        code="M4",
        version=1,
        name=say("Time in the stage"),
        unit=say("days"),
        says=say(
            "Of the cases that came in the period, how many are still there after so many days, and the day by which "
            "a quarter, half and three quarters had ended. Open cases count for as long as they have been seen."
        ),
        formula="Kaplan-Meier S(t) = product of (1 - d/r); 95 % interval log-log with Greenwood's variance",
        source="Kaplan and Meier (1958); Kalbfleisch and Prentice (1980)",
        pitfalls=say(
            "Cases are taken by the day on which they came, never by the day on which they ended: the closed ones "
            "alone are the quick ones. A median that is not reached is a result: more than half are still open."
        ),
    ),
    Definition(
        code="M5",
        version=1,
        name=say("How cases end"),
        unit="%",
        says=say(
            "Of the cases that came in the period, how many were decided, withdrawn, closed or handed on by so many "
            "days."
        ),
        formula="Aalen-Johansen CIF_k(t) = sum of S(t-) * d_k / r; all ends and the open ones make 100 %",
        source="Aalen and Johansen (1978)",
        pitfalls=say(
            "A withdrawal is not a failure of the survivor. To leave withdrawals out would overstate decisions."
        ),
    ),
    Definition(
        code="M6",
        version=1,
        name=say("On time"),
        unit="%",
        says=say("Of the cases whose time limit fell in the period, how many were done by it."),
        formula="done by the limit / limits that fell in the period; Wilson interval",
        source="International Framework for Court Excellence, Global Measures: on-time processing",
        pitfalls=say(
            "Open and late is late. A case without a limit is left out and counted. The share of closed cases that "
            "were on time would reward never closing the old ones."
        ),
    ),
    Definition(
        code="M7",
        version=1,
        name=say("Age of open cases"),
        unit=say("days"),
        says=say("How old the open cases are, and how many are over their limit."),
        formula="backlog % = 100 * over the limit / open with a limit; aging index % = 100 * over the limit / "
        "(open with a limit + resolved in the last 12 months)",
        source=f"NCSC CourTools, measure 4; North Carolina CPMS, aging case index; {_CEPEJ}",
        pitfalls=say(
            "The old ones hide behind the median: read the bands. Time suspended does not count as age. The backlog "
            "share punishes an institution for resolving cases; the aging index does not."
        ),
    ),
    Definition(
        code="M8",
        version=1,
        name=say("Gap between institutions"),
        unit=say("days"),
        says=say(
            "How long a case that was handed over waits until it is acknowledged, and until the first act."
        ),
        formula="Kaplan-Meier medians, sent to acknowledged and to first act; share not acknowledged in 7 days",
        source="After the referral standards of protection networks",
        pitfalls=say(
            "No single institution owns this figure: a case that was sent and not acknowledged belongs to both."
        ),
    ),
    Definition(
        code="M9",
        version=1,
        name=say("How far cases come"),
        unit="%",
        says=say(
            "Of the cases referred in the period, how many ever reached each stage by the day of the figure."
        ),
        formula="cases that reached the stage / cases referred, and / cases that reached the stage before",
        source="UN Rule of Law Indicators (2011); Home Office crime outcomes",
        pitfalls=say(
            "Young cases look worse: read the time since referral. The stages need not nest: a case can be in court "
            "without ever having been charged."
        ),
    ),
    Definition(
        code="M10",
        version=1,
        name=say("Progression"),
        unit="%",
        says=say(
            "Of the cases that came in the period, how many were handed to the next stage within so many days."
        ),
        formula="reached the next stage within N days / cases with at least N days of follow-up; Wilson interval",
        source="Spiegelhalter (2005) for the comparison",
        pitfalls=say(
            "Case mix differs between institutions: a point outside the limits is a question, not a verdict."
        ),
    ),
    Definition(
        code="M11",
        version=1,
        name=say("Detention"),
        unit=say("people"),
        says=say("How many people are held past the limit, and how long it takes from arrest to court."),
        formula="held and over the limit; Kaplan-Meier arrest to court in hours; share before a court within 48 hours",
        source="ICCPR article 9(3); Human Rights Committee, General Comment 35, paragraph 33",
        pitfalls=say(
            "Who is not recorded as released is held: a missing release is itself an alarm. The legal limit is an "
            "unconfirmed one until an administrator has confirmed it."
        ),
    ),
    Definition(
        code="M12",
        version=1,
        name=say("Hearings held"),
        unit="%",
        says=say("Of the hearings set for a day of the period, how many were held on that day."),
        formula="held on the day / set; median settings per decided case",
        source="NCSC CourTools, measure 5",
        pitfalls=say("An adjournment has a reason, and often it is not the court's."),
    ),
    Definition(
        code="M13",
        version=1,
        name=say("Orders carried out"),
        unit="%",
        says=say(
            "Of the decisions whose orders were due in the period, how many were carried out by the limit."
        ),
        formula="carried out by the limit / limits that fell in the period; Wilson interval",
        source="International Framework for Court Excellence, Global Measures: compliance with court orders",
        pitfalls=say("Orders of one decision are followed together: they count as done when all are."),
    ),
    Definition(
        code="M14",
        version=1,
        name=say("Protection first"),
        unit="%",
        says=say("Of the high-risk cases, how many had a protective measure within 72 hours."),
        formula="with a protective measure within 72 hours of registration / high-risk cases registered in the period",
        source="Good practice of protection networks",
        pitfalls=say(
            "A success of justice that leaves the survivor unsafe is a failure. A measure says nothing of its effect."
        ),
    ),
    Definition(
        code="M15",
        version=1,
        name=say("Community told"),
        unit="%",
        says=say(
            "Of the feedback that was due in the period, how much was given by the limit, and what was answered."
        ),
        formula="delivered by the limit / limits that fell in the period; visits within 90 days / follow-ups begun",
        source="Missions' follow-up assessments with local communities",
        pitfalls=say(
            "Feedback that would be unsafe is rightly not given: read it beside those who could not be reached."
        ),
    ),
    Definition(
        code="M16",
        version=1,
        name=say("Data quality"),
        unit="%",
        says=say("How much of what the figures need was recorded, and how soon."),
        formula="usable dates / all; recorded - happened in days: median and share over 7; corrections in the period",
        source="International Framework for Court Excellence, Global Measures: court file integrity",
        pitfalls=say(
            "A figure is as good as this. Late records are seen here instead of silently changing old figures."
        ),
    ),
    Definition(
        code="M17",
        version=1,
        name=say("Equal treatment"),
        unit="%",
        says=say("Time, ends and progression by sex, age group, displacement and area."),
        formula="difference of shares, with interval, at an aggregate of 20 or more",
        source="UN Rule of Law Indicators (2011): treatment of vulnerable groups",
        pitfalls=say("Differences are questions, not proof."),
    ),
    Definition(
        code="M18",
        version=1,
        name=say("Support with due diligence"),
        unit="%",
        says=say("Support to national forces that was given after a risk assessment."),
        formula="support given after a risk assessment / all support given",
        source="UN Human Rights Due Diligence Policy (2013)",
        pitfalls=say("It counts documents, not their quality."),
    ),
)

DEFINITIONS = {definition.code: definition for definition in _ALL}
"""Every indicator by its code, M1 to M18, in that order."""


def version(code: str) -> int:
    """The version of a definition that is in force."""
    return DEFINITIONS[code].version


def versions() -> dict[str, int]:
    """The versions in force of all definitions."""
    return {code: definition.version for code, definition in DEFINITIONS.items()}
