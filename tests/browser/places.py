"""The pages that the browser visits: every page of the application, as the person who works with it."""

from typing import NamedTuple

HALF_WAY = ", half way"
"""After a username: somebody who has shown the password, and not yet the second factor."""


class Place(NamedTuple):
    """A page. `who`: the username that opens it, "" for nobody. `path` names what the office holds, "{file}".

    `send`: press the button of its form as it stands, to come to the same page with everything that is wrong.
    """

    name: str
    who: str
    path: str
    status: int = 200
    send: bool = False

    def __str__(self) -> str:
        return self.name


QUEUE = Place("police queue", "police", "/police/queue?show=all")
CASE_FILE = Place("case file", "police", "/cases/{file}")
REGISTER = Place("register a case", "focal", "/cases/new")
FIGURES = Place("figures of an institution", "judicial", "/figures/institutions/wun-riak-police")
REPORT = Place("report on an institution", "monitor", "/reports/{quarter}/institutions/wun-riak-police")
PATHWAY = Place("the way of cases", "judicial", "/figures/pathway")
MAIN = (QUEUE, CASE_FILE, REGISTER, FIGURES, REPORT)

_HOMES = tuple(
    Place(f"first page of the {who}", who, "/")
    for who in ("focal", "police", "prosecutor", "clerk", "judicial", "monitor", "auditor", "admin")
)

