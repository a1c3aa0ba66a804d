"""The application for a WSGI server: `waitress-serve wsgi:app`, `gunicorn wsgi:app`; settings from the environment."""

from blueprints import create_app

app = create_app()
