"""For a WSGI server of your own: ``gunicorn -k gthread --threads 64 wsgi:app``."""

from __future__ import annotations

from app import create_app
from app.logs import configure

configure()
app = create_app()
