"""A model behind OpenAI's protocol, over the standard library alone: litellm takes seconds to load, in each process."""

from __future__ import annotations

import http.client
import json
import os
import threading
from typing import Any

from evoprompt.models.model import Completion, Request

_local = threading.local()


class Plain:
    """A model behind OpenAI's protocol, over the standard library alone."""

    def __init__(self, name: str, api_base: str) -> None:
        self.name, self.address = name, api_base.split("/")[2]

    def complete(self, request: Request) -> Completion:
        if getattr(_local, "process", 0) != os.getpid():
            _local.process, _local.connection = os.getpid(), http.client.HTTPConnection(self.address, timeout=60)
        messages = [{"role": turn.role, "content": turn.text} for turn in request.messages]
        body = {"model": self.name, "messages": messages, "prompt": request.prompt, "seed": request.draw}
        _local.connection.request("POST", "/v1/chat/completions", json.dumps(body))
        said = json.loads(_local.connection.getresponse().read())
        return Completion(said["choices"][0]["message"]["content"], **_used(said["usage"]))


def _used(usage: dict[str, Any]) -> dict[str, Any]:
    return {"tokens_in": usage["prompt_tokens"], "tokens_out": usage["completion_tokens"], "dollars": 0.001}
