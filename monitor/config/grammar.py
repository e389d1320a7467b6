"""The grammar of ``watchlist.yaml``: its keys and what they mean; that of topics stands in a module of its own.

The descriptions here are the text of the reference (docs/watchlist.md) and of the editor's schema.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.analysis.address import source_identity
from monitor.config.access import AuthForm, Headers, Proxy
from monitor.config.conditions import FragmentForm, TopicForm
from monitor.config.form import ABSENT, Grammar, ShortForm, one_or_more
from monitor.config.phrases import PhraseForm
from monitor.config.quantities import Span, read_span, refuse, spell_duration
from monitor.limits import POLL_CEILING, POLL_FLOOR, POLL_INTERVAL


def _floor(value: object) -> timedelta:
    span = read_span(value)
    if span < POLL_FLOOR:
        raise refuse(f"shorter than {spell_duration(POLL_FLOOR)}, the shortest pause that publishers are asked to bear")
    if span > POLL_CEILING:
        raise refuse(f"longer than {POLL_CEILING.days} days: use paused: true to stop reading a source")
    return span


def _address(value: str) -> str:
    if re.match(r"\s*https?://[^/?#]*@", value, re.IGNORECASE):
        # It would stand in listings, in the store and in messages.
        raise refuse("a name and password do not belong in an address; write them as auth: user:password")
    if source_identity(value) is None:
        raise refuse("expected an address that begins with https:// or http:// and names a host")
    return value.strip()


def _readers(value: list[str]) -> list[str]:
    if not value:
        raise refuse("no topic reads it; leave topics out for all, or pause the source")
    return value


def _several(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


Address = Annotated[str, AfterValidator(_address)]
_EVERY: Any = spell_duration(POLL_INTERVAL)


class SourceForm(ShortForm):
    """A place that publishes. Every topic reads every source unless the source says otherwise. A source may also be
    just an address."""

    expected = "an address, or keys with values (url: ...)"
    short = (str, "url")

    url: Address = Field(
        description="The address of its feed (RSS, Atom or JSON Feed). `monitor try ADDRESS` shows what is there.",
        examples=["https://www.theguardian.com/world/rss"],
    )
    kind: Literal["feed"] = Field(default="feed", description="How it is read.", examples=["feed"])
    every: Annotated[Span, BeforeValidator(_floor)] = Field(
        default=_EVERY,
        description="How often to look, at least "
        f"{spell_duration(POLL_FLOOR)} apart. What the publisher asks for may make it longer.",
        examples=["30 min"],
    )
    paused: bool = Field(default=False, description="The source is not read while this is true.", examples=["true"])
    outlet: str = Field(
        default=ABSENT,
        description="The publisher's name, where it is not the name of the source. Two feeds of one paper "
        "should name the same outlet, so that it counts once. Default: the source's name.",
        examples=["The Guardian"],
    )
    weight: Literal["major", "normal", "minor"] = Field(
        default="normal", description="How much this outlet's word counts when stories are ranked.", examples=["major"]
    )
    topics: Annotated[list[str], BeforeValidator(one_or_more), AfterValidator(_readers)] = Field(
        default=ABSENT, description="The only topics that read this source. Default: all.", examples=["[Jack Ma]"]
    )
    was: Address = Field(
        default=ABSENT,
        description="The earlier address of a source that moved, so that it keeps its history and old items do not "
        "come back as new.",
        examples=["http://example.org/old.xml"],
    )
    read: Literal["teaser", "full"] = Field(
        default="teaser",
        description="What is searched: `teaser` is what the feed itself says of an article; `full` also fetches each "
        "new article's page, politely and once, and searches its text. For feeds that say little, and for names that "
        "stand deep in the text.",
        examples=["full"],
    )
    skip: Annotated[list[PhraseForm], BeforeValidator(_several)] = Field(
        default=[],
        description="Entries of this source that are left out: those with one of these phrases in the title (in the "
        "teaser, where there is no title). They are counted, and reach no topic.",
        examples=["[Sponsored, {phrase: Quiz, exact: true}]"],
    )
    auth: AuthForm = Field(
        default=ABSENT,
        description='How to log in: `"user:password"`, `{user, password}` or `{token}`. It is a secret.',
        examples=['"${FEED_USER}:${FEED_PASSWORD}"'],
    )
    headers: Headers = Field(
        default={},
        description="Further headers to send to this source's own address, by name. Their values are secrets.",
        examples=['{X-Api-Key: "${FEED_KEY}"}'],
    )
    proxy: Proxy = Field(
        default=ABSENT,
        description="An `http://` or `https://` proxy through which this source alone is read; it may stand in your "
        "own network. It is a secret.",
        examples=['"${PROXY_URL}"'],
    )


class EmailForm(Grammar):
    """A mailbox to send from, and who reads it."""

    expected = "keys with values (smtp: ..., to: ...)"

    smtp: str = Field(
        description="The mail server: a host, `host:port`, or `smtps://host:port` where it speaks TLS from the start.",
        examples=["mail.example.org:587"],
    )
    user: str = Field(default=ABSENT, description="The name to log in with.", examples=['"${SMTP_USER}"'])
    password: str = Field(default=ABSENT, description="The password to log in with.", examples=['"${SMTP_PASSWORD}"'])
    sender: str = Field(
        default=ABSENT,
        alias="from",
        description="The address that the mail comes from. Default: `user`, where that is an address, else one here.",
        examples=["monitor@example.org"],
    )
    to: Annotated[list[str], BeforeValidator(one_or_more)] = Field(
        description="Who gets it: one address, or a list.", examples=["[press@example.org, boss@example.org]"]
    )


class ChannelForm(Grammar):
    """Someone who hears of stories: exactly one of `slack`, `email` and `apprise`. The channel `console` is built in
    (`console: {}`) and writes to the screen. Write secrets as `"${NAME}"`, in quotes, and set them outside the file."""

    expected = "keys with values (slack: ...)"

    slack: str = Field(
        default=ABSENT,
        description="The address of an incoming webhook, as Slack shows it. It is a secret. "
        "Webhooks cannot thread or edit: an update is a new message.",
        examples=['"${SLACK_WEBHOOK_URL}"'],
    )
    email: EmailForm = Field(
        default=ABSENT,
        description="A mailbox to send from, and who reads it.",
        examples=['{smtp: "${SMTP_HOST}", user: "${SMTP_USER}", password: "${SMTP_PASSWORD}", to: "${MAIL_TO}"}'],
    )
    apprise: str = Field(
        default=ABSENT,
        description="An Apprise address, for any of the other services that Apprise knows (Telegram, Teams, ntfy ...).",
        examples=['"${TELEGRAM_URL}"'],
    )
    optional: bool = Field(
        default=False,
        description="A variable that is not set turns the channel off, which is said at start and in `monitor status`. "
        "Without it an unset variable is an error.",
        examples=["true"],
    )


class WatchlistForm(Grammar):
    """The whole file. Each of the maps may be absent or empty; names are their keys."""

    timezone: str = Field(
        default=ABSENT,
        description="The zone in which times are shown. Default: that of the system, which `monitor check` prints.",
        examples=["Europe/London"],
    )
    owner: str = Field(
        default="console",
        description="The channel that hears when a source or channel is broken.",
        examples=["console"],
    )
    topics: dict[str, TopicForm] = Field(
        default={}, description="What you want to hear of, by name.", examples=["{Qwen3: [Qwen3, 千问3]}"]
    )
    fragments: dict[str, FragmentForm] = Field(
        default={},
        description="Parts of conditions, by name, which several topics use.",
        examples=["{Ant Group: [Ant Group, 蚂蚁集团]}"],
    )
    sources: dict[str, SourceForm] = Field(
        default={}, description="Where to look, by name.", examples=["{ICIJ: https://www.icij.org/feed/}"]
    )
    channels: dict[str, ChannelForm] = Field(
        default={}, description="Who hears of it, by name.", examples=["{console: {}}"]
    )


def known_keys(form: type[Grammar]) -> dict[str, Any]:
    """The keys of a mapping as they are written, each with its pydantic field."""
    return {field.alias or name: field for name, field in form.model_fields.items()}
