"""``citewire serve``: one process that owns the library, shows the chat and answers other commands."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
import threading
from collections.abc import Callable

# Before Gradio is imported: it asks its own and the hub's servers otherwise. Nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import gradio as gr
import uvicorn

from index.errors import PortTaken, UsageError
from index.settings import Settings
from rag.desk import Desk
from ui.chat.page import chat_script, chat_style, make_chat
from ui.chat.theme import make_theme
from ui.http import make_api
from ui.watch import watched

_LARGEST_UPLOAD = "32mb"


def run_server(settings: Settings, *, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        settings: which library and which model.
        host: an address of this machine's loopback: there is no log-in, so nobody else may reach it.
        port: 0 picks a free one.
        say: told the address once it answers.

    Raises:
        PortTaken: something else listens there.
        UsageError: the host is not loopback.
        LibraryError: the library cannot be opened.
    """
    _check_loopback(host)
    listener = _listen(host, port)
    try:
        with watched(settings), Desk(settings=settings, create=True) as desk:
            token = secrets.token_urlsafe(24)
            address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
            warm = threading.Event()
            server = _make_server(desk, token=token, host=host, warm=warm)
            ready = threading.Thread(
                target=_announce, args=(server, desk, warm, address, token, say), name="announce", daemon=True
            )
            ready.start()
            server.run(sockets=[listener])
    finally:
        listener.close()


def _make_server(desk: Desk, *, token: str, host: str, warm: threading.Event) -> uvicorn.Server:
    blocks = make_chat(desk)
    blocks.queue(default_concurrency_limit=4, max_size=64)
    application = gr.mount_gradio_app(
        make_api(desk, token=token, host=host, is_ready=warm.is_set),
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
    server: uvicorn.Server, desk: Desk, warm: threading.Event, address: str, token: str, say: Callable[[str], None]
) -> None:
    """Load what the first question needs, and say where the chat is once it answers."""
    desk.warm_up()
    warm.set()
    while not server.started and not server.should_exit:
        threading.Event().wait(0.05)
    if server.started:
        desk.library.announce(address=address, token=token)
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


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise UsageError(
            f"The chat has no log-in, so it listens on this machine only, not on {host!r}.",
            hint="Use 127.0.0.1; to reach it from elsewhere, put a proxy with a log-in in front of it.",
        )
