"""Rules of the house that a machine can hold: imports, sizes, what no module may contain."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "checker").rglob("*.py"))
MAX_LINES = 300
MAX_BODY = 30  # lines of a function without signature and docstring


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_follow_the_layers() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_taken_in_at_a_look(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def bodies(path: Path) -> list[tuple[str, int]]:
    """Each function's name and the lines of its body."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first, *rest = node.body
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = rest[0] if documented and rest else first
            assert node.end_lineno is not None
            lines = node.end_lineno - start.lineno + 1
            found.append((node.name, lines))
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_does_one_thing(path: Path) -> None:
    long = [(name, lines) for name, lines in bodies(path) if lines > MAX_BODY]
    assert long == []


STAGES = [path for path in MODULES if "stages" in path.parts or path.parent.name == "pipeline"]


@pytest.mark.parametrize("path", STAGES, ids=name_of)
def test_a_stage_asks_no_clock_and_opens_nothing(path: Path) -> None:
    """What import rules can't see: ``datetime.now()``, ``open()``, ``print()`` and the like."""
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    forbidden = {"open", "print", "input", "today", "utcnow", "read_text", "read_bytes", "getenv"}
    if path.parent.name != "pipeline":  # which has the port Clock
        forbidden.add("now")
    assert calls.isdisjoint(forbidden)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_swallowed(path: Path) -> None:
    """No ``except Exception: pass``; a blanket except does something with what it caught."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            blanket = node.type is None or getattr(node.type, "id", "") in {
                "Exception",
                "BaseException",
            }
            empty = all(isinstance(one, ast.Pass | ast.Continue) for one in node.body)
            assert not (blanket and empty), f"line {node.lineno}"


def test_data_ships_with_the_package() -> None:
    """Every table and template is below ``checker``, so that a wheel carries it."""
    from checker import data

    for path in (ROOT / "checker" / "data").rglob("*.toml"):
        name = path.relative_to(ROOT / "checker" / "data").as_posix()
        assert data.table(name) is not None
    assert (ROOT / "checker" / "py.typed").exists()


def test_no_test_asserts_how_long_a_thing_takes() -> None:
    """Seconds of CPU are taken in ``growth`` alone, which compares them with one another."""
    takes = re.compile(r"\b(process_time|perf_counter|thread_time|os\.times)\b")
    files = sorted((ROOT / "tests").rglob("*.py"))
    found = {path.name for path in files if takes.search(path.read_text(encoding="utf-8"))}
    assert found == {"growth.py", Path(__file__).name}
