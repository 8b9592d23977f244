"""Folders of runs that were damaged, filled up, made read-only or copied: said in a sentence, or none the worse."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from killed_run import SEEDS
from test_resume import BUDGET, RECIPE, SMALL, bytes_in, child, record_of
from toys import ToyModel, Watched, lines_of, run

from evoprompt import cli
from evoprompt.storage.record import FILE, RecordError
from evoprompt.storage.store import FILE as STORE
from evoprompt.storage.store import Store, StoreError

SETTINGS = {"recipe": RECIPE, "budget": BUDGET}
PAGE = 4096  # of SQLite


@pytest.fixture(scope="module")
def whole():
    return lines_of(run(SMALL, **SETTINGS))


def killed(folder: Path, at: int, *, pages: int = 1000) -> Path:
    """A run's folder as a kill at a call leaves it; the store is written back from its log after so many pages."""
    begin = Store._begin

    def begun(store):
        begin(store)
        store._db.execute(f"PRAGMA wal_autocheckpoint = {pages}")

    def kill(number, request):
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def go():
        Store._begin = begun
        run(SMALL, **SETTINGS, model=Watched(on_call=kill), run_dir=folder)

    child(go)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders of killed runs, and of a finished one."""
    base = tmp_path_factory.mktemp("folders")
    made = [killed(base / f"killed{at}-{pages}", at, pages=pages) for at in (2, 60, 130, 136) for pages in (6, 1000)]
    run(SMALL, **SETTINGS, run_dir=base / "whole")
    return [*made, base / "whole"]


def damage(content: bytes, chance: random.Random) -> bytes | None:
    """The content of a file after a mishap; None where the file is gone."""
    start, size = chance.randrange(len(content)), chance.choice([1, 1, 64, 512, PAGE])
    kind = chance.choice(["random", "random", "zero", "cut", "more", "swapped pages", "gone"])
    rest = content[start + size :]
    if kind == "random":
        return content[:start] + chance.randbytes(min(size, len(content) - start)) + rest
    if kind == "zero":
        return content[:start] + bytes(min(size, len(content) - start)) + rest
    if kind == "cut":
        return content[:start]
    if kind == "more":
        return content[:start] + chance.randbytes(size) + content[start:]
    if kind == "gone":
        return None
    pages = [content[place : place + PAGE] for place in range(0, len(content), PAGE)]
    chance.shuffle(pages)
    return b"".join(pages)


def check_damage(seed: int, folders: list[Path], folder: Path, whole: bytes) -> None:
    """Damage one file of one folder and go on: refused in a sentence with the record as it was, or the same end."""
    chance = random.Random(seed)
    shutil.copytree(chance.choice(folders), folder)
    file = chance.choice([file for file in sorted(folder.iterdir()) if file.stat().st_size])
    content = damage(file.read_bytes(), chance)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    record = (folder / FILE).read_bytes() if (folder / FILE).exists() else b""
    try:
        result = run(SMALL, **SETTINGS, run_dir=folder)
    except (StoreError, ValueError) as error:
        assert type(error) in (
            StoreError,
            RecordError,
            ValueError,
        )  # none of json's, whose sentences say nothing to anybody
        now = (folder / FILE).read_bytes()
        assert record.startswith(now) or now.startswith(record)
    else:
        assert lines_of(result) == record_of(folder) == whole


def test_damage_to_any_file_is_refused_or_harmless(folders, tmp_path, whole):
    for seed in range(80):
        check_damage(seed, folders, tmp_path / str(seed), whole)


@pytest.mark.slow
def test_much_damage_to_any_file_is_refused_or_harmless(folders, tmp_path, whole):
    for seed in range(1000, 2500):
        check_damage(seed, folders, tmp_path / "run", whole)
        shutil.rmtree(tmp_path / "run")


def test_a_folder_copied_at_any_moment_goes_on_or_is_refused(tmp_path, whole):
    copies = []

    def copy(number, request):
        if number % 7 == 0:
            names = [FILE, STORE, f"{STORE}-wal"]
            random.Random(number).shuffle(names)
            copies.append(tmp_path / f"copy{number}")
            copies[-1].mkdir()
            for name in names:
                subprocess.run(["cp", tmp_path / "run" / name, copies[-1]], check=True)

    # By a process of its own: a process that closes a file lets go of all its locks on it.
    child(lambda: run(SMALL, **SETTINGS, model=Watched(on_call=copy), run_dir=tmp_path / "run", n_jobs=1))
    assert record_of(tmp_path / "run") == whole
    every = sorted(tmp_path.glob("copy*"))
    assert len(every) > 15
    for each in every:
        run(SMALL, **SETTINGS, run_dir=each)
        assert record_of(each) == whole


# A full disk


@contextmanager
def small_disk(folder: Path, kilobytes: int):
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], capture_output=True)
    if made.returncode:
        pytest.skip("only root can make a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as on Linux")
@pytest.mark.parametrize("kilobytes", [8, 60, 100, 444])
def test_a_run_on_a_full_disk_says_so_and_goes_on_when_there_is_room(tmp_path, whole, kilobytes):
    disk = tmp_path / "disk"
    with small_disk(disk, kilobytes):
        (disk / "other").write_text("something else")
        stops = 0
        while True:
            try:
                run(SMALL, **SETTINGS, run_dir=disk / "run", n_jobs=4)
                break
            except StoreError as error:
                assert "run: the disk is full; make room" in str(error) or "No space left on device" in str(error)
                stops += 1
            kilobytes += 40
            subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", disk], check=True)
        assert stops > 2
        assert record_of(disk / "run") == whole
        assert (disk / "other").read_text() == "something else"


@pytest.mark.parametrize("kilobytes", [1, 9, 33, 200, 500])
def test_a_run_whose_files_may_not_grow_says_so_and_goes_on_when_they_may(tmp_path, whole, kilobytes):
    def go():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
        with pytest.raises(StoreError, match="can't be (read or )?written"):
            run(SMALL, **SETTINGS, run_dir=tmp_path / "run", n_jobs=4)

    assert child(go) == 0
    run(SMALL, **SETTINGS, run_dir=tmp_path / "run")
    assert record_of(tmp_path / "run") == whole


def test_a_record_that_can_not_be_written_is_said_and_has_no_half_line(tmp_path, whole, monkeypatch):
    real, writes = Path.open, 0

    def full(path, mode="r", *rest, **settings):
        nonlocal writes
        file = real(path, mode, *rest, **settings)
        if mode == "ab":
            writes += 1
            if writes == 9:
                file.write(b'{"kind": "bir')
                file.close()
                raise OSError(errno.ENOSPC, "No space left on device")
        return file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StoreError, match="the record can't be written .No space left on device.; make room"):
        run(SMALL, **SETTINGS, run_dir=tmp_path)
    assert (tmp_path / FILE).read_bytes().count(b"\n") == 8
    assert (tmp_path / FILE).read_bytes().endswith(b"\n")
    model = Watched()
    run(SMALL, **SETTINGS, run_dir=tmp_path, model=model)
    assert record_of(tmp_path) == whole


# A folder that can't be written to


@pytest.fixture
def sealed(tmp_path):
    """A folder that can only be read, with a run in it that was killed: for root too, who may do all."""
    folder = tmp_path / "sealed"
    killed(folder / "run", 60)
    bound = subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode == 0
    if bound:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    elif os.getuid():
        (folder / "run").chmod(0o555)
        folder.chmod(0o555)
    else:
        pytest.skip("root without the right to mount")
    yield folder
    if bound:
        subprocess.run(["umount", folder], check=True)
    else:
        folder.chmod(0o755)
        (folder / "run").chmod(0o755)


@pytest.mark.parametrize("name", ["run", "new"])
def test_a_read_only_folder_is_said_before_anything_is_paid_for(sealed, name):
    before, model = bytes_in(sealed / "run"), Watched()
    with pytest.raises(StoreError, match="the folder can't be (written to|made)"):
        run(SMALL, **SETTINGS, run_dir=sealed / name, model=model)
    assert model.requests == []
    assert bytes_in(sealed / "run") == before


# The clock


def test_a_clock_that_is_set_back_changes_nothing(tmp_path, whole, monkeypatch):
    killed(tmp_path / "run", 60)
    monkeypatch.setattr(time, "time", lambda: -5e8)
    run(SMALL, **SETTINGS, run_dir=tmp_path / "run")
    assert record_of(tmp_path / "run") == whole


# The command


class Bits(ToyModel):
    def complete(self, request):
        completion = super().complete(request)
        return type(completion)(str(request.draw % 2), 5, 1) if "0 or 1" in request.text else completion


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Runs `evoprompt run` on a folder, and gives its exit code and what it said on standard error."""
    data = tmp_path / "bits.csv"
    data.write_text("number,label\n" + "".join(f"{number},{number % 2}\n" for number in range(20)))
    monkeypatch.setattr(cli.asked, "as_model", lambda name, **_: Bits())

    def command(folder: Path) -> tuple[int, str]:
        given = ["run", str(data), "--input=number", "--target=label", "--model=toy", f"--out={folder}", "--calls=200"]
        given += ["--train=4", "--dev=8", "--test=6", "--set=rewrites=0", f"--seed-prompt={SEEDS[0]}"]
        came = CliRunner().invoke(cli.cli, given)
        assert isinstance(came.exception, SystemExit | None), came.exception
        return came.exit_code, came.stderr

    return command


