"""The floor: what any Flask page with fifty rows costs. Nothing signs in, nothing is translated, nothing is checked."""

import sqlalchemy as sa
from flask import Flask, render_template
from jinja2 import DictLoader

from tracker.db import Base

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


def create_floor(url: str) -> Flask:
    """A bare application with one page: fifty cases of one institution, by one index, through SQLAlchemy."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"cases.html": TEMPLATE})  # type: ignore[assignment]
    engine = sa.create_engine(url)
    case = Base.metadata.tables["protection_case"]
    asked = (
        sa.select(case.c.reference, case.c.concern, case.c.urgency, case.c.registered_at)
        .where(case.c.owner_id == sa.bindparam("owner"))
        .order_by(case.c.id)
        .limit(50)
    )

    @app.get("/cases/<int:owner>")
    def cases(owner: int) -> str:
        with engine.connect() as connection:
            rows = connection.execute(asked, {"owner": owner}).all()
        return render_template("cases.html", rows=rows)

    return app
