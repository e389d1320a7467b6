"""``notify``: sends, or shows, a test alert to one channel; writes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.alerts import deliver
from monitor.alerts.render import render
from monitor.cli.session import FAILURE, Session, emit
from monitor.config.findings import meant
from monitor.errors import UsageError
from monitor.model import Card, Channel, Message, NotSent, Quote, Watchlist
from monitor.pipeline.clock import Clock


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def notify(
        context: typer.Context,
        channel: Annotated[str, typer.Argument(help="The name of a channel.")],
        preview: Annotated[bool, typer.Option("--preview", help="Show the message, send nothing.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    ) -> None:
        """Send a test alert to a channel, or show how one looks there.

        Example: monitor notify console
        """
        session: Session = context.obj
        _, watchlist, _ = session.valid()
        wanted = next((one for one in watchlist.channels if one.name == channel), None)
        if wanted is None:
            names = [one.name for one in watchlist.channels]
            raise UsageError(f"there is no channel {channel!r}{meant(channel, names)}")
        message = _message(wanted, watchlist, session.clock)
        state, error = _send(wanted, message, preview=preview, as_json=as_json)
        if as_json:
            emit([{"channel": channel, "state": state, "error": error}])
        elif error is not None:
            what = "is off" if state == "off" else "did not take the message"
            typer.echo(f"{channel} {what}: {error}", err=True)
        elif state == "sent" and wanted.kind != "console":
            typer.echo(f"{channel}: sent. Look there whether it arrived.")
        if state not in ("sent", "preview"):
            raise typer.Exit(FAILURE)


def _send(channel: Channel, message: Message, *, preview: bool, as_json: bool) -> tuple[str, str | None]:
    """The state and error of the try: ``sent preview off failed``."""
    if preview:
        _show(message, to_stderr=as_json)
        return "preview", None
    if channel.off is not None:
        return "off", channel.off
    if channel.kind == "console":
        _show(message, to_stderr=as_json)
        return "sent", None
    result = deliver.send(channel, message)
    return ("failed", result.reason) if isinstance(result, NotSent) else ("sent", None)


def _show(message: Message, *, to_stderr: bool) -> None:
    """The message as the channel gets it: its source for a post, its plain part for a mail."""
    body = message.plain if message.format == "html" and message.plain else message.body
    text = f"Subject: {message.title}\n\n{body}" if message.format == "html" else body
    typer.echo(text, err=to_stderr)


def _message(channel: Channel, watchlist: Watchlist, clock: Clock) -> Message:
    """A test alert that looks like a real one, on the first topic of the watchlist."""
    now = clock()
    topic = watchlist.topics[0].name if watchlist.topics else "Your topic"
    card = Card(
        alert="test",
        rule="test",
        headline="A test: this is how an alert looks here",
        topics=(topic,),
        url="https://example.org/2026/11/24/a-test",
        outlet="The Example Times",
        published=now - timedelta(minutes=7),
        seen=now,
        also=("Example Wire", "Le Monde d'exemple"),
        own=2,
        copies=1,
        quotes=(Quote(topic, "teaser", "... the words before it, then ", topic, " and the words after it ..."),),
    )
    return render(channel.kind, [card], zone=ZoneInfo(watchlist.timezone), now=now, channel=channel.name)
