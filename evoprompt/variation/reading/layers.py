"""Layers around a prompt, whatever it says: tokens of chat templates, fences, JSON, quotes, numbers, block quotes."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

LONGEST_LINE = 120  # characters of one that leads up to a quoted text
LONGEST_LITERAL = 20_000  # characters of a Python literal that are parsed

_QUOTES = (
    ('"', '"'),
    ("'", "'"),
    ("“", "”"),
    ("‘", "’"),
    ("„", "“"),
    ("„", "”"),  # Polish, Hungarian, Romanian
    ("”", "”"),  # Swedish, Finnish
    ("«", "»"),
    ("»", "«"),
    ("「", "」"),
    ("『", "』"),
    ("`", "`"),
    ("**", "**"),
    ("__", "__"),
)
_STRAIGHT = "\"'"
_NUMBER = re.compile(r"^\s{0,20}(?:\*\*)?(?:\(?\d{1,3}(?:[.):](?:\*\*)?|\*\*[.):]?)|[-*•‣◦–→➡]|[=-]>)\s+")
_FENCE = re.compile(r"^[ \t]{0,8}(?P<mark>`{3,5}|~{3,5})[ \t]{0,8}(?P<language>[\w+-]{0,20})[ \t]{0,80}$")
_ROLE = re.compile(
    r"<\|im_start\|>(?P<im>\w*)\n?|<\|start_header_id\|>(?P<llama>\w*)<\|end_header_id\|>\n{0,2}"
    r"|<start_of_turn>(?P<gemma>\w*)\n?"
    r"|<[|｜](?P<plain>user|system|assistant|User|Assistant|System)[|｜]>|(?P<inst>\[/?INST\]|<</?SYS>>)"
    r"|(?P<end><\|(?:im_end|eot_id|endoftext|end|eom_id|end_of_text|return|im_sep|begin_of_text|endofprompt"
    r"|END_OF_TURN_TOKEN)\|>"
    r"|</?s>|<(?:end_of_turn|eos|bos|pad|end_of_utterance)>|<[|｜](?:end|begin)▁of▁sentence[|｜]>)",
    re.IGNORECASE,
)
_OTHERS = frozenset({"user", "system", "human", "tool"})


def without_tokens(output: str) -> str:
    """The model's own first turn, without tokens of chat templates and without the turns that it made up after it."""
    if "<" not in output and "[" not in output:
        return output
    tokens = list(_ROLE.finditer(output))
    if not tokens:
        return output
    ends = [*(token.start() for token in tokens[1:]), len(output)]
    turns = [("", output[: tokens[0].start()])]
    turns += [(_speaker(token), output[token.end() : end]) for token, end in zip(tokens, ends, strict=True)]
    if closing := [place for place, token in enumerate(tokens) if token["inst"] and token["inst"].upper() == "[/INST]"]:
        turns = turns[closing[-1] + 1 :]  # all before it is the question
    speaker = ""
    for said_by, text in turns:
        speaker = said_by or speaker
        if speaker not in _OTHERS and re.search(r"\w", text):
            return text.strip()
    return ""


def _speaker(token: re.Match[str]) -> str:
    return (token["im"] or token["llama"] or token["gemma"] or token["plain"] or "").casefold()


class Fenced:
    """A text with fenced blocks: what stands in them, and the lines outside."""

    def __init__(self, text: str) -> None:
        self.blocks: list[str] = []
        self.outside: list[str] = []
        self.is_open = False
        mark, block = "", list[str]()
        for line in text.split("\n"):
            found = _FENCE.match(line)
            if not mark and found:
                mark, block = found["mark"], []
            elif mark and found and found["mark"][0] == mark[0] and not found["language"]:
                self.blocks.append("\n".join(block).strip())
                mark = ""
            else:
                (block if mark else self.outside).append(line)
        if mark:
            self.is_open = True
            self.blocks.append("\n".join(block).strip())


def fenced(text: str) -> Fenced | None:
    """The fenced blocks of a text; None where it has none."""
    return Fenced(text) if "```" in text or "~~~" in text else None


