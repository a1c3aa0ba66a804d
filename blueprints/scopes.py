"""What each scope of a token opens, in the words of those who issue one."""

from collections.abc import Iterable

from blueprints.i18n import lazy_gettext as _l
from tracker.permissions import Scope
from tracker.queries.tokens import TokenRow

OPENS: dict[Scope, str] = {
    Scope.CASES_READ: _l("Read cases, their parts and histories, without names, telephones and accounts"),
    Scope.PARTICULARS_READ: _l("Read also names, telephones, accounts and notes, as far as you may"),
    Scope.CASES_WRITE: _l("Register cases, record consent, refer, correct and close"),
    Scope.TRACKS_WRITE: _l("Take steps, such as to acknowledge and to accept"),
    Scope.ALERTS_READ: _l("Read alerts"),
    Scope.ALERTS_WRITE: _l("Log alerts and take their steps"),
    Scope.DIRECTORY_READ: _l("Read the lists of institutions and areas"),
    Scope.FIGURES_READ: _l("Read figures and de-identified histories of institutions"),
    Scope.REPORTS_READ: _l("Read published reports"),
    Scope.LOG_READ: _l("Read the verifiable log"),
    Scope.FORMS_FILL: _l("Fetch the forms for phones, and send them"),
}


def choices(scopes: Iterable[Scope]) -> list[tuple[str, str]]:
    """(code, sentence) of each, as form fields take them."""
    return [(scope.value, str(OPENS[scope])) for scope in scopes]


def of(token: TokenRow) -> list[str]:
    """What a token opens, in sentences."""
    return [str(OPENS[scope]) for scope in Scope if scope in token.scopes]
