"""Static files: an address that changes with the content, kept for ever by browsers."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

FOR_EVER = "public, max-age=31536000, immutable"
# Address of a file -> (changed, size, hash): read again only when the file has changed.
_seen: dict[Path, tuple[int, int, str]] = {}


def init_app(app: Flask) -> None:
    app.add_template_global(static_url)
    app.after_request(_keep)


def static_url(path: str) -> str:
    """The address of ``path`` below static/, with the hash of what it holds now."""
    return url_for("static", filename=path, v=_hash_of(path) or None)


def _hash_of(path: str) -> str:
    file = Path(current_app.static_folder or "") / path
    try:
        found = file.stat()
    except OSError:
        return ""
    known = _seen.get(file)
    if known is None or known[:2] != (found.st_mtime_ns, found.st_size):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        known = _seen[file] = (found.st_mtime_ns, found.st_size, digest)
    return known[2]


def _keep(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code not in (200, 304):
        return response
    if close := getattr(response.response, "close", None):
        response.call_on_close(close)  # compression puts its own stream in the file's place
    asked = request.args.get("v", "")
    path = str((request.view_args or {}).get("filename", ""))
    fresh = bool(asked) and secrets.compare_digest(asked.encode(), _hash_of(path).encode())
    response.headers["Cache-Control"] = FOR_EVER if fresh else "no-cache"
    return response
