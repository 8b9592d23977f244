"""A small OpenAI-compatible server on 127.0.0.1 for tests and timings; its answers are scripted.

It runs in a process of its own, so that it takes no time from the interpreter it is measured against, and serves
hundreds of open connections from one event loop. Only the standard library is used, and nothing of evoprompt: the
file is also the script that the process runs.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from types import TracebackType
from typing import Any

_KEPT_REQUESTS = 10_000


@dataclass(frozen=True)
class Reply:
    """What the server answers, and to which requests.

    In `text`, `error`, `error_code` and `body`, `{key}` stands for the key that the request came with, `{call}` for its
    number, `{mark}` and `{digest}` for some letters made from all that it asks (the same for equal requests, unless these
    are not answered alike), and `{bit}` for a 0 or 1 made from the same; in `headers`, `{key}` does.

    Attributes:
        text: The model's answer; None for the `null` content that filters and tool calls leave.
        texts: Where given, the answer is one of these, chosen by all that the request asks.
        when: The reply is for requests that contain this text; all requests contain the empty one.
        model: The reply is for requests to the model of this name; to any for the empty one.
        by_schema: The reply is for requests with a `response_format` alone, where True.
        alike: Whether equal requests have equal `{mark}`, `{digest}` and `{bit}`.
        every: Of the requests that it is for, the first of so many gets it, and the others the next one that fits.
        times: How many requests get this reply before the next one that fits has its turn; None for all.
        status: The HTTP status. From 400 on, the body is an error.
        headers: Further headers, such as `{"Retry-After": "2"}`, or another `Content-Type`.
        error: The message of an error body.
        error_code: The code of an error body, such as `content_filter`.
        tokens_in: Tokens read, as the usage reports them; None for one every four characters.
        tokens_out: Tokens written, likewise.
        usage: Whether usage is reported at all.
        finish_reason: Why the answer ended: `stop`, `length` or `content_filter`.
        top_logprobs: The likeliest first tokens and the natural logarithms of their probabilities. None: no
            log-probabilities are reported, as by a provider that has none.
        choices: How often the answer is repeated; 0 leaves the list of answers empty.
        body: This text as the whole body, whatever the rest says.
        cut_after: The connection closes after this many bytes of the body; -1 closes it before any answer.
        delay: Seconds before the answer; None for the server's own delay.
        trickle: Seconds between the single bytes of the answer; None sends it at once.
    """

    text: str | None = "ok"
    texts: tuple[str, ...] = ()
    when: str = ""
    model: str = ""
    by_schema: bool = False
    alike: bool = True
    every: int = 1
    times: int | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = "scripted error"
    error_code: str | None = None
    tokens_in: int | None = 10
    tokens_out: int | None = 2
    usage: bool = True
    finish_reason: str = "stop"
    top_logprobs: Mapping[str, float] | None = None
    choices: int = 1
    body: str | None = None
    cut_after: int | None = None
    delay: float | None = None
    trickle: float | None = None


class StubServer:
    """The server's process, seen from the test: `with StubServer(delay=0.1) as server: ... server.api_base`.

    Args:
        delay: Seconds from a request to its answer. Requests wait side by side.
    """

    def __init__(self, *, delay: float = 0.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(delay)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the stub server did not start; it ended with code {self._process.wait()}")
        self.url = f"http://127.0.0.1:{int(line)}"

    @property
    def api_base(self) -> str:
        """The address for an OpenAI-compatible client."""
        return f"{self.url}/v1"

    def script(self, *replies: Reply) -> None:
        """Answer by these replies, the first that fits a request; by `ok` where none does. Forgets all calls."""
        self._control("script", [asdict(reply) for reply in replies])

    @property
    def calls(self) -> int:
        """Requests that arrived since the last script."""
        return int(self._control("calls"))

    @property
    def failed(self) -> int:
        """Requests since the last script that had no answer, or one that no client can read."""
        return int(self._control("failed"))

    @property
    def tokens(self) -> tuple[int, int]:
        """Tokens read and written, as the usage of all answers since the last script reports them."""
        read, written = self._control("tokens")
        return int(read), int(written)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The last requests since the last script, oldest first: their `path`, `key`, `body`, and when they came.

        This is `at`, in seconds of `time.monotonic()`, which is the same in all processes of a machine.
        """
        return list(self._control("requests"))

    @property
    def connections(self) -> int:
        """Connections that brought a first request since the last script."""
        return int(self._control("connections"))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def __enter__(self) -> StubServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _control(self, verb: str, value: Any = None) -> Any:
        request = urllib.request.Request(f"{self.url}/control/{verb}", json.dumps(value).encode())
        # No proxy of the environment is for 127.0.0.1.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
            return json.load(response)