def one_sentence(said: str) -> str:
    """The last line; all others are what the command says of a good run."""
    lines = [line for line in said.strip().splitlines() if "examples are few" not in line]  # true of this small task
    assert "Traceback" not in said
    assert all("recipe" in line or "it goes on where it stopped" in line for line in lines[:-1]), said
    assert lines[-1].startswith("evoprompt: ")
    return lines[-1]


def test_the_command_says_any_damage_in_one_sentence(command, tmp_path):
    assert command(tmp_path / "whole")[0] == 0
    whole = record_of(tmp_path / "whole")
    refused = 0
    for seed in range(40):
        chance, folder = random.Random(seed), tmp_path / str(seed)
        shutil.copytree(tmp_path / "whole", folder)
        file = folder / chance.choice([FILE, STORE])
        content = damage(file.read_bytes(), chance)
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)
        code, said = command(folder)
        assert code in (0, 1, 2)
        refused += code > 0
        if code:
            one_sentence(said)
        else:
            assert record_of(folder) == whole
    assert refused > 10


def test_the_command_says_a_read_only_folder_in_one_sentence(command, sealed):
    for name in ("run", "new"):
        code, said = command(sealed / name)
        assert (code, "the folder can't be" in one_sentence(said)) == (2, True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as on Linux")
def test_the_command_says_a_full_disk_in_one_sentence_each_time(command, tmp_path):
    disk, kilobytes = tmp_path / "disk", 4
    with small_disk(disk, kilobytes):
        said = ""
        while True:
            code, said = command(disk / "run")
            if code == 0:
                break
            assert code == 2
            assert "the disk is full" in one_sentence(said) or "No space left on device" in one_sentence(said)
            kilobytes += 12
            subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", disk], check=True)
        assert not list((disk / "run").glob("*.part"))
