"""The application for a WSGI server: `waitress-serve wsgi:app`, `gunicorn wsgi:app`; settings from the environment."""

from blueprints import create_app
from tracker.errors import BadSetting

try:
    app = create_app()
except BadSetting as refusal:
    raise SystemExit(str(refusal)) from None
