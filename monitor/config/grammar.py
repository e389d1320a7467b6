"""The grammar of ``watchlist.yaml``: its keys, what they mean, and the words that later versions keep for themselves.

The descriptions here are the text of the reference (docs/watchlist.md) and of the editor's schema.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.analysis.address import source_identity
from monitor.analysis.text import tokenise
from monitor.config.quantities import Span, read_span, refuse, spell_duration
from monitor.limits import PHRASE_CAP, POLL_CEILING, POLL_FLOOR, POLL_INTERVAL

ABSENT: Any = None
"""Default of a key that has none. It is no value of the key: ``outlet:`` with nothing behind it is a mistake."""


class Grammar(BaseModel):
    """A mapping whose every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    expected: ClassVar[str] = "keys with values"
    """What a value that is no mapping should have been."""


class ShortForm(Grammar):
    """A mapping that may also be written as only the value of its main key."""

    short: ClassVar[tuple[type, str]]
    """Type of the short form, and the key that it stands for."""

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        kind, key = cls.short
        return {key: value} if isinstance(value, kind) else value


def _phrase_text(value: str) -> str:
    if len(value) > PHRASE_CAP:
        raise refuse(f"longer than {PHRASE_CAP} characters")
    if not tokenise(value):
        raise refuse("no letter or digit to look for")
    return value


def _example(value: str) -> str:
    if not value.strip():
        raise refuse("an empty example")
    return value


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
        raise refuse("a name and password within an address are not part of this version yet")
    if source_identity(value) is None:
        raise refuse("expected an address that begins with https:// or http:// and names a host")
    return value.strip()


def _readers(value: list[str]) -> list[str]:
    if not value:
        raise refuse("no topic reads it; leave topics out for all, or pause the source")
    return value


def _recipients(value: object) -> object:
    return [value] if isinstance(value, str) else value


PhraseText = Annotated[str, AfterValidator(_phrase_text)]
Example = Annotated[str, AfterValidator(_example)]
Address = Annotated[str, AfterValidator(_address)]
_EVERY: Any = spell_duration(POLL_INTERVAL)


class PhraseForm(ShortForm):
    """Words to look for. Upper and lower case, accents, hyphens and the width of letters do not matter unless you
    say so. Other scripts and other spellings are other phrases: list each, simplified and traditional Chinese, too."""

    expected = "a phrase, or {phrase: ...}"
    short = (str, "phrase")

    phrase: PhraseText = Field(
        description="The words, in this order, side by side. Only whole words count, except in scripts without spaces.",
        examples=["马云"],
    )
    not_inside: list[PhraseText] = Field(
        default=[],
        description="Longer words: where the phrase is only a part of one of these, it does not count "
        "(and is kept as a near miss).",
        examples=["[海马云, 马云计算]"],
    )
    exact: bool = Field(default=False, description="Upper and lower case count: `ICE` is not `ice`.", examples=["true"])
    accents: bool = Field(default=False, description="Accents count: `Peña` is not `Pena`.", examples=["true"])


