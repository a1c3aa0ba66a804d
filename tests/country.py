"""The small country in which the tests happen: areas, an institution of every kind, and people in every role.

It exists nowhere: "XA" is a code that ISO leaves to its users.
"""

from dataclasses import dataclass
from functools import cache

from tracker import clock, passwords
from tracker.db import db
from tracker.models import Area, Institution, Membership, UserAccount
from tracker.vocabulary import InstitutionKind, Role

PASSWORD = "a long walk to the county court"

AREAS = {
    # name in tests: (P-code, name, level, the area around it)
    "country": ("XA", "Imara", 0, None),
    "state": ("XA01", "River State", 1, "country"),
    "county": ("XA0101", "Bend County", 2, "state"),
    "payam": ("XA010101", "Old Ferry Payam", 3, "county"),
    "other_county": ("XA0102", "Ford County", 2, "state"),
    "other_state": ("XA02", "Hill State", 1, "country"),
    "hill_county": ("XA0201", "Stone County", 2, "other_state"),
    "far_state": ("XA03", "Plain State", 1, "country"),  # no judicial affairs section works here
}

INSTITUTIONS = {
    # name in tests: (kind, name, area)
    "network": (InstitutionKind.COMMUNITY_NETWORK, "Old Ferry protection committee", "county"),
    "other_network": (InstitutionKind.COMMUNITY_NETWORK, "Stone County protection committee", "hill_county"),
    "station": (InstitutionKind.POLICE_STATION, "Bend police station", "county"),
    "other_station": (InstitutionKind.POLICE_STATION, "Ford police station", "other_county"),
    "gendarmerie": (InstitutionKind.GENDARMERIE, "River gendarmerie", "state"),
    "special_unit": (InstitutionKind.SPECIAL_PROTECTION_UNIT, "Special protection unit", "state"),
    "prosecution": (InstitutionKind.PROSECUTION, "River State prosecution", "state"),
    "other_prosecution": (InstitutionKind.PROSECUTION, "Hill State prosecution", "other_state"),
    "county_court": (InstitutionKind.COUNTY_COURT, "Bend county court", "county"),
    "customary_court": (InstitutionKind.CUSTOMARY_COURT_A, "Old Ferry customary court", "payam"),
    "mobile_court": (InstitutionKind.MOBILE_COURT, "River mobile court", "state"),
    "section": (InstitutionKind.JUDICIAL_AFFAIRS, "Judicial affairs, River State", "state"),
    "other_section": (InstitutionKind.JUDICIAL_AFFAIRS, "Judicial affairs, Hill State", "other_state"),
    "cso": (InstitutionKind.CSO, "Rights Watchers of Bend", "county"),
    "audit_body": (InstitutionKind.AUDIT_BODY, "Office of the auditor", "country"),
    "administration": (InstitutionKind.ADMINISTRATION, "Tracker administration", "country"),
    "prison": (InstitutionKind.PRISON, "Bend prison", "county"),
    "health_service": (InstitutionKind.HEALTH_SERVICE, "Bend clinic", "county"),
}

PEOPLE = {
    # name in tests, and the username to sign in with: (full name, role, institution)
    "focal_point": ("Nyandeng Deng", Role.FOCAL_POINT, "network"),
    "other_focal_point": ("Achol Garang", Role.FOCAL_POINT, "other_network"),
    "police_officer": ("Samuel Lado", Role.POLICE_OFFICER, "station"),
    "second_police_officer": ("Grace Keji", Role.POLICE_OFFICER, "station"),
    "other_police_officer": ("Peter Wani", Role.POLICE_OFFICER, "other_station"),
    "prosecutor": ("Mary Poni", Role.PROSECUTOR, "prosecution"),
    "other_prosecutor": ("James Tombe", Role.PROSECUTOR, "other_prosecution"),
    "court_clerk": ("Rose Kiden", Role.COURT_CLERK, "county_court"),
    "other_court_clerk": ("Chief Loro", Role.COURT_CLERK, "customary_court"),
    "judicial_officer": ("Awa Diallo", Role.JUDICIAL_OFFICER, "section"),
    "other_judicial_officer": ("Jean Mbuyi", Role.JUDICIAL_OFFICER, "other_section"),
    "cso_monitor": ("Hawa Traoré", Role.CSO_MONITOR, "cso"),
    "auditor": ("Isabel Ramos", Role.AUDITOR, "audit_body"),
    "second_auditor": ("Luis Ortega", Role.AUDITOR, "audit_body"),
    "administrator": ("Omar Saleh", Role.ADMINISTRATOR, "administration"),
}


@dataclass(frozen=True)
class Country:
    """What `found` made, by the names used in tests."""

    areas: dict[str, Area]
    institutions: dict[str, Institution]
    people: dict[str, Membership]


def found() -> Country:
    """Puts the country into the database of the present application; everybody's password is `PASSWORD`."""
    areas: dict[str, Area] = {}
    for name, (code, title, level, around) in AREAS.items():
        areas[name] = Area(code=code, name=title, level=level, parent=areas[around] if around else None)
    institutions = {
        name: Institution(code=name.replace("_", "-"), name=title, kind=kind, area=areas[area])
        for name, (kind, title, area) in INSTITUTIONS.items()
    }
    people = {
        name: Membership(user=_account(name, full_name), institution=institutions[place], role=role)
        for name, (full_name, role, place) in PEOPLE.items()
    }
    db.session.add_all([*areas.values(), *institutions.values(), *people.values()])
    db.session.commit()
    return Country(areas, institutions, people)


def _account(username: str, full_name: str) -> UserAccount:
    return UserAccount(
        username=username, full_name=full_name, password_hash=password_hash(), created_at=clock.now()
    )


@cache
def password_hash() -> str:
    """Made once a process: it is meant to be slow."""
    return passwords.hash_of(PASSWORD)
