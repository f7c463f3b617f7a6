"""Remote models through llama-index against a real HTTP server on this machine that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.errors import ModelUnavailable
from rag.answer_types import Message
from rag.models.remote.model import RemoteModel

ASK = [Message("system", "Answer."), Message("user", "How many?")]


class Service(BaseHTTPRequestHandler):
    """Streams ``[1] Thirty-four.`` in pieces, says Yes when not asked to stream, fails for the model ``broken``."""

    asked: list[dict] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body)
        if body["model"] == "broken":
            self._send(500, "application/json", b'{"error": {"message": "out of memory"}}')
        elif body.get("stream"):
            pieces = [{"role": "assistant", "content": ""}, {"content": "[1] Thirty"}, {"content": "-four."}]
            lines = [
                {
                    "id": "x",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": "m",
                    "choices": [{"index": 0, "delta": piece, "finish_reason": None}],
                }
                for piece in pieces
            ]
            self._send(
                200,
                "text/event-stream",
                "".join(f"data: {json.dumps(line)}\n\n" for line in lines).encode() + b"data: [DONE]\n\n",
            )
        else:
            choice = {"index": 0, "message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop"}
            self._send(
                200,
                "application/json",
                json.dumps(
                    {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
                ).encode(),
            )

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    Service.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_openai_protocol(url: str) -> None:
    model = RemoteModel("openai", "m", url=url, timeout=10)
    assert "".join(model.stream(ASK, markers=2, maximum_tokens=50)) == "[1] Thirty-four."
    assert model.probability_yes(ASK) == 1.0
    assert Service.asked[0]["messages"][1] == {"role": "user", "content": "How many?"}
    assert Service.asked[0]["max_tokens"] == 50
    with pytest.raises(ModelUnavailable, match=r"'openai/broken' at .* did not answer"):
        list(RemoteModel("openai", "broken", url=url, timeout=10).stream(ASK, markers=1, maximum_tokens=5))
    assert sum(body["model"] == "broken" for body in Service.asked) == 3, "tried three times in all"