class _State:
    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.play: list[Reply] = []
        self.met: list[int] = []
        self.used: list[int] = []
        self.tokens = (0, 0)
        self.failed = 0
        self.calls = 0
        self.connections = 0
        self.requests: list[tuple[str, str, bytes, float]] = []
        self.ready: dict[tuple[int, bool], bytes] = {}

    def script(self, replies: list[dict[str, Any]]) -> None:
        self.play = [Reply(**{**reply, "texts": tuple(reply["texts"])}) for reply in replies]
        self.met = [0] * len(self.play)
        self.used = [0] * len(self.play)
        self.tokens = (0, 0)
        self.failed = 0
        self.calls = self.connections = 0
        self.requests.clear()
        self.ready.clear()

    def pick(self, body: bytes) -> tuple[int, Reply]:
        asked: dict[str, Any] = {}
        for index, reply in enumerate(self.play):
            if reply.times is not None and self.used[index] >= reply.times:
                continue
            if (reply.when or reply.model or reply.by_schema) and not asked:
                asked = json.loads(body)
            if reply.by_schema and "response_format" not in asked:
                continue
            if (reply.when and reply.when not in _text(asked)) or (reply.model and reply.model != asked["model"]):
                continue
            self.met[index] += 1
            if (self.met[index] - 1) % reply.every == 0:
                self.used[index] += 1
                return index, reply
        return -1, Reply()

    def answer(self, path: str, key: str, body: bytes) -> tuple[bytes, Reply]:
        self.calls += 1
        if len(self.requests) < _KEPT_REQUESTS:
            self.requests.append((path, key, body, time.monotonic()))
        index, reply = self.pick(body)
        is_chat = path.endswith("/chat/completions")
        if (index, is_chat) in self.ready:
            answer = self.ready[index, is_chat]
        else:
            told = self.told(reply, key, body)
            answer = _http(told, _body(told, is_chat=is_chat))
            if told == reply:
                self.ready[index, is_chat] = answer
            reply = told
        self.failed += reply.status >= 400 or reply.body is not None or reply.cut_after is not None
        if reply.usage and reply.status < 400 and reply.body is None:
            self.tokens = (self.tokens[0] + (reply.tokens_in or 0), self.tokens[1] + (reply.tokens_out or 0))
        return answer, reply

    def told(self, reply: Reply, key: str, body: bytes) -> Reply:
        """The reply to this one request, with all that it makes of it."""
        asked = body if reply.alike else body + str(self.calls).encode()
        number = int.from_bytes(hashlib.sha256(asked).digest()[:8], "big")
        text = reply.texts[number % len(reply.texts)] if reply.texts else reply.text
        letters = _letters(number)
        known = {"{key}": key, "{call}": str(self.calls), "{mark}": letters, "{digest}": letters}
        known["{bit}"] = str(number % 2)

        def filled(template: str | None) -> str | None:
            for name, value in known.items() if template else ():
                template = (template or "").replace(name, value)
            return template

        text = filled(text)
        return replace(
            reply,
            text=text,
            texts=(),
            error=filled(reply.error) or "",
            error_code=filled(reply.error_code),
            body=filled(reply.body),
            headers={name: value.replace("{key}", key) for name, value in reply.headers.items()},
            tokens_in=len(_text(json.loads(body))) // 4 if reply.tokens_in is None else reply.tokens_in,
            tokens_out=len(text or "") // 4 if reply.tokens_out is None else reply.tokens_out,
        )

    def control(self, verb: str, body: bytes) -> bytes:
        value: Any = None
        if verb == "script":
            self.script(json.loads(body))
        elif verb == "requests":
            value = [
                {"path": path, "key": key, "body": json.loads(text), "at": at} for path, key, text, at in self.requests
            ]
        else:
            value = {"calls": self.calls, "connections": self.connections, "failed": self.failed}.get(verb, self.tokens)
        return _http(Reply(), json.dumps(value).encode())


