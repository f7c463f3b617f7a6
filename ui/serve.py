"""``citewire serve``: one process that owns the library, shows the chat and answers other commands."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path

# Before Gradio is imported: it asks its own and the hub's servers otherwise. Nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import gradio as gr
import uvicorn
from fastapi import FastAPI

from index.errors import PortTaken, UsageError
from index.settings import Settings
from rag.desk import Desk
from ui.chat.page import chat_script, chat_style, make_chat
from ui.chat.theme import make_theme
from ui.http import make_api
from ui.login import read_password
from ui.watch import watched

# Windows whose state is kept. Gradio forgets none that was closed, and keeps a copy of its own settings for each: about 90 kB.
_MOST_WINDOWS = 1000
_LARGEST_UPLOAD = "32mb"
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared, and only behind a log-in)


def run_server(settings: Settings, *, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        settings: which library and which model.
        host: an address of this machine's loopback; any other only where the settings name a file with a password.
        port: 0 picks a free one.
        say: told the address once it answers.

    Raises:
        PortTaken: something else listens there.
        UsageError: the host is not loopback and there is no log-in.
        SettingsError: the password cannot be read, or is none.
        LibraryError: the library cannot be opened.
    """
    password = _read_login(settings, host)
    listener = _listen(host, port)
    try:
        with watched(settings), Desk(settings=settings, create=True) as desk:
            token = secrets.token_urlsafe(24)
            port = listener.getsockname()[1]
            address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            here = f"http://127.0.0.1:{port}" if host in _EVERYWHERE else address
            warm = threading.Event()
            application = make_application(desk, token=token, host=host, warm=warm, password=password)
            server = make_server(application, desk)
            ready = threading.Thread(
                target=_announce, args=(server, desk, warm, address, here, token, say), name="announce", daemon=True
            )
            ready.start()
            server.run(sockets=[listener])
    finally:
        listener.close()


def make_application(
    desk: Desk, *, token: str, host: str, warm: threading.Event, password: bytes | None = None
) -> FastAPI:
    """Return the whole application: the chat, the doors, and the log-in before them where there is a password."""
    blocks = make_chat(desk, login=password is not None)
    blocks.queue(default_concurrency_limit=4, max_size=64)
    blocks.state_session_capacity = _MOST_WINDOWS
    application: FastAPI = gr.mount_gradio_app(
        make_api(desk, token=token, host=host, is_ready=warm.is_set, password=password),
        blocks,
        path="/",
        server_name=host,
        footer_links=[],
        max_file_size=_LARGEST_UPLOAD,
        ssr_mode=False,
        show_error=False,
        theme=make_theme(),
        css=chat_style(),
        js=chat_script(),
    )
    return application


def make_server(application: FastAPI, desk: Desk) -> uvicorn.Server:
    """Return what serves the application."""
    return uvicorn.Server(
        uvicorn.Config(
            application,
            log_level="warning",
            log_config=None if desk.settings.observe.logs == "json" else uvicorn.config.LOGGING_CONFIG,
            access_log=False,
            timeout_graceful_shutdown=3,
        )
    )


def _announce(
    server: uvicorn.Server,
    desk: Desk,
    warm: threading.Event,
    address: str,
    here: str,
    token: str,
    say: Callable[[str], None],
) -> None:
    """Load what the first question needs, and say where the chat is once it answers.

    Args:
        here: where other commands on this machine reach it.
    """
    desk.warm_up()
    warm.set()
    while not server.started and not server.should_exit:
        threading.Event().wait(0.05)
    if server.started:
        desk.library.announce(address=here, token=token)
        say(f"Citewire is open at {address} (stop it with Ctrl-C).")


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow happens, so that a taken one is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"The address {host}:{port} cannot be used: {error.strerror}.",
            hint="Stop what listens there, or choose another with --port (0 picks a free one).",
        ) from error
    return listener


def _read_login(settings: Settings, host: str) -> bytes | None:
    """Return what stands for the password, or None where nobody else can reach the server and none is set.

    Raises:
        UsageError: others can reach it, and there is no log-in.
        SettingsError: the password cannot be read.
    """
    if settings.server.password_file:
        return read_password(Path(settings.server.password_file).expanduser())
    _check_loopback(host)
    return None


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise UsageError(
            f"The chat has no log-in, so it listens on this machine only, not on {host!r}.",
            hint="Use 127.0.0.1, or set a log-in: write a password into a file that only you can read, and name it in the setting "
            "server.password_file (CITEWIRE_SERVER_PASSWORD_FILE). Programs show keys of `citewire key add NAME`.",
        )
