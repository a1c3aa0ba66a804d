"""Where the demonstration takes place: three states of South Sudan under their published P-codes, with payams and
institutions that are invented. No real station, court or office is meant by any of them."""

from typing import NamedTuple

from tracker.vocabulary import InstitutionKind as Kind

OFFICE = "demonstration-office"
"""The institution by which a database is known to hold the demonstration and nothing else."""


class Place(NamedTuple):
    """One area; `parent` is the P-code of the area around it."""

    code: str
    name: str
    level: int
    parent: str | None


class Post(NamedTuple):
    """One institution in an area."""

    code: str
    name: str
    kind: Kind
    area: str


class Home(NamedTuple):
    """The institutions that a case of one county goes to, each under the word that the stories call it by."""

    areas: tuple[str, ...]
    registrars: tuple[str, ...]
    posts: dict[str, str]


AREAS = (
    Place("SS", "South Sudan", 0, None),
    Place("SS03", "Jonglei", 1, "SS"),
    Place("SS07", "Upper Nile", 1, "SS"),
    Place("SS01", "Central Equatoria", 1, "SS"),
    Place("SS0303", "Bor South", 2, "SS03"),
    Place("SS0310", "Twic East", 2, "SS03"),
    Place("SS0305", "Duk", 2, "SS03"),
    Place("SS0707", "Malakal", 2, "SS07"),
    Place("SS0702", "Fashoda", 2, "SS07"),
    Place("SS0101", "Juba", 2, "SS01"),
    Place("SS0105", "Terekeka", 2, "SS01"),
    Place("SS030391", "Wun Riak", 3, "SS0303"),
    Place("SS030392", "Gol Athiir", 3, "SS0303"),
    Place("SS030393", "Pan Alueth", 3, "SS0303"),
    Place("SS031091", "Riang Tong", 3, "SS0310"),
    Place("SS031092", "Lual Pieth", 3, "SS0310"),
    Place("SS030591", "Dor Makol", 3, "SS0305"),
    Place("SS070791", "Pa Lochi", 3, "SS0707"),
    Place("SS070792", "Nyi Gwel", 3, "SS0707"),
    Place("SS070291", "Ka Deng", 3, "SS0702"),
    Place("SS010191", "Gudele Kuru", 3, "SS0101"),
    Place("SS010192", "Rokon Ti", 3, "SS0101"),
    Place("SS010591", "Tali Mor", 3, "SS0105"),
)

INSTITUTIONS = (
    Post(OFFICE, "Demonstration Office", Kind.ADMINISTRATION, "SS"),
    Post("review-panel", "Independent Review Panel", Kind.AUDIT_BODY, "SS"),
    Post("justice-monitors", "Nile Basin Justice Monitors", Kind.CSO, "SS"),
    # Jonglei, where most of it happens
    Post("wun-riak-network", "Wun Riak Community Alert Network", Kind.COMMUNITY_NETWORK, "SS0303"),
    Post("pan-alueth-centre", "Pan Alueth Women's Support Centre", Kind.CSO, "SS0303"),
    Post("wun-riak-police", "Wun Riak Police Station", Kind.POLICE_STATION, "SS0303"),
    Post("pan-alueth-police", "Pan Alueth Police Post", Kind.POLICE_STATION, "SS0303"),
    Post("jonglei-protection-unit", "Special Protection Unit, Jonglei", Kind.SPECIAL_PROTECTION_UNIT, "SS03"),
    Post("jonglei-prosecution", "Public Prosecution, Jonglei", Kind.PROSECUTION, "SS03"),
    Post("gol-athiir-court-a", "Gol Athiir Customary Court A", Kind.CUSTOMARY_COURT_A, "SS030392"),
    Post("wun-riak-court-b", "Wun Riak Customary Court B", Kind.CUSTOMARY_COURT_B, "SS0303"),
    Post("pan-alueth-court-c", "Pan Alueth Customary Court C", Kind.CUSTOMARY_COURT_C, "SS030393"),
    Post("wun-riak-town-bench", "Wun Riak Town Bench Court", Kind.TOWN_BENCH_COURT, "SS0303"),
    Post("wun-riak-payam-court", "Wun Riak Payam Court", Kind.PAYAM_COURT, "SS030391"),
    Post("wun-riak-county-court", "Wun Riak County Court", Kind.COUNTY_COURT, "SS0303"),
    Post("jonglei-high-court", "High Court, Jonglei", Kind.HIGH_COURT, "SS03"),
    Post("jonglei-mobile-court", "Mobile Court, Jonglei Circuit", Kind.MOBILE_COURT, "SS03"),
    Post("jonglei-judicial-affairs", "Judicial Affairs Section, Jonglei", Kind.JUDICIAL_AFFAIRS, "SS03"),
    Post("jonglei-prison", "Wun Riak Prison", Kind.PRISON, "SS0303"),
    Post("wun-riak-health", "Wun Riak Health Centre", Kind.HEALTH_SERVICE, "SS0303"),
    Post("riang-tong-network", "Riang Tong Community Alert Network", Kind.COMMUNITY_NETWORK, "SS0310"),
    Post("riang-tong-police", "Riang Tong Police Station", Kind.POLICE_STATION, "SS0310"),
    Post("riang-tong-payam-court", "Riang Tong Payam Court", Kind.PAYAM_COURT, "SS0310"),
    # Upper Nile
    Post("pa-lochi-network", "Pa Lochi Community Alert Network", Kind.COMMUNITY_NETWORK, "SS0707"),
    Post("pa-lochi-police", "Pa Lochi Police Station", Kind.POLICE_STATION, "SS0707"),
    Post("nyi-gwel-police", "Nyi Gwel Police Post", Kind.POLICE_STATION, "SS0707"),
    Post("upper-nile-prosecution", "Public Prosecution, Upper Nile", Kind.PROSECUTION, "SS07"),
    Post("pa-lochi-county-court", "Pa Lochi County Court", Kind.COUNTY_COURT, "SS0707"),
    Post("pa-lochi-court-b", "Pa Lochi Customary Court B", Kind.CUSTOMARY_COURT_B, "SS0707"),
    Post(
        "upper-nile-judicial-affairs", "Judicial Affairs Section, Upper Nile", Kind.JUDICIAL_AFFAIRS, "SS07"
    ),
    # Central Equatoria
    Post("rokon-ti-network", "Rokon Ti Community Alert Network", Kind.COMMUNITY_NETWORK, "SS0101"),
    Post("rokon-ti-police", "Rokon Ti Police Station", Kind.POLICE_STATION, "SS0101"),
    Post("gudele-kuru-police", "Gudele Kuru Police Post", Kind.POLICE_STATION, "SS0101"),
    Post("equatoria-prosecution", "Public Prosecution, Central Equatoria", Kind.PROSECUTION, "SS01"),
    Post("rokon-ti-county-court", "Rokon Ti County Court", Kind.COUNTY_COURT, "SS0101"),
    Post("equatoria-military-court", "Military Court, Central Equatoria", Kind.MILITARY_COURT, "SS01"),
    Post(
        "equatoria-judicial-affairs",
        "Judicial Affairs Section, Central Equatoria",
        Kind.JUDICIAL_AFFAIRS,
        "SS01",
    ),
)

