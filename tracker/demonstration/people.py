"""Who is in the demonstration: those who sign in, and the people whom its cases are about. All are invented."""

from typing import NamedTuple

from tracker.demonstration.places import OFFICE
from tracker.vocabulary import Role

PASSWORD = "open-sky-harvest"  # noqa: S105 - printed at each start, and good for nothing but the demonstration
"""The password of every account of the demonstration."""


class Worker(NamedTuple):
    """One person who signs in: as one role, at one institution or several."""

    username: str
    full_name: str
    role: Role
    institutions: tuple[str, ...]


ACCOUNTS = (
    Worker("focal", "Abuk Machar", Role.FOCAL_POINT, ("wun-riak-network",)),
    Worker("police", "Deng Malual", Role.POLICE_OFFICER, ("wun-riak-police",)),
    Worker("prosecutor", "Rebecca Laku", Role.PROSECUTOR, ("jonglei-prosecution",)),
    Worker("clerk", "Kuol Ajak", Role.COURT_CLERK, ("wun-riak-payam-court",)),
    Worker("judicial", "Nyandeng Chol", Role.JUDICIAL_OFFICER, ("jonglei-judicial-affairs",)),
    Worker("monitor", "Grace Modi", Role.CSO_MONITOR, ("justice-monitors",)),
    Worker("auditor", "Samuel Kenyi", Role.AUDITOR, ("review-panel",)),
    Worker("admin", "Mary Wol", Role.ADMINISTRATOR, (OFFICE,)),
)
"""One account for each role, whose names and password are printed."""

COLLEAGUES = (
    Worker("james.garang", "James Garang", Role.FOCAL_POINT, ("wun-riak-network",)),
    Worker("adut.biar", "Adut Biar", Role.FOCAL_POINT, ("pan-alueth-centre",)),
    Worker("esther.akol", "Esther Akol", Role.FOCAL_POINT, ("pan-alueth-centre",)),
    Worker("awut.ngor", "Awut Ngor", Role.POLICE_OFFICER, ("wun-riak-police",)),
    Worker("peter.lual", "Peter Lual", Role.POLICE_OFFICER, ("wun-riak-police",)),
    Worker("majok.thon", "Majok Thon", Role.POLICE_OFFICER, ("pan-alueth-police",)),
    Worker("achol.mayen", "Achol Mayen", Role.POLICE_OFFICER, ("jonglei-protection-unit",)),
    Worker("martha.gai", "Martha Gai", Role.POLICE_OFFICER, ("jonglei-protection-unit",)),
    Worker("john.riek", "John Riek", Role.PROSECUTOR, ("jonglei-prosecution",)),
    Worker("mabior.kout", "Mabior Kout", Role.COURT_CLERK, ("gol-athiir-court-a",)),
    Worker("ayuen.dau", "Ayuen Dau", Role.COURT_CLERK, ("wun-riak-court-b",)),
    Worker("aguer.manyok", "Aguer Manyok", Role.COURT_CLERK, ("pan-alueth-court-c",)),
    Worker("daniel.atem", "Daniel Atem", Role.COURT_CLERK, ("wun-riak-town-bench",)),
    Worker("susan.arok", "Susan Arok", Role.COURT_CLERK, ("wun-riak-payam-court",)),
    Worker("joseph.bol", "Joseph Bol", Role.COURT_CLERK, ("wun-riak-county-court",)),
    Worker("helen.yar", "Helen Yar", Role.COURT_CLERK, ("jonglei-high-court",)),
    Worker("isaac.panchol", "Isaac Panchol", Role.COURT_CLERK, ("jonglei-mobile-court",)),
    Worker("simon.deng", "Simon Deng", Role.JUDICIAL_OFFICER, ("jonglei-judicial-affairs",)),
    Worker("ajak.mading", "Ajak Mading", Role.FOCAL_POINT, ("riang-tong-network",)),
    Worker("philip.duot", "Philip Duot", Role.POLICE_OFFICER, ("riang-tong-police",)),
    Worker("tabitha.nyok", "Tabitha Nyok", Role.POLICE_OFFICER, ("riang-tong-police",)),
    Worker("gabriel.ater", "Gabriel Ater", Role.COURT_CLERK, ("riang-tong-payam-court",)),
    Worker("nyakim.oyay", "Nyakim Oyay", Role.FOCAL_POINT, ("pa-lochi-network",)),
    Worker("okach.awin", "Okach Awin", Role.POLICE_OFFICER, ("pa-lochi-police",)),
    Worker("adwok.nyaba", "Adwok Nyaba", Role.POLICE_OFFICER, ("nyi-gwel-police",)),
    Worker("teresa.amum", "Teresa Amum", Role.PROSECUTOR, ("upper-nile-prosecution",)),
    Worker("paul.ojwok", "Paul Ojwok", Role.COURT_CLERK, ("pa-lochi-county-court",)),
    Worker("gatkuoth.tut", "Gatkuoth Tut", Role.COURT_CLERK, ("pa-lochi-court-b",)),
    Worker("elizabeth.aban", "Elizabeth Aban", Role.JUDICIAL_OFFICER, ("upper-nile-judicial-affairs",)),
    # She covers two sections, and is asked at sign-in which one she works for today.
    Worker(
        "joy.lomude",
        "Joy Lomude",
        Role.JUDICIAL_OFFICER,
        ("equatoria-judicial-affairs", "upper-nile-judicial-affairs"),
    ),
    Worker("keji.wani", "Keji Wani", Role.FOCAL_POINT, ("rokon-ti-network",)),
    Worker("lado.tombe", "Lado Tombe", Role.POLICE_OFFICER, ("rokon-ti-police",)),
    Worker("poni.jada", "Poni Jada", Role.POLICE_OFFICER, ("gudele-kuru-police",)),
    Worker("moses.lokiri", "Moses Lokiri", Role.PROSECUTOR, ("equatoria-prosecution",)),
    Worker("agnes.pita", "Agnes Pita", Role.COURT_CLERK, ("rokon-ti-county-court",)),
    Worker("charles.sebit", "Charles Sebit", Role.COURT_CLERK, ("equatoria-military-court",)),
    Worker("rose.adhieu", "Rose Adhieu", Role.AUDITOR, ("review-panel",)),
    Worker("david.lomoro", "David Lomoro", Role.CSO_MONITOR, ("justice-monitors",)),
)
"""Everybody else; their password is the same one."""

WOMEN = (
    "Achan",
    "Akuol",
    "Aluel",
    "Amou",
    "Atong",
    "Hawa",
    "Jokudu",
    "Kaku",
    "Nyabol",
    "Nyaluak",
    "Nyawech",
    "Viola",
)
MEN = (
    "Akech",
    "Bior",
    "Chan",
    "Dut",
    "Emmanuel",
    "Gatwech",
    "Jada",
    "Kulang",
    "Loro",
    "Magok",
    "Ochan",
    "Wek",
)

FAMILIES = (
    "Adwokjal",
    "Athiandeng",
    "Garwec",
    "Jokdor",
    "Kuolyai",
    "Lokwangi",
    "Lubangok",
    "Makuerdit",
    "Nyibong",
    "Piolnhom",
    "Rieulak",
    "Tomburi",
    "Wanitbek",
    "Yakwanga",
)
"""Family names of the people whom cases are about, and of nobody who signs in."""

PHONE = "+2110000"
"""How the invented telephone numbers begin; no subscriber's number in South Sudan does."""

CANARIES = (*FAMILIES, PHONE)
"""What no page, file or log for a monitor, an auditor or an administrator may ever hold."""
