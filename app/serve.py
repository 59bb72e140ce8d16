"""The production server: gunicorn, one process with threads, told when it really answers."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app import create_app, logs
from app.config import Settings
from app.errors import ConfigError
from app.jobs.beside import Beside

GRACE_SECONDS = 10
"""What open calls get to come to their end in when the server is told to stop."""
PATIENCE_SECONDS = 60


# What is begun, each in a thread of its own, once the application serves: "module:function".
SERVING = ("app.scenarios.warm:begin",)


def run(settings: Settings, ready: Callable[[str], None], *, worker: bool = True) -> None:
    """Serve until told to stop. Calls ``ready(address)`` once /health answers.

    One process: a live call and its sound live in one place. Beside it, unless ``worker``
    is false, another one does the jobs. Raises ``ConfigError`` when the port is taken.
    """
    _refuse_taken_port(settings)
    logs.configure()
    Server(settings, ready, worker).run()


def address_of(settings: Settings) -> str:
    """The address to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://{_bracketed(host)}:{settings.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refuse_taken_port(settings: Settings) -> None:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, proto, _name, place = found[0]
        with socket.socket(family, kind, proto) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as problem:
        raise ConfigError(
            f"{settings.host}:{settings.port} cannot be listened on: {problem.strerror or problem}",
            field="port",
            remedy="Stop what uses the port, or set another one: PORT=8001.",
        ) from problem


class JsonLogger(Logger):  # type: ignore[misc]
    """gunicorn's own lines through our logs; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, ready: Callable[[str], None], worker: bool) -> None:
        self.settings = settings
        self.ready = ready
        self.beside = Beside() if worker else None
        super().__init__()

    def load_config(self) -> None:
        memory = Path("/dev/shm")  # the heartbeat is a file: kept off slow disks
        options: dict[str, object] = {
            "bind": f"{_bracketed(self.settings.host)}:{self.settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self.settings.threads,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "keepalive": 5,
            "accesslog": None,
            "logger_class": JsonLogger,
            "control_socket_disable": True,
            "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,
            "post_worker_init": self._watch,
            "worker_exit": self._leave,
            "proc_name": "callwright",
        }
        for key, value in options.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Flask:
        return create_app(self.settings)

    def _watch(self, worker: Any) -> None:
        """In the process that serves: look after what is left, and say so when it answers.

        A restarted one says nothing.
        """
        if self.beside is not None:
            self.beside.start()
        for name in SERVING:
            threading.Thread(target=_begin, args=(name, worker.wsgi), daemon=True).start()
        if worker.age == 1:
            threading.Thread(
                target=_announce, args=(self.settings, self.ready), daemon=True
            ).start()

    def _leave(self, server: Any, worker: Any) -> None:
        """In the process that served, at its end."""
        if self.beside is not None:
            self.beside.stop()


def _begin(name: str, app: Flask) -> None:
    module, _colon, function = name.partition(":")
    getattr(import_module(module), function)(app)


def _announce(settings: Settings, ready: Callable[[str], None]) -> None:
    address = address_of(settings)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if answers(address):
            ready(address)
            return
        time.sleep(0.05)


def answers(address: str) -> bool:
    """Whether a Callwright answers at ``address``, well or not."""
    # An own opener: a proxy set for the outside must not be asked about this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as told:
        return told.code == 503
    except OSError:
        return False
