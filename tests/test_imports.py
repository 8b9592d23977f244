"""The imports show the architecture: one way, no circle, and nothing heavy before it is needed."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTSIDE = ("operators", "plots", "benchmarks")
LONGEST = 60  # lines of a function, its docstring left out


def modules():
    """Every module by its import name, with its file."""
    found = {}
    for top in ("evoprompt", *OUTSIDE):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            parts = parts if top == "evoprompt" else ("evoprompt", *parts)
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


MODULES = modules()


def imports_of(name):
    """Our modules that a module imports, at its top, inside functions or for type checkers alone."""
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            named = [
                # `from package import module` imports the module; `from module import name` does not
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
                for alias in node.names
            ]
        else:
            continue
        yield from (each for each in named if each.split(".")[0] == "evoprompt")


@pytest.mark.parametrize("name", [name for name in MODULES if name.split(".")[1:2] not in ([o] for o in OUTSIDE)])
def test_the_engine_imports_no_operators_plots_or_benchmarks(name):
    assert not [each for each in imports_of(name) if each.split(".")[1:2] in ([o] for o in OUTSIDE)]


@pytest.mark.parametrize("name", MODULES)
def test_every_import_of_ours_is_there(name):
    assert [each for each in imports_of(name) if each not in MODULES] == []


def test_there_is_no_circle_among_the_imports():
    graph = {name: sorted(set(imports_of(name)) - {name}) for name in MODULES}
    done, path = set(), []

    def visit(name):
        assert name not in path, "a circle: " + " -> ".join([*path[path.index(name) :], name])
        if name in done:
            return
        path.append(name)
        for each in graph.get(name, ()):
            visit(each)
        path.pop()
        done.add(name)

    for name in graph:
        visit(name)


@pytest.mark.parametrize("command", ["import evoprompt", "import evoprompt.cli", "import evoprompt.testing"])
def test_importing_loads_nothing_heavy(command):
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); {command}; "
        "print([m for m in ('litellm', 'matplotlib', 'xllamacpp', 'gguf', 'pandas', 'openpyxl', 'pyarrow', 'openai')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def lengths(path):
    """Every function with its first line and its length without the docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            has_docstring = ast.get_docstring(node) is not None
            docstring = first.end_lineno - first.lineno + 1 if has_docstring else 0
            yield node, node.end_lineno - node.lineno + 1 - docstring


@pytest.mark.parametrize("name", MODULES)
def test_no_function_is_long_without_a_comment_that_says_why(name):
    text = MODULES[name].read_text()
    comments = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    for node, length in lengths(MODULES[name]):
        if length > LONGEST:
            above = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
            assert comments & {above, node.body[0].lineno - 1}, f"{name}.{node.name} has {length} lines; say why"


def test_the_types_ship():
    assert (ROOT / "evoprompt" / "py.typed").is_file()


def test_every_public_name_is_there():
    import evoprompt

    assert [name for name in evoprompt.__all__ if not hasattr(evoprompt, name)] == []


# Each package imports only what stands before it. `testing` stands in for what lies below it, and nothing rests on it.
ORDER = ("text", "models", "storage", "tasks", "variation", "search", "testing", "plan", "run", "cli")
GROUND = ("genome", "statistics", "version")
DOORS = ("evoprompt", "evoprompt.strategies", "evoprompt.__main__")  # names for scripts, over everything
ENGINE = [name for name in MODULES if name.split(".")[1:2] not in ([outside] for outside in OUTSIDE)]


def floor(name):
    """How high a module of the engine stands."""
    if name in DOORS:
        return len(ORDER)
    first = name.split(".")[1]
    return -1 if first in GROUND else ORDER.index(first)


@pytest.mark.parametrize("name", ENGINE)
def test_no_import_runs_back_up(name):
    assert [each for each in imports_of(name) if floor(each) > floor(name)] == []


def test_nothing_of_the_engine_rests_on_what_stands_in_for_it_in_tests():
    assert [
        name
        for name in ENGINE
        if floor(name) != ORDER.index("testing")
        and any(each.startswith("evoprompt.testing") for each in imports_of(name))
    ] == []


@pytest.mark.parametrize("package", ORDER)
def test_a_package_says_what_it_knows_and_what_it_touches(package):
    said = ast.get_docstring(ast.parse(MODULES[f"evoprompt.{package}"].read_text())) or ""
    assert "ouches" in said, said
