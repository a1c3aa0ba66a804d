"""The floor: what any Flask page with fifty rows costs. Nothing signs in, nothing is translated, nothing is checked.

Nothing of `tracker` is imported: what it tells every new connection would be told here too.
"""

import sqlalchemy as sa
from flask import Flask, render_template
from jinja2 import DictLoader

from benchmarks.worker import Prepared

TEMPLATE = """<!doctype html>
<html lang="en"><title>Cases</title>
<table>
<tr><th>Reference</th><th>Concern</th><th>Urgency</th><th>Registered</th></tr>
{% for row in rows %}
<tr>
<td>{{ row.reference }}</td><td>{{ row.concern }}</td><td>{{ row.urgency }}</td><td>{{ row.registered_at }}</td>
</tr>
{% endfor %}
</table>
"""

_CASES = sa.table(
    "protection_case",
    sa.column("id", sa.Integer),
    sa.column("owner_id", sa.Integer),
    sa.column("reference", sa.String),
    sa.column("concern", sa.String),
    sa.column("urgency", sa.String),
    sa.column("registered_at", sa.DateTime(timezone=True)),
)


def prepared(url: str) -> Prepared:
    """A bare application with one page: fifty cases of one institution, by one index, through SQLAlchemy."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"cases.html": TEMPLATE})
    engine = sa.create_engine(url)
    asked = (
        sa.select(_CASES.c.reference, _CASES.c.concern, _CASES.c.urgency, _CASES.c.registered_at)
        .where(_CASES.c.owner_id == sa.bindparam("owner"))
        .order_by(_CASES.c.id)
        .limit(50)
    )

    @app.get("/cases/<int:owner>")
    def cases(owner: int) -> str:
        with engine.connect() as connection:
            rows = connection.execute(asked, {"owner": owner}).all()
        return render_template("cases.html", rows=rows)

    return Prepared(app, {"floor": (f"/cases/{_busiest(engine)}", {})})


def _busiest(engine: sa.Engine) -> int:
    """The institution that has most cases."""
    owner = _CASES.c.owner_id
    most = sa.select(owner).group_by(owner).order_by(sa.func.count().desc()).limit(1)
    with engine.connect() as connection:
        return int(connection.scalars(most).one())
