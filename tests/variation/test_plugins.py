"""Operators and recipes from elsewhere: a script, and a second distribution that pip installs."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
import evoprompt
evoprompt.__path__.append({str(ROOT)!r})
"""
SHOUTER = '''
import evoprompt as ep

@ep.operator(parents=1, calls=0)
def shout_aloud(parents, context, *, mark: str = "!"):
    """Put the instruction in capitals."""
    genome = parents[0].genome
    return genome.with_gene("instruction", genome["instruction"].upper() + mark)

@ep.recipe("shouting", source="Nobody 2024")
def shouting(start):
    """Shout at the model."""
    from evoprompt.search.strategies import Founders, HillClimb
    return ep.Search(HillClimb(Founders(start.seeds, 1), shout_aloud, start.rng, steps=2))
'''


def wheel(folder: Path, name: str, files: dict[str, str], entry_points: str) -> Path:
    """A distribution as pip takes it; written by hand, since a build needs packages that may not be here."""
    info = f"{name}-1.0.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": entry_points,
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}\n")
    made = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join([*rows, f"{info}/RECORD,,\n"]))
    return made


def install(site: Path, *wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*command, *map(str, wheels)], check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})


def python(code: str, site: Path | None = None) -> str:
    """What a fresh interpreter prints, with the installed plug-ins on its path."""
    env = {**os.environ, "PYTHONPATH": str(site) if site else ""}
    done = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with two plug-ins that work, installed by pip."""
    folder = tmp_path_factory.mktemp("plugin")
    shouter = wheel(
        folder, "shouter", {"shouter.py": SHOUTER}, "[evoprompt.operators]\nshouter = shouter\n[console_scripts]\n"
    )
    named = SHOUTER.replace("shout_aloud", "whisper").replace("shouting", "whispering").replace("upper", "lower")
    whisper = wheel(
        folder, "whisper", {"whispers/__init__.py": named}, "[evoprompt.operators]\nwhisper = whispers:whisper\n"
    )
    install(folder / "site", shouter, whisper)
    return folder / "site"


def test_an_installed_plug_in_is_found_by_name_with_its_recipe(site):
    printed = python(
        """
import evoprompt as ep
operator = ep.get_operator("shout-aloud")
print(operator.summary, operator.options, "paraphrase" in ep.known_operators(), "whisper" in ep.known_operators())
print(ep.get_recipe("shouting").source)
""",
        site,
    )
    assert printed == "Put the instruction in capitals. {'mark': '!'} True True\nNobody 2024"


def test_an_installed_plug_in_takes_part_in_a_run(site):
    printed = python(
        """
import toys
result = toys.run(toys.toy_task(20), recipe="shouting", seeds="Even or odd?")
print([birth["genome"]["genes"]["instruction"] for birth in result.record.of("birth")][:2], result.stopped)
""",
        site,
    )
    assert printed == "['Even or odd?', 'EVEN OR ODD?!'] the 2 steps are done"


def test_without_the_plug_in_its_name_is_unknown():
    printed = python(
        """
import evoprompt as ep
try:
    ep.get_operator("shout-aloud")
except KeyError as error:
    print(error)
"""
    )
    assert printed.startswith("no operator named 'shout-aloud'")
    assert "Known: " in printed


ASKED_TWICE = """
import evoprompt as ep
for _ in range(2):
    try:
        ep.get_operator("paraphrase")
    except (RuntimeError, ValueError) as error:
        print(error)
"""


def test_a_plug_in_that_takes_a_known_name_is_refused_each_time(tmp_path):
    clash = SHOUTER.replace("@ep.operator(parents=1, calls=0)", '@ep.operator(name="paraphrase")')
    install(tmp_path / "site", wheel(tmp_path, "clash", {"clash.py": clash}, "[evoprompt.operators]\nmine = clash\n"))
    lines = python(ASKED_TWICE, tmp_path / "site").split("\n")
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("the plug-in 'mine' (clash) can't be loaded: two operators are named 'paraphrase': ")
        assert line.endswith("and clash.shout_aloud; rename one")


@pytest.mark.parametrize(
    ("text", "entry", "says"),
    [
        ("1 / 0", "broken", "the plug-in 'mine' (broken) can't be loaded: division by zero"),
        ("import not_there", "broken", "the plug-in 'mine' (broken) can't be loaded: No module named 'not_there'"),
        ("", "broken:missing", "the plug-in 'mine' (broken:missing) can't be loaded: "),
    ],
)
def test_a_plug_in_that_fails_is_named_with_the_reason(tmp_path, text, entry, says):
    # Files where pip would put them: how they come there is tested above.
    (tmp_path / "broken.py").write_text(text)
    info = tmp_path / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[evoprompt.operators]\nmine = {entry}\n")
    assert python(ASKED_TWICE, tmp_path).startswith(says)


def test_a_script_that_takes_a_built_in_name_is_told_so_each_time():
    script = '''
import evoprompt as ep

@ep.operator(name="paraphrase")
def mine(parents, context):
    """Mine."""
'''
    lines = python(script + ASKED_TWICE).split("\n")
    assert len(lines) == 2
    assert all(line.startswith("two operators are named 'paraphrase': __main__.mine and ") for line in lines)
