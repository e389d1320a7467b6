"""The house rules that a listing of files can break: homes of libraries, sizes, words."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "monitor"
MODULES = sorted(PACKAGE.rglob("*.py"))

HOMES = {
    "brotli": {"fetch"},
    "aiohttp": {"fetch"},
    "yarl": {"fetch"},
    "feedparser": {"sources"},
    "selectolax": {"sources"},
    "trafilatura": {"sources"},
    "protego": {"sources"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "apprise": {"alerts/deliver"},
    "apscheduler": {"engine"},
    "ruamel": {"config"},
    "pydantic": {"config"},
    "pydantic_core": {"config"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"web"},
    "rapidfuzz": {"analysis"},
    "ahocorasick_rs": {"analysis"},
    "lark": {"analysis"},
    "opencc": {"analysis"},
    "courlan": {"analysis"},
    "watchfiles": {"following.py"},
    "typer": {"cli"},
    "rich": {"cli", "demo"},
}
"""Library to the one place that may import it; its exceptions stop there."""
EVERYWHERE = {"monitor", "structlog"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}
MODULE_CAP = 350
FUNCTION_CAP = 60


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


def outsiders(path: Path) -> set[str]:
    return {name for name in imports(path) if name not in sys.stdlib_module_names} - EVERYWHERE


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_every_library_has_one_home(path: Path) -> None:
    for library in outsiders(path):
        assert library in HOMES, f"{library} has no home yet: give it one here, and a reason in docs/architecture.md"
        assert any(place(path) == home or place(path).startswith(f"{home}/") for home in HOMES[library]), (
            f"{library} lives in {HOMES[library]}, not in {place(path)}"
        )


def test_every_home_is_lived_in() -> None:
    used = {library for path in MODULES for library in outsiders(path)}
    assert used == HOMES.keys()


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_modules_and_functions_are_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MODULE_CAP
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < FUNCTION_CAP, f"{node.name} is too long"


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES
    assert ast.get_docstring(ast.parse(path.read_text())), "a module opens with a sentence on what it answers"


def test_the_migrations_never_shadow_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_the_lock_names_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text()
    assert not (ROOT / "uv.lock").exists()


def test_only_tracked_files_are_packed() -> None:
    """What is force-included is listed file by file: a user's own watchlist beside it must never be packed."""
    listed = subprocess.run(
        ["grep", "-A4", "wheel.force-include", "pyproject.toml"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert '"config"' not in listed
