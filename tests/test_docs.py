"""The documentation is complete and true where a program can tell: commands, keys, words, limits, links, examples."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
import typer.main

from monitor import config, limits
from monitor.alerts.rules import RULES
from monitor.cli.app import build
from monitor.config.grammar import WatchlistForm, known_keys
from monitor.config.reference import reference
from monitor.config.settings import SettingsForm
from monitor.model import ChannelKind, Decision, Outcome
from monitor.pipeline.explain import VERDICTS

TOP = Path(__file__).parent.parent
DOCS = TOP / "docs"
PAGES = (TOP / "README.md", TOP / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))
SOURCES = tuple(sorted((TOP / "monitor").rglob("*.py")))
COMMANDS = (DOCS / "commands.md").read_text("utf-8")
OPERATIONS = (DOCS / "operations.md").read_text("utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text("utf-8")
ALL = "\n".join(page.read_text("utf-8") for page in PAGES)
ROOT = typer.main.get_command(build())
FENCE = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)


def name(page: Path) -> str:
    return page.relative_to(TOP).as_posix()


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert found, f"there is no section {heading!r}"
    rest = text[found.end() :]
    following = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def words(text: str) -> set[str]:
    """All that stands in backticks."""
    return {word for run in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) for word in re.split(r"[\s,|]+", run)}


def trees() -> Iterator[tuple[Path, ast.AST]]:
    for path in SOURCES:
        yield path, ast.parse(path.read_text("utf-8"))


def options(command: object) -> set[str]:
    """The options of a command that ``--help`` shows."""
    shown = (p for p in getattr(command, "params", ()) if not getattr(p, "hidden", False))
    found = {opt for p in shown for opt in (*p.opts, *p.secondary_opts) if opt.startswith("-")}
    return found - {"--help"}


def subcommands(group: object, before: str = "") -> dict[str, object]:
    """Every command by its whole name: ``topic test``."""
    found: dict[str, object] = {}
    for word, command in getattr(group, "commands", {}).items():
        inner = subcommands(command, f"{before}{word} ")
        found |= inner or {f"{before}{word}": command}
    return found


SUBCOMMANDS = subcommands(ROOT)


def test_every_command_has_its_section_and_no_other_is_described() -> None:
    headings = set(re.findall(r"^## (.+)$", COMMANDS, re.MULTILINE))
    assert len(SUBCOMMANDS) > 15
    assert headings - {"Every command", "Words that programs see"} == set(SUBCOMMANDS)


@pytest.mark.parametrize("command", sorted(SUBCOMMANDS))
def test_a_command_is_described_with_its_options_and_an_example(command: str) -> None:
    text = section(COMMANDS, command)
    table = {
        opt for row in re.findall(r"^\| (`--?.*?) \|", text, re.MULTILINE) for opt in re.findall(r"--?[\w-]+", row)
    }
    assert table == options(SUBCOMMANDS[command])
    assert f"$ monitor {command}" in text


def test_the_global_options_are_described() -> None:
    assert options(ROOT) <= words(section(COMMANDS, "Every command"))


JSON_KEYS = (
    ("listing_rows", "entry_json", "entries"), ("listing_rows", "story_json", "stories"),
    ("listing_rows", "event_json", "events"),
    ("listing_rows", "topic_json", "topics"), ("listing_rows", "source_json", "sources"),
    ("listing_rows", "alert_json", "alerts"), ("listing_rows", "delivery_json", "deliveries"),
    ("listing_rows", "channel_json", "channels"), ("polling", "_row", "poll"), ("polling", "_summary", "poll"),
    ("keeping", "status_json", "status"), ("keeping", "housekept_json", "housekeep"), ("checking", "_json", "check"),
    ("trying", "_json", "try"), ("replaying", "lines", "replay"), ("replaying", "_alert", "replay"),
    ("explaining", "explanation_json", "explain"), ("backtests", "lines", "topic test"),
    ("backtests", "summary", "topic test"), ("backtests", "alert_json", "topic test"),
    ("backtests", "_compared_json", "topic test"), ("topic_versions", "_json", "topic versions"),
    ("stories", "resulting_json", "story split"),
)  # fmt: skip
INNER = {"explain": {"text_state", "entry", "rule", "other", "numbers", "by", "at", "sentence"}}
"""Keys of rows within an explanation, which are those of the lists, and of its evidence."""


@pytest.mark.parametrize(("module", "function", "command"), JSON_KEYS, ids=lambda value: str(value))
def test_the_keys_of_json_are_listed(module: str, function: str, command: str) -> None:
    tree = ast.parse((TOP / "monitor" / "cli" / f"{module}.py").read_text("utf-8"))
    body = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function)
    dicts = [node for node in ast.walk(body) if isinstance(node, ast.Dict)]
    keys = {key.value for one in dicts for key in one.keys if isinstance(key, ast.Constant)}
    assert keys
    assert keys - INNER.get(command, set()) <= words(section(COMMANDS, command))


def test_every_key_of_watchlist_and_settings_is_in_the_reference() -> None:
    text = (DOCS / "watchlist.md").read_text("utf-8")
    assert text == reference()
    assert set(known_keys(WatchlistForm)) | set(known_keys(SettingsForm)) <= words(text)
    assert set(get_args(ChannelKind)) <= words(text)


def test_every_environment_variable_is_described() -> None:
    files = (*SOURCES, *sorted((TOP / "tests").rglob("*.py")), TOP / "Makefile", TOP / ".ci" / "run")
    named = {v for file in files for v in re.findall(r"\bMONITOR_[A-Z_]+\b", file.read_text("utf-8"))}
    asked = r'(?:environ(?:\.get\(|\[)|_xdg\()\s*"([A-Z_]+)"'
    read = {v for file in SOURCES for v in re.findall(asked, file.read_text("utf-8"))}
    assert {"MONITOR_CONFIG", "STATE_DIRECTORY", "XDG_STATE_HOME", "NOTIFY_SOCKET", "TZ"} <= named | read
    assert named | read <= words(section(OPERATIONS, "Environment variables"))
    shipped = set(re.findall(r"\$\{([A-Z_]+)", (TOP / "config" / "watchlist.yaml").read_text("utf-8"))) - {"NAME"}
    assert shipped <= words(section(OPERATIONS, "Environment variables"))


def _reasons(tree: ast.AST) -> Iterator[str]:
    """First texts of the calls that make a failure, and the words of tables of failures."""
    makers = {"ParseFailure", "Trouble", "BadAddress", "_failed"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            first = node.args[0] if node.args else None
            if called in makers and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_every_reason_of_a_failed_poll_is_listed() -> None:
    rooms = ("fetch", "parse", "sources")
    found = {r for path, tree in trees() if path.parts[len(TOP.parts) + 1] in rooms for r in _reasons(tree)}
    failure = (TOP / "monitor" / "fetch" / "failure.py").read_text("utf-8")
    found |= set(re.findall(r"\),\s+\"([a-z_]+)\",\s+f?\"", failure))
    assert {"dns", "timeout", "not_a_feed", "cpu", "bad_scheme"} <= found
    assert found <= words(section(COMMANDS, "Reasons of a failed poll"))
    assert "http_NNN" in words(section(COMMANDS, "Reasons of a failed poll"))


def test_every_reason_of_a_rejected_entry_is_listed() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCES)
    found = {reason.partition(":")[0] for reason in re.findall(r"\bRejected\(f?\"([a-z_:]+)", text)}
    assert {"over_cap", "empty"} <= found
    listed = {word.partition(":")[0] for word in words(section(COMMANDS, "Reasons of a rejected entry"))}
    assert found <= listed


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Outcomes of a poll", {o.value for o in Outcome}),
        ("Verdicts of explain", set(VERDICTS)),
        ("Decisions of an alert", {d.value for d in Decision} | set(RULES)),
        ("States", {"new", "ok", "failing", "broken", "paused", "retired", "off", "pending", "sending", "sent"}),
    ],
)
def test_the_words_that_programs_see_are_listed(heading: str, expected: set[str]) -> None:
    assert expected <= words(section(COMMANDS, heading))


def test_every_event_of_the_log_is_described() -> None:
    events = {
        node.args[0].value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    assert {"poll", "deliver", "watchlist_kept"} <= events
    assert events <= words(section(OPERATIONS, "The log"))


def _spelled(value: object) -> str:
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
            if seconds % size == 0:
                return f"{seconds // size} {unit}"
        return f"{seconds} s"
    if isinstance(value, tuple):
        return ", ".join(str(r.start) if len(r) == 1 else f"{r.start} to {r.stop - 1}" for r in value)
    assert isinstance(value, (int, float))
    for size, unit in ((1024**2, "MiB"), (1024, "KiB")):
        if isinstance(value, int) and value >= size and value % size == 0:
            return f"{value // size:,} {unit}" if unit == "MiB" else f"{value // size:,} Ki"
    return f"{value:,g}" if isinstance(value, float) else f"{value:,}"


def limit_rows() -> list[str]:
    """The rows of the table of limits, from the constants and the texts below them."""
    body = ast.parse(inspect.getsource(limits)).body
    rows = []
    for node, following in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        text = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            text = " ".join(str(following.value.value).split()).replace("``", "`")
        rows.append(f"| `{node.target.id}` | {_spelled(getattr(limits, node.target.id))} | {text} |")
    return rows


def test_the_table_of_limits_is_that_of_the_program() -> None:
    rows = limit_rows()
    assert len(rows) > 40
    assert all(not row.endswith("|  |") for row in rows), "a limit has no reason"
    written = [line for line in section(OPERATIONS, "Limits").splitlines() if line.startswith("| `")]
    assert written == rows, "python tests/test_docs.py prints the rows"


def slug(heading: str) -> str:
    """The anchor that a heading gets on the usual sites."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(h) for h in re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_relative_to(TOP), target
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [TOP / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
        waiting += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert set(PAGES) <= reached


def test_the_make_targets_that_are_named_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", ALL, re.MULTILINE))
    assert {"run", "test", "demo", "history", "crash"} <= named
    assert named <= targets
    assert set(re.findall(r"^make ([a-z]+)", (TOP / "README.md").read_text("utf-8"), re.MULTILINE)) == {"run", "test"}


YAML_BLOCKS = [
    pytest.param(page, block, id=f"{name(page)}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"^```yaml\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
]


@pytest.mark.parametrize(("page", "block"), YAML_BLOCKS)
def test_watchlists_and_settings_in_the_docs_load_and_pass(page: Path, block: str, tmp_path: Path) -> None:
    settings = not re.search(r"^(topics|sources|channels|timezone|owner):", block, re.MULTILINE)
    (tmp_path / "watchlist.yaml").write_text("topics: {}\n" if settings else block, "utf-8")
    if settings:
        (tmp_path / "settings.yaml").write_text(block, "utf-8")
    variables = {v: "https://hooks.slack.com/services/T1/B2/C3" for v in re.findall(r"\$\{(\w+)\}", block)}
    mail = {
        "SMTP_HOST": "mail.example.org",
        "SMTP_USER": "a@example.org",
        "SMTP_PASSWORD": "w",
        "MAIL_TO": "b@example.org",
    }
    loaded = config.load(tmp_path, variables | {k: v for k, v in mail.items() if k in variables})
    assert not loaded.errors, config.render_findings(loaded.errors)
    assert loaded.watchlist is not None
    assert list(config.examples(loaded)) == []
    if page == TOP / "README.md":
        assert any(topic.must_match for topic in loaded.watchlist.topics), "the README's topic proves nothing"


def test_the_readme_has_a_watchlist() -> None:
    assert any(page == TOP / "README.md" for page, _ in (param.values for param in YAML_BLOCKS))


@pytest.mark.parametrize("page", [*PAGES, DOCS / "coverage-monitor.service"], ids=name)
def test_no_page_names_a_machine_or_is_unfinished(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(
        r"/(?:work|root|tmp|home)/|\bTODO\b|\bFIXME\b|\bTBD\b|\bXXX\b|\blorem ipsum\b", text, re.IGNORECASE
    )


def test_the_listing_of_the_architecture_is_that_of_the_package() -> None:
    block = FENCE.search(section(ARCHITECTURE, "The listing is the architecture"))
    assert block
    listed = set(re.findall(r"^  (\w+(?:\.py|/))", block[0], re.MULTILINE))
    here = {f"{p.name}/" if p.is_dir() else p.name for p in (TOP / "monitor").iterdir()}
    assert listed == {one for one in here if not one.startswith("__pycache__")} - {"__init__.py"}


def test_every_table_of_the_database_is_described() -> None:
    tree = ast.parse((TOP / "monitor" / "store" / "tables.py").read_text("utf-8"))
    tables = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "Table"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    assert len(tables) > 20
    assert tables <= words(section(ARCHITECTURE, "The tables"))


def test_the_layers_are_those_of_the_contract() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    layers = next(c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    parts = {part.strip().removeprefix("monitor.") for layer in layers for part in layer.split(":")}
    assert parts - {"__main__"} <= words(section(ARCHITECTURE, "Layers"))


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = (DOCS / "coverage-monitor.service").read_text("utf-8")
    program = re.search(r"^ExecStart=(\S+) run$", unit, re.MULTILINE)
    assert program
    for line in ("Type=notify", "KillMode=mixed", "DynamicUser=yes", "ProtectSystem=strict", "StateDirectory="):
        assert line in unit
    watchdog, stop = (
        int(re.findall(rf"^{key}=(\d+)$", unit, re.MULTILINE)[0]) for key in ("WatchdogSec", "TimeoutStopSec")
    )
    assert watchdog >= 2 * 60, "signs of life come every 60 s"
    assert stop > limits.DRAIN
    (tmp_path / "coverage-monitor.service").write_text(unit.replace(program[1], "/bin/true"), "utf-8")
    try:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / "coverage-monitor.service")],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("systemd is not installed here")
    assert (done.returncode, done.stderr) == (0, "")


if __name__ == "__main__":
    print("\n".join(limit_rows()))
