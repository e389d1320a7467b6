"""``run``: the daemon, and what it prints in its first minutes."""

from __future__ import annotations

import asyncio
import os
import sys

import typer

from monitor import config
from monitor.cli import logs
from monitor.cli.first_pass import say, show_first_pass
from monitor.cli.session import OK, Session
from monitor.daemon import Daemon
from monitor.model import Settings
from monitor.pipeline.force import anew_text, size_of


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def run(context: typer.Context) -> None:
        """Watch until stopped (Ctrl-C or SIGTERM).

        Alerts of the console channel appear here; the log goes to stderr.

        Example: monitor run
        """
        session: Session = context.obj
        configuration = session.valid()
        loaded, _, settings = configuration
        logs.apply(_level(session, settings), as_json=settings.log_format == "json")
        with session.store(write=True) as store:
            force = session.put_in_force(store, configuration)
            for finding in config.examples(loaded, for_log=True):
                typer.echo(config.render_findings([finding]), err=True)
            say(f"Watching {size_of(force)}, as {loaded.path} says.\n{anew_text(force)}")
            began = session.clock()
            daemon = Daemon(
                store,
                loaded,
                force,
                clock=session.clock,
                console=say,
                first_pass=lambda results, force, web: show_first_pass(store, results, force, web, since=began),
                environ=dict(os.environ),
                control=session.control_path(),
            )
            drained = asyncio.run(daemon.run())
        if not drained:
            # all is written; but Python would wait for the threads of a service that does not answer
            sys.stdout.flush()
            os._exit(OK)


def _level(session: Session, settings: Settings) -> int:
    if session.verbosity < 0:
        return logs.LEVELS["warning"]
    return logs.LEVELS["debug"] if session.verbosity > 0 else logs.LEVELS[settings.log_level]
