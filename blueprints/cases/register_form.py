"""The form with which a case is registered: one long page, in parts."""

from typing import Any

from blueprints import choices, times, typed_areas, words
from blueprints.cases import forms, reprisal_form, sharing
from blueprints.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    LineField,
    MomentField,
    NarrativeField,
    PhoneField,
    SeenField,
    SelectOneField,
    TickField,
)
from blueprints.forms import Form
from blueprints.guards import signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from tracker import clock
from tracker.actions.cases import NewCase, NewPerson
from tracker.actions.reprisals import NewAssessment
from tracker.procedure.reprisal import rank
from tracker.queries.alikes import Sought
from tracker.vocabulary import Channel, Concern, ConsentDecision, Level, PartyRole, Urgency

_CHANNELS = tuple(channel for channel in Channel if channel is not Channel.IMPORTED)
_ANSWERS = (ConsentDecision.GIVEN, ConsentDecision.DECLINED, ConsentDecision.NOT_POSSIBLE)
"""What can be said at once; the other decisions need a reason and are recorded on the case's page."""


class RegisterForm(Form):
    """Everything that is known of a case when it begins. `seen`: the version of the alert that it came from."""

    seen = SeenField()
    concern = SelectOneField(
        _l("Protection concern"),
        choices=lambda: words.choices(Concern),
        kind=Concern,
        required=_l("Choose the protection concern"),
    )
    area_id = SelectOneField(
        _l("Area"),
        required=_l("Choose the area where it happened"),
        hint=_l("Where it happened, as near as you know. For a place far away choose its state."),
    )
    area_typed = LineField(_l("Or type the name of the area"), most=120)
    occurred_on = DayField(_l("On which day did it happen?"), hint=_l("Leave it empty if nobody knows."))
    channel = ChoiceField(
        _l("How was it reported?"),
        choices=lambda: words.choices(_CHANNELS),
        kind=Channel,
        required=_l("Choose how it was reported"),
    )
    reported_at = MomentField(
        _l("When did you hear of it?"),
        required=_l("Enter when you heard of it"),
        hint=_l("The time limit for triage runs from here."),
    )
    urgency = ChoiceField(
        _l("How urgent is it?"),
        choices=lambda: words.choices(Urgency),
        kind=Urgency,
        required=_l("Choose how urgent it is"),
        hint=_l("Emergency: refer within 24 hours. Urgent: within 72 hours. Normal: within 14 days."),
    )
    risk = ChoiceField(
        _l("How great is the risk to the survivor?"),
        choices=lambda: words.choices(Level),
        kind=Level,
        required=_l("Choose how great the risk is"),
    )
    reprisal_factors = reprisal_form.factors()
    reprisal_risk = reprisal_form.level()
    survivor_name = LineField(_l("Name of the survivor"), most=160)
    survivor_phone = PhoneField(_l("Telephone of the survivor"), hint=_l("Only if it is safe to call there."))
    survivor_sex = forms.sex(_l("Sex of the survivor"))
    survivor_age = forms.age(_l("Age of the survivor"))
    reporter_name = LineField(
        _l("Name of whoever reports"), most=160, hint=_l("If it is somebody else than the survivor.")
    )
    reporter_phone = PhoneField(_l("Telephone of whoever reports"))
    perpetrator_kind = forms.perpetrator_kind()
    perpetrator_name = LineField(_l("Name of the alleged perpetrator"), most=160)
    perpetrator_institution = forms.perpetrator_institution()
    narrative = NarrativeField(
        _l("What happened, in the survivor's own words"),
        most=20_000,
        hint=_l("Only what is needed. Institutions read it once they have accepted the case."),
    )
    place = LineField(_l("Exact place"), most=200)
    consent = ChoiceField(
        _l("Does the survivor agree that the case is shared?"),
        choices=lambda: words.choices(_ANSWERS),
        kind=ConsentDecision,
        required=_l("Choose what the survivor decided about sharing"),
    )
    consent_institution_ids = ChoicesField(
        _l("With which institutions?"),
        hint=_l("Nothing is sent now: the case is referred in a later step, and only to those ticked."),
    )

    consent_classes = forms.classes()
    looked = TickField(_l("I have looked at them: this is a new case"))
    """Shown, and needed, only where there are cases that may be the same."""

    def look_first(self) -> None:
        """Asks to look at the cases that may be the same, before this one is registered."""
        self.looked.errors = [_("Look at the cases that may be the same. If it is none of them, tick here.")]
        self.status = 422

    def sought(self) -> Sought:
        """What other cases are compared with."""
        new = self.case()
        reported = clock.day_of(new.reported_at or clock.now(), times.zone())
        return Sought(
            people=[(one.name, one.phone) for one in new.people],
            concern=new.concern,
            area_id=new.area_id,
            on=new.occurred_on or reported,
        )

    def offer(self, near: int | None) -> None:
        """The areas and institutions to choose from; `near`: the area whose institutions come first."""
        typed_areas.offer(self.area_id, self.area_typed.data, viewer=signed_in())
        named = [(str(one.id), choices.institution_name(one)) for one in sharing.receivers(near)]
        self.perpetrator_institution.offer(
            (str(one.id), choices.institution_name(one)) for one in sharing.accusable(near)
        )
        self.consent_institution_ids.offer(named)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuses consent that names nobody to share with."""
        in_order = bool(super().validate(extra_validators))
        if self.consent.data is ConsentDecision.GIVEN and not self.consent_institution_ids.data:
            self.consent_institution_ids.errors = [_("Tick the institutions that the survivor agreed to")]
            in_order = False
        if self.area_typed.data and not self.area_id.data:
            self.area_id.errors = [_("Choose from the list which area is meant")]
        return self._risk_in_order() and in_order

    def _risk_in_order(self) -> bool:
        """Refuses no answer at all, and a level below what the answers suggest: that needs a reason, later."""
        new, given = self._assessment(), self.reprisal_risk.data
        if given is None and not new.factors:
            self.reprisal_risk.errors = [_("Choose how great the risk of reprisals is")]
        elif given and rank(given) < rank(new.proposed):
            self.reprisal_risk.errors = [
                _("Your answers suggest more. With a reason you may lower it later.")
            ]
        return not self.reprisal_risk.errors

    def _assessment(self) -> NewAssessment:
        return NewAssessment(factors=tuple(self.reprisal_factors.data or ()), level=self.reprisal_risk.data)

    def case(self) -> NewCase:
        """What was entered, as the action takes it."""
        told = {name: self[name].data for name in ("concern", "channel", "urgency", "risk")}
        return NewCase(
            **told,
            assessment=self._assessment(),
            area_id=int(self.area_id.data),
            reported_at=self.reported_at.data,
            occurred_on=self.occurred_on.data,
            people=self._people(),
            narrative=self.narrative.data or "",
            place=self.place.data or "",
            consent=self.consent.data,
            consent_institution_ids=[int(one) for one in self.consent_institution_ids.data or ()],
            consent_classes=sharing.classes(self.consent_classes.data),
        )

    def _people(self) -> list[NewPerson]:
        """The survivor, and of the others whoever something is known of."""
        people = [
            sharing.new_person(
                role=PartyRole.SURVIVOR,
                name=self.survivor_name.data,
                phone=self.survivor_phone.data,
                sex=self.survivor_sex.data,
                age_group=self.survivor_age.data,
            )
        ]
        reporter = {"name": self.reporter_name.data, "phone": self.reporter_phone.data}
        if any(reporter.values()):
            people.append(sharing.new_person(role=PartyRole.REPORTER, **reporter))
        perpetrator = {
            "name": self.perpetrator_name.data,
            "perpetrator_kind": self.perpetrator_kind.data,
            "institution_id": self.perpetrator_institution.data,
        }
        if any(perpetrator.values()):
            people.append(sharing.new_person(role=PartyRole.ALLEGED_PERPETRATOR, **perpetrator))
        return people

    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields under the headings of the page, without the last part, which is consent."""
        headings = {
            _("What happened"): ("concern", "area_id", "area_typed", "occurred_on", "place", "narrative"),
            _("The report"): ("channel", "reported_at", "reporter_name", "reporter_phone"),
            _("The survivor"): ("survivor_name", "survivor_phone", "survivor_sex", "survivor_age"),
            _("The alleged perpetrator"): (
                "perpetrator_kind",
                "perpetrator_name",
                "perpetrator_institution",
            ),
            _("Urgency and risk"): ("urgency", "risk", "reprisal_factors", "reprisal_risk"),
        }
        return [(heading, [self[name] for name in names]) for heading, names in headings.items()]