def data_in(text: str) -> Any:
    """The JSON object or list that a text is, Python's quotes allowed; None where it is none."""
    if text[:1] + text[-1:] not in ("{}", "[]"):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    if len(text) > LONGEST_LITERAL or text.count("[") + text.count("{") + text.count("(") > 50:
        return None
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


_KEY = re.compile(
    r"prompt|instruction|rewrit|rewor|rephras|paraphras|mutat|child|hint|output|result|answer|response|advice"
    r"|version|text|new|final",
    re.IGNORECASE,
)
_OTHER_KEY = re.compile(
    r"original|old|input|parent|step|cross|explan|note|reason|rational|thought|changes|label|given|previous|before",
    re.IGNORECASE,
)
_FIRST_KEYS = ("prompt", "new_prompt", "final_prompt", "instruction", "new_instruction", "rewritten_instruction")


def texts_in(data: Any) -> list[str]:
    """The texts in an object or list that may be the prompt, the likeliest alone where its key says so."""
    if isinstance(data, list):
        return [each if isinstance(each, str) else "".join(texts_in(each)[:1]) for each in data]
    if not isinstance(data, dict):
        return []
    named = {str(key): value for key, value in data.items() if isinstance(value, (str, dict, list))}
    for key in _FIRST_KEYS:
        if isinstance(named.get(key), str):
            return [str(named[key])]
    fitting = [value for key, value in named.items() if _KEY.search(key) and not _OTHER_KEY.search(key)]
    return [each for each in fitting if isinstance(each, str)]


def field_in(text: str) -> str | None:
    """The prompt in the JSON object that an answer is, or has as its only fenced block; None where there is no one text."""
    found = fenced(text)
    data = data_in(found.blocks[0] if found and len(found.blocks) == 1 else text)
    texts = texts_in(data) if isinstance(data, dict) else []
    return texts[0].strip() if len(texts) == 1 else None


def unquoted(text: str) -> str:
    """The text without one pair of quotes or marks of emphasis around the whole."""
    for left, right in _QUOTES:
        inner = text[len(left) : -len(right)]
        is_around = len(text) > len(left + right) and text.startswith(left) and text.endswith(right)
        if is_around and (left not in inner or (left in _STRAIGHT and _is_quoting(inner, left))):
            return inner.strip()
    return text


def quoted_below(text: str) -> str:
    """The quoted paragraph that is all there is below a first line that ends in a colon; empty where there is none."""
    line, _, rest = text.partition("\n")
    said = rest.strip()
    is_led_in = 0 < len(line) <= LONGEST_LINE and line.rstrip(" *_").endswith((":", "："))
    if not is_led_in or "\n" in said or not said or said[0] in "*_`":
        return ""
    inner = unquoted(said)
    return inner if inner != said and re.sub(r"\{[^{}]*\}", "", inner).strip(" .,:;?!") else ""


def _is_quoting(text: str, quote: str) -> bool:
    """Whether the straight quotes in a text stand in pairs around words, so that those outside it are a pair, too."""
    places = [
        found.start()
        for found in re.finditer(re.escape(quote), text)
        if not re.fullmatch(r"\w\W\w", text[max(0, found.start() - 1) : found.start() + 2])  # no apostrophe
    ]
    opening = all(re.search(r"(?:^|[\s(\[/:=—–-])$", text[:place][-1:]) for place in places[::2])
    closing = all(re.match(r"$|[\s)\].,;:!?/—–-]", text[place + 1 : place + 2]) for place in places[1::2])
    return len(places) % 2 == 0 and opening and closing


def unnumbered(text: str) -> str:
    """The text without a number or bullet before it, unless it is a list itself."""
    if any(_NUMBER.match(line) for line in text.split("\n")[1:]):
        return text
    return _NUMBER.sub("", text, count=1)


def is_item(line: str) -> bool:
    """Whether a line begins with a number or bullet."""
    return bool(_NUMBER.match(line))


def item(line: str) -> str:
    """A line without the number or bullet that it begins with."""
    return _NUMBER.sub("", line, count=1)


def unindented(text: str) -> str:
    """The text out of a block quote, where each line stands in it."""
    lines = text.split("\n")
    if not all(line.lstrip().startswith(">") or not line.strip() for line in lines):
        return text
    return "\n".join(re.sub(r"^\s{0,20}> ?", "", line) for line in lines).strip()