OTHERS = (
    Place("sign in", "", "/sign-in"),
    Place("sign in, refused", "", "/sign-in", 422, send=True),
    Place("to the provider, refused", "", "/sign-in/provider", 400),
    Place("back from the provider", "", "/sign-in/provider/back?state=x&code=x"),
    Place("forgotten password", "", "/sign-in/forgotten"),
    Place("choose a password, refused", "", "/link/{link}", 422, send=True),
    Place("confirm an address", "", "/link/{confirm}"),
    *_HOMES,
    # before and after accepting
    Place("preview", "police", "/cases/{sent}"),
    Place("accept", "police", "/cases/{sent}/tracks/{sent_track}/accept"),
    Place("do not accept, refused", "police", "/cases/{sent}/tracks/{sent_track}/not_accept", 422, send=True),
    Place("arrest", "police", "/cases/{file}/tracks/{file_track}/record_arrest"),
    Place("held at the station", "police", "/police/held"),
    Place("a list as a file", "police", "/exports/lists/police-queue?show=overdue"),
    Place("held person", "police", "/custody/{held}"),
    Place("extension, refused", "police", "/custody/{held}/extend", 422, send=True),
    Place("hearing of a held person", "police", "/custody/{held}/produce"),
    Place("forward", "police", "/cases/{file}/tracks/{file_track}/forward"),
    Place("correct an entry", "police", "/cases/{file}/entries/{entry}/correct"),
    Place("withdraw an entry", "police", "/cases/{file}/entries/{entry}/withdraw"),
    Place("find, mistyped", "police", "/cases/find?reference=2222-2222-2223", 422),
    Place("prosecution queue", "prosecutor", "/prosecution/queue"),
    Place("docket", "clerk", "/courts/docket"),
    Place("adjourn, refused", "clerk", "/cases/{listed}/tracks/{listed_track}/adjourn", 422, send=True),
    Place("decide", "clerk", "/cases/{heard}/tracks/{heard_track}/decide"),
    # the community's side
    Place("alerts", "focal", "/alerts/"),
    Place("alert", "focal", "/alerts/{call}"),
    Place("area of an alert", "focal", "/alerts/{call}/place"),
    Place("alert that a message brought", "focal", "/alerts/{message}"),
    Place("messages of an alert", "focal", "/alerts/{message}/messages"),
    Place("log an alert, refused", "focal", "/alerts/new", 422, send=True),
    Place("call back", "focal", "/alerts/{alert}/call_back"),
    Place("register a case, refused", "focal", "/cases/new", 422, send=True),
    Place("phones", "focal", "/account/phones"),
    Place("add a phone, refused", "focal", "/account/phones/new", 422, send=True),
    Place("forms that were sent", "focal", "/account/phones/forms"),
    Place("cases", "focal", "/cases/"),
    Place("search by name", "focal", "/cases/search"),
    Place("search by name, refused", "focal", "/cases/search", 422, send=True),
    Place("lists from spreadsheets", "focal", "/imports/"),
    Place("bring a list, refused", "focal", "/imports/new", 422, send=True),
    Place("columns of a list", "focal", "/imports/{list}/columns"),
    Place("list looked through", "focal", "/imports/{list}"),
    # judicial affairs
    Place("judicial affairs", "judicial", "/judicial/"),
    Place("detention review", "judicial", "/judicial/detention"),
    Place("held person, from outside", "judicial", "/custody/{held}"),
    Place("review of a held person, refused", "judicial", "/custody/{held}/review", 422, send=True),
    Place("overdue by institution", "judicial", "/judicial/overdue"),
    Place("overdue at one", "judicial", "/judicial/overdue/wun-riak-police"),
    Place("list of the section", "judicial", "/waiting/information"),
    Place("case file of the section", "judicial", "/cases/{visited}"),
    Place("refer, refused", "judicial", "/cases/{fresh}/refer", 422, send=True),
    Place("consent", "judicial", "/cases/{fresh}/consent"),
    Place("add a person", "judicial", "/cases/{fresh}/people/new"),
    Place("hide a case from an institution", "judicial", "/cases/{fresh}/wall"),
    Place("risk of reprisals", "judicial", "/cases/{fresh}/reprisal-risk"),
    Place("agree to share", "judicial", "/cases/{visited}/agree"),
    Place("report a reprisal, refused", "judicial", "/cases/{visited}/reprisal", 422, send=True),
    Place("give feedback", "focal", "/cases/{told}/tracks/{told_track}/feedback"),
    Place("delivered feedback", "focal", "/cases/{told}/tracks/{told_track}/record_unsafe"),
    Place("cases alike", "judicial", "/cases/{visited}/alike"),
    Place("what two cases are, refused", "judicial", "/cases/{visited}/alike/{fresh}", 422, send=True),
    Place("close, refused", "judicial", "/cases/{visited}/close", 422, send=True),
    Place("closed cases", "judicial", "/cases/?show=closed"),
    Place("closed case", "judicial", "/cases/{closed}"),
    Place("reopen", "judicial", "/cases/{closed}/reopen"),
    Place("what is stuck", "judicial", "/judicial/stuck"),
    Place("stuck at one", "judicial", "/judicial/stuck/wun-riak-police?stage=police&status=sent"),
    Place("figures", "judicial", "/figures/"),
    Place("compare institutions", "judicial", "/figures/compare"),
    PATHWAY,
    Place("figures of an institution, whole", "judicial", FIGURES.path + "?part=all"),
    Place("report on an institution, whole", "monitor", REPORT.path + "?part=all"),
    Place("publish, refused", "judicial", "/reports/publish", 422, send=True),
    Place("own figures", "police", "/figures/institutions/wun-riak-police"),
    # those who look on
    Place("reports", "monitor", "/reports/"),
    Place("report on a state", "monitor", "/reports/{quarter}/areas/SS03"),
    Place("institution that is followed", "monitor", "/monitor/institutions/wun-riak-police"),
    Place("institutions", "monitor", "/monitor/"),
    Place("groups of histories", "monitor", "/monitor/institutions/wun-riak-police/histories"),
    Place(
        "histories that name nobody",
        "monitor",
        "/monitor/institutions/wun-riak-police/histories?stage=police&status=forwarded",
    ),
    Place("newest entries", "auditor", "/audit/"),
    Place("at the doors", "auditor", "/audit/doors"),
    Place("break the glass", "police", "/cases/emergency?reference={fresh}"),
    Place("break the glass, refused", "police", "/cases/emergency", 422, send=True),
    Place("opened in an emergency", "judicial", "/cases/emergencies"),
    Place("emergencies", "auditor", "/audit/emergencies"),
    Place("unusual reading", "auditor", "/audit/unusual"),
    Place("nothing unusual to look into", "auditor", "/audit/unusual/2020-01-01/1/volume", 404),
    Place("who read what", "auditor", "/audit/access"),
    Place("who read what, mistyped", "auditor", "/audit/access?reference=2222-2222-2223", 422),
    Place("audited case", "auditor", "/audit/cases/{file}"),
    Place("calendar addresses", "clerk", "/calendars/"),
    Place("give out a calendar address", "clerk", "/calendars/new"),
    Place("audited alert", "auditor", "/audit/alerts/{call}"),
    Place("histories for process mining", "auditor", "/exports/histories"),
    Place("ask for histories, refused", "auditor", "/exports/histories/new", 422, send=True),
    Place("histories that were asked for", "auditor", "/exports/histories/1"),
    Place("verifiers", "auditor", "/log/verifiers"),
    Place("verifier", "auditor", "/log/verifiers/1"),
    Place("verifier to confirm", "rose.adhieu", "/log/verifiers/1"),
    Place("no such witness", "auditor", "/log/witnessing/request?witness=nobody", 404),
    Place("propose a verifier, refused", "auditor", "/log/verifiers/new", 422, send=True),
    Place("witnesses without a network, refused", "auditor", "/log/witnessing", 422, send=True),
    # the verifiable log
    Place("the log", "", "/log/"),
    Place("what it proves", "", "/help/proof"),
    Place("proof of an entry", "police", "/cases/{file}/entries/{entry}"),
    Place("proof of an entry, audited", "auditor", "/audit/cases/{file}/entries/1"),
    Place("proof of an alert's entry", "auditor", "/audit/alerts/{call}/entries/1"),
    Place("who has read a case", "judicial", "/cases/{visited}/readers"),
    Place("legal hold, refused", "judicial", "/cases/{visited}/hold", 422, send=True),
    Place("legal hold, audited", "auditor", "/audit/cases/{file}/hold"),
    Place("files", "judicial", "/cases/{visited}/files"),
    Place("add a file, refused", "judicial", "/cases/{visited}/files/new", 422, send=True),
    Place("receipt", "judicial", "/cases/{visited}/receipt"),
    Place("what was shared with whom", "judicial", "/cases/{visited}/shared"),
    Place("what administrators did", "auditor", "/audit/administration"),
    # administrators
    Place("people", "admin", "/admin/people"),
    Place("person", "admin", "/admin/people/{person}"),
    Place("add a person, refused", "admin", "/admin/people/new", 422, send=True),
    Place("add a membership", "admin", "/admin/people/{person}/memberships/new"),
    Place("institutions to keep", "admin", "/admin/institutions"),
    Place("institution to keep", "admin", "/admin/institutions/wun-riak-police"),
    Place("add an institution, refused", "admin", "/admin/institutions/new", 422, send=True),
    Place("areas", "admin", "/admin/areas"),
    Place("add an area", "admin", "/admin/areas/new"),
    Place("time limits to confirm", "admin", "/admin/limits"),
    Place("gateways", "admin", "/admin/gateways"),
    Place("gateway", "admin", "/admin/gateways/{gateway}"),
    Place("add a gateway, refused", "admin", "/admin/gateways/new", 422, send=True),
    Place("another secret", "admin", "/admin/gateways/{gateway}/secret"),
    Place("settings", "admin", "/admin/settings"),
    Place("mail that did not arrive", "admin", "/admin/deliveries"),
    Place("receivers", "admin", "/admin/receivers"),
    Place("receiver", "admin", "/admin/receivers/{receiver}"),
    Place("add a receiver, refused", "admin", "/admin/receivers/new", 422, send=True),
    # everybody's own
    Place("help", "police", "/help/"),
    Place("help for a role", "judicial", "/help/judicial-officer"),
    Place("help: words", "police", "/help/words"),
    Place("help: procedure", "police", "/help/procedure"),
    Place("help: time limits", "police", "/help/limits"),
    Place("help: figures", "police", "/help/figures"),
    Place("account", "police", "/account"),
    Place("own address", "police", "/account/address"),
    Place("where to work", "joy.lomude", "/account/memberships"),
    Place("tokens", "police", "/account/tokens"),
    Place("issue a token, refused", "police", "/account/tokens/new", 422, send=True),
    Place("what the API offers", "police", "/api/v1/"),
    Place("change the password, refused", "police", "/account/password", 422, send=True),
    Place("second factors", "auditor", "/account/factors"),
    Place("set up an app, refused", "police", "/account/factors/app", 422, send=True),
    Place("add a passkey", "police", "/account/factors/passkeys/new"),
    Place("confirm, refused", "auditor", "/account/confirm", 422, send=True),
    Place("second step of the door", f"david.lomoro{HALF_WAY}", "/sign-in/factor"),
    Place("left quickly", "", "/left"),
    # what cannot be shown
    Place("not found", "police", "/cases/{alert}", 404),
    Place("not for this role", "monitor", "/police/queue", 403),
    Place("not now", "police", "/cases/{file}/tracks/{file_track}/accept", 409),
    Place("fault", "", "/fail", 500),
)

PLACES = (*MAIN, *OTHERS)
