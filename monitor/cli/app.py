"""The command line: the global options, the table of commands, and what ends with which exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Final, NoReturn

import typer

from monitor import __version__
from monitor.cli.logs import configure
from monitor.cli.session import BAD_CONFIG, FAILURE, OK, USAGE, Session, parse_moment
from monitor.errors import ConfigError, MonitorError, UsageError

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "run": "running",
        "poll": "polling",
        **dict.fromkeys(("entries", "stories", "topics", "sources", "alerts", "deliveries", "channels"), "listing"),
        "explain": "explaining",
        **dict.fromkeys(("init", "check"), "checking"),
        "try": "trying",
        "replay": "replaying",
        "notify": "delivering",
        **dict.fromkeys(("status", "backup", "housekeep"), "keeping"),
        "topic": "topics",
        "story": "stories",
        "plan": "planning",
        "demo": "demonstrating",
    }
)
"""Command to its module in this folder. Only the one that is asked for is imported: all of them take a second."""


def build(asked: str = "") -> typer.Typer:
    """The application with the command ``asked``, or with every command where that is none."""
    app = typer.Typer(
        name="monitor",
        help="Watch the news for the topics you name; hear of each story once, soon, with the evidence.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    modules = (COMMANDS[asked],) if asked in COMMANDS else tuple(dict.fromkeys(COMMANDS.values()))
    for module in modules:
        importlib.import_module(f"monitor.cli.{module}").register(app)
    return app


GLOBAL_WITH_VALUE = ("--config", "--database", "--now")
GLOBAL_FLAGS = ("-q", "-v", "-vv", "--quiet", "--verbose")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


def _options(
    context: typer.Context,
    config: Annotated[
        str | None,
        typer.Option(envvar="MONITOR_CONFIG", help="A folder with watchlist.yaml, or one watchlist file."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(envvar="MONITOR_DATABASE_URL", help="sqlite:///PATH or postgresql://...", show_envvar=True),
    ] = None,
    now: Annotated[
        str | None, typer.Option(envvar="MONITOR_NOW", help="The clock stands at this time (poll replay try explain).")
    ] = None,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="More in the log.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only warnings in the log.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    session = Session(
        config=config,
        database=database,
        now=parse_moment(now) if now else None,
        verbosity=-1 if quiet else verbose,
    )
    configure(session)
    context.obj = session


def hoist(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The global options, which may stand before and after the command, and the rest."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in GLOBAL_FLAGS:
            front.append(argument)
        elif argument in GLOBAL_WITH_VALUE:
            front += [argument, *([value] if (value := next(waiting, None)) is not None else [])]
        elif argument.startswith(tuple(f"{name}=" for name in GLOBAL_WITH_VALUE)):
            front.append(argument)
        else:
            rest.append(argument)
    return front, rest


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns its exit code."""
    front, rest = hoist(arguments)
    asked = next((argument for argument in rest if not argument.startswith("-")), "")
    if rest[:1] == ["--version"]:
        typer.echo(f"monitor {__version__}")
        return OK
    try:
        build("" if "_MONITOR_COMPLETE" in os.environ else asked)([*front, *rest])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILURE
    except UsageError as error:
        return _said(error, USAGE)
    except ConfigError as error:
        return _said(error, BAD_CONFIG)
    except MonitorError as error:
        return _said(error, FAILURE)
    return OK


def _said(error: MonitorError, code: int) -> int:
    typer.echo(str(error), err=True)
    return code


def main() -> NoReturn:
    """The command ``monitor``."""
    sys.exit(run(sys.argv[1:]))