class TopicForm(ShortForm):
    """What you want to hear of. An article belongs to a topic when its title or text has at least one of `any`
    (where given), every one of `all` (where given) and none of `none`. A topic may also be just a list of phrases,
    which means `any`."""

    expected = "a list of phrases, or keys with values (any: [...])"
    short = (list, "any")

    any: list[PhraseForm] = Field(
        default=[],
        description="At least one of these phrases must be there. List every spelling and script that matters.",
        examples=["[Jack Ma, 马云, Джек Ма]"],
    )
    all: list[PhraseForm] = Field(
        default=[], description="Every one of these phrases must be there.", examples=["[Alibaba, court]"]
    )
    none: list[PhraseForm] = Field(
        default=[],
        description="Entries with any of these words never match. Not enough alone: name what you look for, too.",
        examples=["[marathon]"],
    )
    must_match: list[Example] = Field(
        default=[],
        description="Headlines that this topic has to catch; `monitor check` tries them and fails if one is missed.",
        examples=['["马云重返阿里园区"]'],
    )
    must_not_match: list[Example] = Field(
        default=[],
        description="Headlines that this topic must leave alone; `monitor check` tries them.",
        examples=['["Jack Mahoney wins in Boston"]'],
    )
    channels: list[str] = Field(
        default=["console"],
        description="Who hears of it: names from `channels`. `[]` means recorded and listed, never sent.",
        examples=["[console, pr-slack]"],
    )
    paused: bool = Field(
        default=False,
        description="Nothing new is matched to this topic while it is true; what it has found stays.",
        examples=["true"],
    )
    was: str = Field(
        default=ABSENT,
        description="The earlier name of a topic that you renamed, so that it keeps its history.",
        examples=["Alibaba founder"],
    )


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
    topics: Annotated[list[str], AfterValidator(_readers)] = Field(
        default=ABSENT, description="The only topics that read this source. Default: all.", examples=["[Jack Ma]"]
    )
    was: Address = Field(
        default=ABSENT,
        description="The earlier address of a source that moved, so that it keeps its history and old items do not "
        "come back as new.",
        examples=["http://example.org/old.xml"],
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
    to: Annotated[list[str], BeforeValidator(_recipients)] = Field(
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
    """The whole file. Each of the three maps may be absent or empty; names are their keys."""

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
    sources: dict[str, SourceForm] = Field(
        default={}, description="Where to look, by name.", examples=["{ICIJ: https://www.icij.org/feed/}"]
    )
    channels: dict[str, ChannelForm] = Field(
        default={}, description="Who hears of it, by name.", examples=["{console: {}}"]
    )


LATER: dict[type[Grammar], frozenset[str]] = {
    TopicForm: frozenset(
        "ambiguous near query use title_only languages sources except_sources read report_near confidential "
        "alerts urgent".split()
    ),
    SourceForm: frozenset(
        "read auth headers proxy skip page sitemap site json github huggingface modelscope search file".split()
    ),
    ChannelForm: frozenset("webhook when gather quiet limit fallback when_empty".split()),
}
"""Keys that the contract gives to later versions: refused with a sentence of their own."""

LATER_KINDS = frozenset("page sitemap site json github huggingface modelscope search".split())

MEANT: dict[str, str] = {
    **dict.fromkeys(("exclude", "not", "without", "ignore", "except", "block", "stop"), "none"),
    **dict.fromkeys(("include", "or", "keywords", "terms", "words", "phrases", "match", "find", "one_of"), "any"),
    **dict.fromkeys(("and", "every_one", "require", "required", "must"), "all"),
    **dict.fromkeys(("interval", "poll", "refresh", "frequency", "schedule", "period"), "every"),
    **dict.fromkeys(("link", "href", "address", "feed", "rss", "atom", "uri"), "url"),
    **dict.fromkeys(("type",), "kind"),
    **dict.fromkeys(("disabled", "disable", "pause", "enabled", "off", "inactive"), "paused"),
    **dict.fromkeys(("notify", "send", "send_to", "alert_to", "deliver", "recipients"), "channels"),
    **dict.fromkeys(("hook", "webhook_url", "incoming_webhook"), "slack"),
    **dict.fromkeys(("mail", "e-mail"), "email"),
    **dict.fromkeys(("host", "server", "smtp_host"), "smtp"),
    **dict.fromkeys(("username", "login"), "user"),
    **dict.fromkeys(("pass", "pw"), "password"),
    **dict.fromkeys(("sender", "mail_from"), "from"),
    **dict.fromkeys(("old_name", "previously", "renamed_from", "formerly"), "was"),
    **dict.fromkeys(("publisher", "paper", "name"), "outlet"),
    **dict.fromkeys(("priority", "importance"), "weight"),
    **dict.fromkeys(("feeds", "sites", "outlets"), "sources"),
    **dict.fromkeys(("subjects", "watch", "watchlist", "searches"), "topics"),
    **dict.fromkeys(("notifications", "destinations", "outputs", "alerts"), "channels"),
    **dict.fromkeys(("tz", "time_zone", "zone"), "timezone"),
    **dict.fromkeys(("case_sensitive", "case"), "exact"),
    **dict.fromkeys(("diacritics",), "accents"),
    **dict.fromkeys(("gap", "delay", "wait"), "host_gap"),
    **dict.fromkeys(("agent", "ua"), "user_agent"),
    **dict.fromkeys(("bind", "port"), "listen"),
}
"""What people write for a key of ours; taken only where that key exists."""


def known_keys(form: type[Grammar]) -> dict[str, Any]:
    """The keys of a mapping as they are written, each with its pydantic field."""
    return {field.alias or name: field for name, field in form.model_fields.items()}