_JONGLEI = {
    "unit": "jonglei-protection-unit",
    "prosecution": "jonglei-prosecution",
    "chiefs": "gol-athiir-court-a",
    "customary": "wun-riak-court-b",
    "headman": "pan-alueth-court-c",
    "town": "wun-riak-town-bench",
    "county": "wun-riak-county-court",
    "high": "jonglei-high-court",
    "mobile": "jonglei-mobile-court",
}

MAIN = "Wun Riak"
"""The home where the printed accounts work, and where every story can happen."""

HOMES = {
    MAIN: Home(
        areas=("SS030391", "SS030392", "SS030393", "SS0303", "SS030591"),
        registrars=("wun-riak-network", "wun-riak-network", "pan-alueth-centre"),
        posts=_JONGLEI
        | {"police": "wun-riak-police", "police2": "pan-alueth-police", "court": "wun-riak-payam-court"},
    ),
    "Riang Tong": Home(
        areas=("SS031091", "SS031092", "SS0310"),
        registrars=("riang-tong-network",),
        posts=_JONGLEI
        | {"police": "riang-tong-police", "police2": "wun-riak-police", "court": "riang-tong-payam-court"},
    ),
    "Pa Lochi": Home(
        areas=("SS070791", "SS070792", "SS0707", "SS070291"),
        registrars=("pa-lochi-network",),
        posts={
            "police": "pa-lochi-police",
            "police2": "nyi-gwel-police",
            "unit": "nyi-gwel-police",
            "prosecution": "upper-nile-prosecution",
            "court": "pa-lochi-county-court",
            "county": "pa-lochi-county-court",
            "customary": "pa-lochi-court-b",
        },
    ),
    "Rokon Ti": Home(
        areas=("SS010191", "SS010192", "SS0101", "SS010591"),
        registrars=("rokon-ti-network",),
        posts={
            "police": "rokon-ti-police",
            "police2": "gudele-kuru-police",
            "unit": "gudele-kuru-police",
            "prosecution": "equatoria-prosecution",
            "court": "rokon-ti-county-court",
            "county": "rokon-ti-county-court",
            "military": "equatoria-military-court",
        },
    ),
}

PUBLISHED_EARLIER = ("SS03", "wun-riak-police")
"""Of what there are reports on each of the last quarters."""

PUBLISHED = (
    *PUBLISHED_EARLIER,
    "SS07",
    "SS01",
    "pan-alueth-police",
    "riang-tong-police",
    "pa-lochi-police",
    "rokon-ti-police",
    "jonglei-prosecution",
    "wun-riak-payam-court",
    "wun-riak-county-court",
)
"""Of what there is a report on the last one."""


def name_of(code: str) -> str:
    """What the institution with that code is called."""
    return next(post.name for post in INSTITUTIONS if post.code == code)
