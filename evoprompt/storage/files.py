"""Files written whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def write_whole(file: Path, text: str) -> Path:
    """Write a file whole or not at all; its folder is made where it is missing. A lone surrogate is written as an escape.

    Raises:
        OSError: It can't be written; the error names the file.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", errors="backslashreplace")
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(file)) from error
    return file
