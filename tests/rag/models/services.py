"""Servers of this machine that speak as Ollama and Anthropic do, after their own descriptions; what they were asked is kept.

Their official clients read what they answer (``test_services``), so that a shape that is not theirs is noticed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRAFT = '{"sentences": [{"quotes": [1], "text": "Thirty-four vessels were held up."}]}'
_DAY = "2031-03-04T05:06:07.000000Z"


@dataclass
class Service:
    """A running server.

    Attributes:
        asked: path and body of each request, in their order.
        refuses: words of a body that are refused with 400, and how.
    """

    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    citations: bool = True


class _Ollama(BaseHTTPRequestHandler):
    service: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.service.asked.append((self.path, body))
        refused = next((words for part, words in self.service.refuses.items() if part in body), None)
        if refused:
            self.send(400, "application/json; charset=utf-8", json.dumps({"error": refused}))
        elif self.path == "/api/show":
            told = {
                "license": "Apache-2.0", "modelfile": "", "parameters": "", "template": "{{ .Prompt }}",
                "details": {"parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"],
                            "parameter_size": "8.0B", "quantization_level": "Q4_K_M"},
                "model_info": {"general.architecture": "llama", "llama.context_length": 131072},
                "capabilities": ["completion"], "modified_at": _DAY,
            }  # fmt: skip
            self.send(200, "application/json; charset=utf-8", json.dumps(told))
        elif body.get("stream", True):
            pieces = [DRAFT[:20], DRAFT[20:50], DRAFT[50:]] if body.get("format") else ["[1] Thirty-four ", "vessels."]
            lines = [self.said(body, piece) for piece in pieces] + [self.said(body, "", done=True)]
            self.send(200, "application/x-ndjson", "".join(f"{json.dumps(line)}\n" for line in lines))
        else:
            told = self.said(body, "Yes", done=True)
            if body.get("logprobs"):
                likely = [{"token": "Yes", "logprob": -0.1}, {"token": "No", "logprob": -2.4}]
                told["logprobs"] = [{"token": "Yes", "logprob": -0.1, "top_logprobs": likely}]
            self.send(200, "application/json; charset=utf-8", json.dumps(told))

    def said(self, body: dict[str, Any], text: str, *, done: bool = False) -> dict[str, Any]:
        told = {
            "model": body["model"],
            "created_at": _DAY,
            "message": {"role": "assistant", "content": text},
            "done": done,
        }
        counts = {"total_duration": 5, "load_duration": 1, "prompt_eval_count": 3, "prompt_eval_duration": 1}
        return told | ({"done_reason": "stop", "eval_count": 4, "eval_duration": 2} | counts if done else {})

    def send(self, status: int, kind: str, content: str) -> None:
        data = content.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class _Anthropic(_Ollama):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.service.asked.append((self.path, body))
        text = json.dumps(body)
        refused = next((words for part, words in self.service.refuses.items() if f'"{part}"' in text), None)
        if not (self.headers.get("authorization") or "").startswith("Bearer ") or not self.headers.get(
            "anthropic-version"
        ):
            self.fail(401, "authentication_error", "Authorization header is required")
        elif "temperature" in body:
            self.fail(400, "invalid_request_error", "temperature: sampling parameters are not supported")
        elif refused:
            self.fail(400, "invalid_request_error", refused)
        elif body.get("stream"):
            events = self.stream(body)
            lines = "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events)
            self.send(200, "text/event-stream; charset=utf-8", lines)
        else:
            content = [{"type": "text", "text": "Yes", "citations": None}]
            self.send(200, "application/json", json.dumps(self.message(body, content, "end_turn")))

    def fail(self, status: int, kind: str, message: str) -> None:
        told = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
        self.send(status, "application/json", json.dumps(told))

    def message(self, body: dict[str, Any], content: list[Any], stop: str | None) -> dict[str, Any]:
        usage = {"input_tokens": 3, "output_tokens": 4}
        head = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"]}
        return head | {"content": content, "stop_reason": stop, "stop_sequence": None, "usage": usage}

    def stream(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        last = body["messages"][-1]["content"]
        results = [each for each in last if each["type"] == "search_result"] if isinstance(last, list) else []
        yield {"type": "message_start", "message": self.message(body, [], None)}
        yield {"type": "ping"}
        blocks: list[tuple[str, dict[str, Any] | None]] = [("[1] Thirty-four vessels were held up.", None)]
        if results and self.service.citations:
            words = results[0]["content"][0]["text"]
            cited = {
                "type": "search_result_location", "cited_text": words, "source": results[0]["source"],
                "title": results[0]["title"], "search_result_index": 0, "start_block_index": 0, "end_block_index": 1,
            }  # fmt: skip
            forged = cited | {"cited_text": "Ninety vessels sank.", "search_result_index": 1}
            blocks = [("By the report, ", None), (words.rstrip("."), cited), (".\n", None), ("Ninety sank.", forged)]
        for place, (text, citation) in enumerate(blocks):
            start = {"type": "text", "text": "", **({"citations": []} if citation else {})}
            yield {"type": "content_block_start", "index": place, "content_block": start}
            half = len(text) // 2
            for piece in (text[:half], text[half:]):
                delta: dict[str, Any] = {"type": "text_delta", "text": piece}
                yield {"type": "content_block_delta", "index": place, "delta": delta}
            if citation:
                delta = {"type": "citations_delta", "citation": citation}
                yield {"type": "content_block_delta", "index": place, "delta": delta}
            yield {"type": "content_block_stop", "index": place}
        yield {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 9},
        }
        yield {"type": "message_stop"}


@contextmanager
def run_service(kind: str) -> Iterator[Service]:
    """Run ``ollama`` or ``anthropic``."""
    service = Service()
    handler = type("Handler", (_Anthropic if kind == "anthropic" else _Ollama,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
