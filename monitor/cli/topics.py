"""``topic``: what one does with a topic before and after it goes live."""

from __future__ import annotations

import typer

from monitor.cli import topic_new, topic_test, topic_versions

topic = typer.Typer(
    name="topic", help="Begin a topic, try a change of it on the past, see its versions.", no_args_is_help=True
)
topic_new.register(topic)
topic_test.register(topic)
topic_versions.register(topic)


def register(app: typer.Typer) -> None:
    """Add the commands under ``topic``."""
    app.add_typer(topic)