def _text(body: dict[str, Any]) -> str:
    if "prompt" in body:
        return str(body["prompt"])
    return "\n\n".join(str(message.get("content")) for message in body.get("messages", ()))


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(6))


def _body(reply: Reply, *, is_chat: bool) -> bytes:
    if reply.body is not None:
        return reply.body.encode()
    content: dict[str, Any]
    if reply.status >= 400:
        kind = "invalid_request_error" if reply.status < 500 else "server_error"
        content = {"error": {"message": reply.error, "type": kind, "param": None, "code": reply.error_code}}
        return json.dumps(content).encode()
    content = {"id": "stub", "object": "chat.completion" if is_chat else "text_completion", "created": 1, "model": "m"}
    content["choices"] = [_choice(reply, index, is_chat=is_chat) for index in range(reply.choices)]
    if reply.usage:
        content["usage"] = {
            "prompt_tokens": reply.tokens_in,
            "completion_tokens": reply.tokens_out,
            "total_tokens": (reply.tokens_in or 0) + (reply.tokens_out or 0),
        }
    return json.dumps(content).encode()


def _choice(reply: Reply, index: int, *, is_chat: bool) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": index, "finish_reason": reply.finish_reason, "logprobs": None}
    if is_chat:
        choice["message"] = {"role": "assistant", "content": reply.text}
    else:
        choice["text"] = reply.text
    if not reply.top_logprobs:
        return choice
    token = max(reply.top_logprobs, key=reply.top_logprobs.__getitem__)
    if is_chat:
        top = [{"token": name, "logprob": value, "bytes": None} for name, value in reply.top_logprobs.items()]
        first = {"token": token, "logprob": reply.top_logprobs[token], "bytes": None, "top_logprobs": top}
        choice["logprobs"] = {"content": [first]}
    else:
        choice["logprobs"] = {
            "tokens": [token],
            "token_logprobs": [reply.top_logprobs[token]],
            "top_logprobs": [dict(reply.top_logprobs)],
            "text_offset": [0],
        }
    return choice


def _http(reply: Reply, body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    if "Content-Type" not in reply.headers:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
    return head + (body if reply.cut_after is None else body[: max(reply.cut_after, 0)])


class _Connection(asyncio.Protocol):
    """One keep-alive connection. Clients here send a request only after the last answer (no pipelining)."""

    def __init__(self, state: _State) -> None:
        self.state = state
        self.buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.is_counted = False

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        size = end + 4 + int(headers.get("content-length", 0))
        if len(self.buffer) < size:
            return
        body, self.buffer = self.buffer[end + 4 : size], self.buffer[size:]
        path = first.split()[1]
        if path.startswith("/control/"):
            self.write(self.state.control(path.rpartition("/")[2], body), close=True)
            return
        self.state.connections += not self.is_counted
        self.is_counted = True
        key = headers.get("authorization", "").removeprefix("Bearer ")
        answer, reply = self.state.answer(path, key, body)
        delay = self.state.delay if reply.delay is None else reply.delay
        answer = b"" if reply.cut_after == -1 else answer
        asyncio.get_running_loop().call_later(delay, self.send, answer, reply.cut_after is not None, reply.trickle)

    def send(self, answer: bytes, close: bool, trickle: float | None) -> None:
        if trickle is None:
            self.write(answer, close)
            return
        body = answer.index(b"\r\n\r\n") + 4
        self.write(answer[:body], False)
        for number, byte in enumerate(answer[body:]):
            asyncio.get_running_loop().call_later(trickle * (number + 1), self.write, bytes([byte]), False)

    def write(self, answer: bytes, close: bool) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            if close:
                self.transport.close()


async def _serve(delay: float) -> None:
    state, loop, ended = _State(delay), asyncio.get_running_loop(), asyncio.Event()

    def wait_for_parent() -> None:
        # The parent's end of the pipe closes with it, however it ends.
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_parent, daemon=True).start()
    server = await loop.create_server(lambda: _Connection(state), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
