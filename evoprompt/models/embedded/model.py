"""A language model inside this process: llama.cpp through xllamacpp, SmolLM2-135M-Instruct by default."""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from evoprompt.models.embedded.weights import INSTALL_HINT, smollm2
from evoprompt.models.model import Completion, ModelUnavailable, Refused, Request

LOCAL = "local/"  # begins the name of a model that runs in process
DEFAULT_MODEL = f"{LOCAL}smollm2-135m"
# Of the 8192 tokens that SmolLM2 was trained for; they take 50 MB of memory.
CONTEXT_TOKENS = 4096
# Added to the logits of the tokens that choices begin with. llama.cpp reports the likeliest tokens alone, and reporting
# all 49,152 takes seconds an answer; lifted all by the same amount, the wanted ones come first in their true ratios.
LIFT = 100.0
LEAST = 1e-37  # stands for a probability that single precision rounds to zero
# Memory for former questions, whose beginnings need not be read again.
KEPT_MB = 256


@dataclass(frozen=True)
class EmbeddedModel:
    """A model that runs in this process, by its weights; no key, no server, no price.

    All objects with the same weights share one loaded model in a process, and answer one request at a time: llama.cpp
    uses all cores for one answer already. The object holds a name alone, so it can be pickled, and a worker process
    loads the weights for itself.

    At temperature 0 the likeliest token is taken every time. Above it, the text and `draw` of a request seed the
    sampling: the same request has the same answer.

    Attributes:
        name: `local/smollm2-135m`, or `local/` and the path of a `.gguf` file.
    """

    name: str = DEFAULT_MODEL

    def __post_init__(self) -> None:
        if self.name != DEFAULT_MODEL and not (self.name.startswith(LOCAL) and self.name.endswith(".gguf")):
            raise ValueError(
                f"no local model named {self.name!r}; expected {DEFAULT_MODEL!r} or '{LOCAL}<path of a .gguf file>'"
            )

    def prepare(self) -> None:
        """Download the weights where they are missing, and load them, now instead of at the first request.

        Raises:
            ModelUnavailable: The weights cannot be had or loaded, or a package is missing.
        """
        self._engine()

    def price(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost in dollars: nothing."""
        return 0.0

    def complete(self, request: Request) -> Completion:
        """Answer one request.

        With `choices`, one token is generated, and each choice has the log-probability of its first token among the
        first tokens of all choices, with or without a space before it, whichever is likelier. Choices that begin with
        the same token are told apart by the tokens after it, which takes further steps of the same call. No text is
        answered then.

        Raises:
            Refused: The prompt is longer than the context, or the model's chat template does not take it.
            ModelUnavailable: The weights cannot be had or loaded, or a package is missing.
            ValueError: One choice is the beginning of another, token by token.
        """
        _check(request)
        engine = self._engine()
        return engine.score(request) if request.choices else engine.generate(request)

    def _engine(self) -> _Engine:
        if self.name == DEFAULT_MODEL:
            return _engine_of(None)
        return _engine_of(Path(self.name.removeprefix(LOCAL)).expanduser().absolute())


@dataclass
class _Engine:
    """A loaded model. The lock keeps it to one answer at a time."""

    server: Any
    key: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    tokens: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def generate(self, request: Request) -> Completion:
        answer = self._call(request, prompt=request.prompt)
        choice = answer["choices"][0]
        text = choice["text"] if "text" in choice else choice["message"].get("content")
        return Completion(
            text=text or "",
            tokens_in=answer["usage"]["prompt_tokens"],
            tokens_out=answer["usage"]["completion_tokens"],
            cut=choice["finish_reason"] == "length",
        )

    def score(self, request: Request) -> Completion:
        prompt = request.prompt
        if prompt is None:
            prompt = self._ask("/apply-template", {"messages": _turns(request)})["prompt"]
        best = [math.log(LEAST)] * len(request.choices)
        answers = []
        waiting = [_Beginning((), 0.0, self._spellings(request.choices))]
        while waiting:
            beginning = waiting.pop()
            continued = [prompt, *beginning.tokens] if beginning.tokens else prompt
            answers.append(self._call(request, prompt=continued, among=beginning.next_tokens))
            for longer in beginning.split(_reported(answers[-1])):
                if longer.owner is None:
                    longer.check(request.choices)
                    waiting.append(longer)
                else:
                    best[longer.owner] = max(best[longer.owner], longer.logprob)
        return Completion(
            text="",
            tokens_in=sum(answer["usage"]["prompt_tokens"] for answer in answers),
            tokens_out=sum(answer["usage"]["completion_tokens"] for answer in answers),
            choice_logprobs=tuple(best),
        )

    def _spellings(self, choices: Sequence[str]) -> list[_Spelling]:
        if not all(choices):
            raise ValueError(f"a choice needs a text, got an empty one among {', '.join(map(repr, choices))}")
        return [_Spelling(i, self._tokens(text)) for i, choice in enumerate(choices) for text in (choice, f" {choice}")]

    def _call(self, request: Request, *, prompt: str | list[str | int] | None, among: Sequence[int] = ()) -> Any:
        """What llama.cpp answers to this prompt, or to the request's messages where there is none.

        Args:
            among: Where given, the probabilities of these next tokens are asked for.
        """
        question: dict[str, Any] = {
            # Without a limit llama.cpp writes until the context is full.
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            # llama.cpp would narrow the sampling by these two as well
            "top_k": 0,
            "min_p": 0.0,
            "seed": _seed(request),
            "cache_prompt": True,
            "stop": list(request.stop),
        }
        if among:
            question |= {"max_tokens": 1, "temperature": 1.0, "top_p": 1.0, "stop": [], "logprobs": len(among)}
            question |= {"post_sampling_probs": True, "logit_bias": [[token, LIFT] for token in among]}
        try:
            with self.lock:
                # No streaming: its callback would swallow a KeyboardInterrupt. Here one is raised after the answer.
                if prompt is None:
                    return _checked(self.server.handle_chat_completions({**question, "messages": _turns(request)}))
                return _checked(self.server.handle_completions({**question, "prompt": prompt}))
        except (RuntimeError, ValueError) as error:
            raise ModelUnavailable(f"llama.cpp failed: {error}") from error

    def _tokens(self, text: str) -> tuple[int, ...]:
        if text not in self.tokens:
            answer = self._ask("/tokenize", {"content": text, "add_special": False, "parse_special": False})
            self.tokens[text] = tuple(answer["tokens"])
        return self.tokens[text]

    def _ask(self, path: str, question: Mapping[str, Any]) -> Any:
        """Two answers of llama.cpp can only be had through the port that it opens on this machine."""
        request = urllib.request.Request(
            self.server.listening_address + path,
            data=json.dumps(question).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
        )
        # An empty handler, because the environment may name a proxy
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                return _checked(json.load(response))
        except urllib.error.HTTPError as error:
            return _checked(json.load(error))
        except OSError as error:
            raise ModelUnavailable(f"the local model does not answer on its own port ({error})") from error


class _Spelling(NamedTuple):
    """One way to write a choice, in tokens."""

    choice: int
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class _Beginning:
    """Tokens that an answer may begin with, how likely they are, and the spellings that begin so."""

    tokens: tuple[int, ...]
    logprob: float
    spellings: list[_Spelling]

    @property
    def owner(self) -> int | None:
        """The one choice that begins so; None where it could still be several."""
        owners = {spelling.choice for spelling in self.spellings}
        return owners.pop() if len(owners) == 1 else None

    @property
    def next_tokens(self) -> list[int]:
        """The tokens that the spellings go on with, each once."""
        return list(dict.fromkeys(spelling.tokens[len(self.tokens)] for spelling in self.spellings))

    def split(self, reported: Mapping[int, float]) -> list[_Beginning]:
        """The beginnings that are one token longer."""
        return [
            _Beginning(
                (*self.tokens, token),
                self.logprob + reported.get(token, math.log(LEAST)),
                [spelling for spelling in self.spellings if spelling.tokens[len(self.tokens)] == token],
            )
            for token in self.next_tokens
        ]

    def check(self, choices: Sequence[str]) -> None:
        """Refuse choices that no further token can tell apart."""
        for index, tokens in self.spellings:
            if tokens == self.tokens:
                other = next(spelling.choice for spelling in self.spellings if spelling.choice != index)
                raise ValueError(
                    f"the choices {choices[index]!r} and {choices[other]!r} cannot be told apart by their tokens: "
                    "one is the beginning of the other; choose labels that differ earlier"
                )


_engines: dict[Path | None, _Engine] = {}
_loading = threading.Lock()


def _engine_of(path: Path | None) -> _Engine:
    """The loaded model of these weights in this process; None for the default ones."""
    with _loading:
        if path not in _engines:
            _engines[path] = _load(path)
        return _engines[path]


def _load(path: Path | None) -> _Engine:
    try:
        import xllamacpp  # optional, and 100 MB of native code: the first request pays
    except ImportError as error:
        raise ModelUnavailable(
            f"the local model needs a package that is not installed ({error}): {INSTALL_HINT}"
        ) from error
    weights = smollm2() if path is None else path
    if not weights.is_file():
        raise ModelUnavailable(f"there is no file {weights}; a local model is named '{LOCAL}<path of a .gguf file>'")
    # llama.cpp also listens on a port of this machine: nobody else shall use it
    key = secrets.token_hex(16)
    try:
        params = _params(xllamacpp, weights, key)
    except AttributeError as error:
        raise ModelUnavailable(f"the installed xllamacpp is too old ({error}): {INSTALL_HINT}") from error
    try:
        engine = _Engine(xllamacpp.Server(params), key)
    except (RuntimeError, ValueError) as error:
        raise ModelUnavailable(
            f"llama.cpp cannot load {weights}: is it a whole GGUF file of a language model?"
        ) from error
    # Deleting a server that never had a request hangs.
    engine.generate(Request(prompt="a", max_tokens=1))
    return engine


def _params(xllamacpp: Any, weights: Path, key: str) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    # One slot: the context is shared by all of them, and two slots are no faster than one.
    params.n_parallel = 1
    params.n_ctx = CONTEXT_TOKENS
    # One thread more than there are cores makes it ten times slower.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _cores()
    # An answer must not depend on the questions before it, whose tokens are kept. With keys and values in floating
    # point, llama.cpp computes attention in several ways, by the number of tokens that are left to read, and each
    # rounds differently: half of all longer answers changed. With Q8_0 there is one way for all of them.
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_Q8_0
    # The kernels of graphics cards round by the number of tokens as well.
    params.n_gpu_layers = 0
    # Former questions are kept for their beginnings; by default 8 GB of them.
    params.cache_ram_mib = KEPT_MB
    params.verbosity = -1
    params.api_keys = [key]
    params.ui = False
    return params


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check(request: Request) -> None:
    if not request.text:
        raise Refused("the prompt is empty: the local model has nothing to read")
    try:
        request.text.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"the prompt is not valid Unicode: {error}") from error


def _turns(request: Request) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.text} for message in request.messages]


def _seed(request: Request) -> int:
    # The text too, else the first random number would be the same one for every prompt.
    digest = hashlib.sha256(f"{request.draw}\n{request.text}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _reported(answer: Any) -> dict[int, float]:
    rows = answer["choices"][0]["logprobs"]["content"][0]["top_probs"]
    return {row["id"]: math.log(max(row["prob"], LEAST)) for row in rows}


def _checked(answer: Any) -> Any:
    """The answer, unless it is an error: llama.cpp returns those instead of raising them."""
    if not isinstance(answer, dict):
        raise ModelUnavailable(f"llama.cpp gave {type(answer).__name__} instead of an answer")
    if "error" not in answer:
        return answer
    error = answer["error"] if isinstance(answer["error"], dict) else {"message": str(answer["error"])}
    if error.get("type") == "exceed_context_size_error":
        raise Refused(
            f"the prompt has {error.get('n_prompt_tokens', 'too many')} tokens, "
            f"and the local model reads at most {error.get('n_ctx', CONTEXT_TOKENS)} tokens"
        )
    message = error.get("message", "no reason given")
    if 400 <= int(error.get("code", 500)) < 500:
        raise Refused(f"the local model does not take this prompt: {message}")
    raise ModelUnavailable(f"llama.cpp failed: {message}")


def _forget_the_parent() -> None:
    """A forked child has the parent's models without the threads that work them: it must load its own."""
    global _engines, _loading
    import ctypes  # a child of a fork alone needs it

    for engine in _engines.values():
        # Deleting such a server would wait for its threads for ever, so it is never deleted.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(engine.server))
    _engines, _loading = {}, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_the_parent)
