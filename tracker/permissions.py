"""Who may do what at all: permissions are `noun:verb`, a role is a row. The guard, tests and help pages read this.

Which steps of the procedure a role may take stands in the procedure, and whose records it sees in `visibility`.
"""

from enum import StrEnum

from tracker.vocabulary import Role


class Permission(StrEnum):
    """A thing that some role may do; each page asks for one."""

    ACCOUNT_OWN = "account:own"
    ALERT_HANDLE = "alert:handle"
    CASE_REGISTER = "case:register"
    CASE_READ = "case:read"
    CASE_REFER = "case:refer"
    CASE_SEARCH = "case:search"
    CASE_ATTACH = "case:attach"
    CASE_ERASE = "case:erase"
    CASE_HOLD = "case:hold"
    CASE_BREAK_GLASS = "case:break_glass"
    CONSENT_RECORD = "consent:record"
    TRACK_ADVANCE = "track:advance"
    ENTRY_CORRECT = "entry:correct"
    POLICE_QUEUE = "police_queue:read"
    PROSECUTION_QUEUE = "prosecution_queue:read"
    COURT_DOCKET = "court_docket:read"
    CUSTODY_RECORD = "custody:record"
    CUSTODY_OVERSEE = "custody:oversee"
    AREA_OVERSEE = "area:oversee"
    HISTORY_AUDIT = "history:audit"
    HISTORY_EXPORT = "history:export"
    VERIFIER_ACCREDIT = "verifier:accredit"
    LOG_WITNESS = "log:witness"
    PERFORMANCE_READ = "performance:read"
    PERFORMANCE_LIVE = "performance:live"
    REPORT_READ = "report:read"
    REPORT_PUBLISH = "report:publish"
    PEOPLE_MANAGE = "people:manage"
    INSTITUTION_MANAGE = "institution:manage"
    GATEWAY_MANAGE = "gateway:manage"


_CASEWORK = frozenset(
    {
        Permission.CASE_READ,
        Permission.CASE_ATTACH,
        Permission.CASE_BREAK_GLASS,
        Permission.TRACK_ADVANCE,
        Permission.ENTRY_CORRECT,
        Permission.PERFORMANCE_LIVE,
        Permission.REPORT_READ,
    }
)
_EVERYONE = frozenset({Permission.ACCOUNT_OWN})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.FOCAL_POINT: _EVERYONE
    | _CASEWORK
    | {
        Permission.ALERT_HANDLE,
        Permission.CASE_REGISTER,
        Permission.CASE_REFER,
        Permission.CASE_SEARCH,
        Permission.CONSENT_RECORD,
        Permission.CUSTODY_OVERSEE,
    },
    Role.POLICE_OFFICER: _EVERYONE | _CASEWORK | {Permission.POLICE_QUEUE, Permission.CUSTODY_RECORD},
    Role.PROSECUTOR: _EVERYONE | _CASEWORK | {Permission.PROSECUTION_QUEUE},
    Role.COURT_CLERK: _EVERYONE | _CASEWORK | {Permission.COURT_DOCKET},
    Role.JUDICIAL_OFFICER: _EVERYONE
    | _CASEWORK
    | {
        Permission.CASE_REGISTER,
        Permission.CASE_REFER,
        Permission.CASE_SEARCH,
        Permission.CASE_ERASE,
        Permission.CASE_HOLD,
        Permission.CONSENT_RECORD,
        Permission.AREA_OVERSEE,
        Permission.CUSTODY_OVERSEE,
        Permission.REPORT_PUBLISH,
    },
    Role.CSO_MONITOR: _EVERYONE | {Permission.PERFORMANCE_READ, Permission.REPORT_READ},
    Role.AUDITOR: _EVERYONE
    | {
        Permission.HISTORY_AUDIT,
        Permission.HISTORY_EXPORT,
        Permission.CASE_HOLD,
        Permission.VERIFIER_ACCREDIT,
        Permission.LOG_WITNESS,
        Permission.REPORT_READ,
    },
    Role.ADMINISTRATOR: _EVERYONE
    | {
        Permission.PEOPLE_MANAGE,
        Permission.INSTITUTION_MANAGE,
        Permission.GATEWAY_MANAGE,
        Permission.LOG_WITNESS,
    },
}

READ_ONLY_ROLES = frozenset({Role.CSO_MONITOR})
"""Roles whose requests run on a transaction that the database refuses to write in."""

OVERSEERS = frozenset({Role.CSO_MONITOR, Role.AUDITOR, Role.ADMINISTRATOR})
"""Who sees or changes what is everybody's: no installation lets them in by a password alone."""


class Scope(StrEnum):
    """What a token of the API opens, of what its owner may: each endpoint asks for one."""

    CASES_READ = "cases:read"
    PARTICULARS_READ = "particulars:read"
    CASES_WRITE = "cases:write"
    TRACKS_WRITE = "tracks:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    DIRECTORY_READ = "directory:read"
    FIGURES_READ = "figures:read"
    REPORTS_READ = "reports:read"
    LOG_READ = "log:read"
    FORMS_FILL = "forms:fill"


SCOPE_GRANTS: dict[Scope, frozenset[Permission]] = {
    Scope.CASES_READ: frozenset({Permission.CASE_READ, Permission.HISTORY_AUDIT}),
    Scope.PARTICULARS_READ: frozenset({Permission.CASE_READ, Permission.CASE_SEARCH}),
    Scope.CASES_WRITE: frozenset(
        {Permission.CASE_REGISTER, Permission.CASE_REFER, Permission.CONSENT_RECORD, Permission.ENTRY_CORRECT}
    ),
    Scope.TRACKS_WRITE: frozenset({Permission.TRACK_ADVANCE}),
    Scope.ALERTS_READ: frozenset({Permission.ALERT_HANDLE}),
    Scope.ALERTS_WRITE: frozenset({Permission.ALERT_HANDLE}),
    Scope.DIRECTORY_READ: frozenset({Permission.ACCOUNT_OWN}),
    Scope.FIGURES_READ: frozenset({Permission.PERFORMANCE_LIVE, Permission.AREA_OVERSEE}),
    Scope.REPORTS_READ: frozenset({Permission.REPORT_READ}),
    Scope.LOG_READ: frozenset({Permission.ACCOUNT_OWN}),
    Scope.FORMS_FILL: frozenset({Permission.ALERT_HANDLE, Permission.CASE_REGISTER}),
}
"""A token never opens more than its owner's role does: what it may is both this and `GRANTS`."""


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has the permission."""
    return permission in GRANTS[role]


def scopes_for(role: Role) -> tuple[Scope, ...]:
    """The scopes in which there is anything for the role."""
    return tuple(scope for scope in Scope if SCOPE_GRANTS[scope] & GRANTS[role])
