"""litellm itself, loaded when it is needed, and the connections that it sends through."""

from __future__ import annotations

import functools
import importlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

# The providers that litellm calls through OpenAI's client, which can be handed in.
_OPENAI_PROVIDERS = frozenset({"openai", "custom_openai", "text-completion-openai"})


@dataclass(frozen=True)
class Route:
    """How to reach a model.

    Attributes:
        client: The client to hand to litellm; None for its own.
        priced: Whether litellm may know the model's price.
    """

    client: Any = None
    priced: bool = True


def route_to(
    litellm: Any, name: str, *, api_base: str | None, api_key: str | None, timeout: float, extra: Mapping[str, Any]
) -> Route | None:
    """The route to a model; None where litellm knows no provider for its name."""
    if litellm.client_session is not None or {"client", "base_url"} & extra.keys():
        return Route()
    try:
        model, provider, _, base = litellm.get_llm_provider(
            name, custom_llm_provider=extra.get("custom_llm_provider"), api_base=api_base, api_key=api_key
        )
    except litellm.BadRequestError:
        return None
    if provider not in _OPENAI_PROVIDERS:
        return Route()
    # In the order of litellm, which a client that is handed in does not pass through.
    environment = os.environ.get
    base = base or litellm.api_base or environment("OPENAI_BASE_URL") or environment("OPENAI_API_BASE")
    key = api_key or litellm.api_key or litellm.openai_key or environment("OPENAI_API_KEY")
    if not key and api_base is None:
        return Route()
    # A server with no price list: to look for one is a fifth of litellm's work.
    priced = (
        api_base is None
        or any(known in litellm.model_cost for known in (name, model, f"{provider}/{model}"))
        or any("cost" in setting or setting == "model_info" for setting in extra)
    )
    with _loading:
        return Route(_client(base, key or "none", timeout, os.getpid()), priced)


class Watch:
    """Sees whether a request was sent over our connections, and tells it at that moment."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell, self.was_sent = tell, False

    def sending(self) -> None:
        """A request is being sent now."""
        self.was_sent = True
        self.tell()


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(tell: Callable[[], None]) -> Iterator[Watch]:
    """Watch the connections for the calls made inside, in this thread."""
    watch = Watch(tell)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


_loading = threading.Lock()


@functools.cache
def _loaded() -> Any:
    # Its price list is read from the package, not from the network.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm: Any = importlib.import_module("litellm")
    # Global, for there is no other switch: it hides an advertisement that is printed at each failed call.
    litellm.suppress_debug_info = True
    return litellm


def load() -> Any:
    """The litellm module. It takes seconds to import: the first call pays, and the calls beside it wait."""
    with _loading:
        return _loaded()


def keys() -> Iterator[str]:
    """The keys that the user has set in litellm itself."""
    for name, value in list(vars(sys.modules.get("litellm", object)).items()):
        if name.endswith("_key") and isinstance(value, str):
            yield value


@functools.lru_cache(maxsize=64)
def _client(api_base: str | None, api_key: str, timeout: float, process: int) -> Any:
    """OpenAI's client for one server; a forked process, which must not share connections, gets its own."""
    openai = importlib.import_module("openai")
    return openai.OpenAI(
        api_key=api_key, base_url=api_base, timeout=timeout, max_retries=0, http_client=_connections(process)
    )


@functools.lru_cache(maxsize=1)
def _connections(process: int) -> Any:
    """One HTTP client over many connections.

    httpx keeps 20 connections open by default, and all threads wait for one lock to be given theirs. Here a thread
    takes an idle connection, as many as there are threads, and puts it back.
    """
    import httpx

    verify = _certificates(httpx)
    idle: deque[httpx.Client] = deque()

    class InTime(httpx.SyncByteStream):
        """A body that has to be there in time: httpx itself waits anew for each piece, however small."""

        def __init__(self, body: Any, end: float) -> None:
            self.body, self.end = body, end

        def __iter__(self) -> Iterator[bytes]:
            for piece in self.body:
                yield piece
                if time.monotonic() > self.end:
                    raise httpx.ReadTimeout("the answer is not complete in time")

        def close(self) -> None:
            self.body.close()

    class Connections(httpx.Client):
        def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
            end = time.monotonic() + (request.extensions.get("timeout", {}).get("read") or float("inf"))
            try:
                client = idle.pop()
            except IndexError:
                client = httpx.Client(verify=verify, follow_redirects=True, timeout=None)
            if (watch := _watch.get()) is not None:
                watch.sending()
            try:
                response = client.send(request, stream=True, **options)
                if not stream:
                    response.stream = InTime(response.stream, end)
                    try:
                        response.read()
                    finally:
                        response.close()
                return response
            finally:
                idle.append(client)

    return Connections(verify=verify)


def _certificates(httpx: Any) -> Any:
    try:
        verify = importlib.import_module("litellm.llms.custom_httpx.http_handler").get_ssl_configuration()
    except (ImportError, AttributeError):
        verify = True
    # Read once, not for each connection.
    return httpx.create_ssl_context(verify=verify) if isinstance(verify, bool | str) else verify
