"""``settings.yaml``: its grammar, and :class:`monitor.model.Settings` with what the environment overrides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.config.complaints import FormReader
from monitor.config.document import Way
from monitor.config.form import ABSENT, Grammar
from monitor.config.quantities import (
    Keeping,
    Listen,
    Private,
    Size,
    Span,
    read_duration,
    read_span,
    refuse,
    spell_duration,
    spell_size,
)
from monitor.limits import HOST_GAP
from monitor.model import Finding, Secret, Settings

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")
DEFAULTS = Settings()
LONGEST = timedelta(days=36525)  # 100 years: a moment that lies so far back can still be written as a date


def _gap(value: object) -> Any:
    span = read_span(value)
    if span.total_seconds() < 1:
        raise refuse("shorter than 1s: publishers block readers that hurry")
    if span > LONGEST:
        raise refuse("longer than 100 years")
    return span


def _keeping(value: object) -> Any:
    span = read_duration(value)
    if span is not None and span > LONGEST:
        raise refuse("longer than 100 years: to keep all of it, write forever")
    return span


def _http(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise refuse("expected an address that begins with https:// or http://")
    return value.strip()


def _agent(value: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e]{1,200}", value):
        raise refuse("expected up to 200 plain Latin characters")
    return value


# A default is written as the user would write it, so that reference and schema show it so.
_GAP: Any = spell_duration(HOST_GAP)
_UNMATCHED: Any = spell_duration(DEFAULTS.keep_unmatched)
_POLLS: Any = spell_duration(DEFAULTS.keep_polls)
_SIZE: Any = spell_size(DEFAULTS.max_size)
_LISTEN: Any = "{}:{}".format(*DEFAULTS.web_listen) if DEFAULTS.web_listen else "off"
HttpAddress = Annotated[str, AfterValidator(_http)]


class FetchForm(Grammar):
    """How the monitor reads the web."""

    user_agent: Annotated[str, AfterValidator(_agent)] = Field(
        default=ABSENT,
        description="What the monitor calls itself to publishers. Default: its name and version.",
        examples=["ExampleNews-Monitor/1.0 (+https://example.org/bot)"],
    )
    host_gap: Annotated[Span, BeforeValidator(_gap)] = Field(
        default=_GAP,
        validate_default=True,
        description="The least pause between two requests to one host.",
        examples=["5s"],
    )
    allow_private: list[Private] = Field(
        default=[],
        description="Hosts of your own network that may be read: `host:port`, `host`, or a network. All other "
        "private addresses are refused. There is no pause between requests to these.",
        examples=['["127.0.0.1:8080"]'],
    )


class AlertsForm(Grammar):
    """When alerts are sent."""

    first_poll: Literal["list", "silent", "all"] = Field(
        default=DEFAULTS.first_poll,
        description="What happens to articles that a new source already shows when it is first read: `list` them "
        "without sending, be `silent`, or send `all`.",
        examples=["list"],
    )


class RetentionForm(Grammar):
    """How long things are kept."""

    unmatched: Annotated[Keeping, BeforeValidator(_keeping)] = Field(
        default=_UNMATCHED, validate_default=True, description="Texts of entries that match no topic.", examples=["30d"]
    )
    matched: Literal["forever"] = Field(
        default="forever", description="Entries that match: only `forever`.", examples=["forever"]
    )
    polls: Annotated[Keeping, BeforeValidator(_keeping)] = Field(
        default=_POLLS, validate_default=True, description="The record of every look at a source.", examples=["7d"]
    )
    keys: Literal["forever"] = Field(
        default="forever",
        description="What tells an entry seen before from a new one: only `forever`, a few bytes each. Otherwise old "
        "pages would come back as news.",
        examples=["forever"],
    )
    max_size: Size = Field(
        default=_SIZE,
        validate_default=True,
        description="Size of the database above which the oldest unmatched texts go first, which is said. "
        "What matched never goes.",
        examples=["20GB"],
    )


class WebForm(Grammar):
    """The page in the browser."""

    listen: Listen = Field(
        default=_LISTEN,
        validate_default=True,
        description="Where the page is served: `host:port` on this machine only (it has no password yet), or `off`.",
        examples=["127.0.0.1:9000"],
    )
    public_url: HttpAddress = Field(
        default=ABSENT,
        description="The address under which readers of alerts reach the page, for links.",
        examples=["https://monitor.example.org"],
    )


class LogForm(Grammar):
    """The log on stderr."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="The least important lines to show. `MONITOR_LOG_LEVEL` in the environment overrides it.",
        examples=["debug"],
    )
    format: Literal["text", "json"] = Field(
        default="text",
        description="`text` for people or `json` for programs. `MONITOR_LOG_FORMAT` in the environment overrides it.",
        examples=["json"],
    )


class SettingsForm(Grammar):
    """The whole file, which is optional, as is every key in it."""

    fetch: FetchForm = Field(
        default=FetchForm(), description="How the monitor reads the web.", examples=["{host_gap: 5s}"]
    )
    alerts: AlertsForm = Field(
        default=AlertsForm(), description="When alerts are sent.", examples=["{first_poll: silent}"]
    )
    retention: RetentionForm = Field(
        default=RetentionForm(), description="How long things are kept.", examples=["{unmatched: 30d}"]
    )
    heartbeat: HttpAddress = Field(
        default=ABSENT,
        description="An address that is asked for once a minute while the monitor is well, so that a service "
        "(healthchecks.io, Uptime Kuma) can tell you when it is not. It is a secret.",
        examples=['"${HEARTBEAT_URL}"'],
    )
    web: WebForm = Field(default=WebForm(), description="The page in the browser.", examples=["{listen: off}"])
    log: LogForm = Field(default=LogForm(), description="The log on stderr.", examples=["{level: debug}"])


LATER_SETTINGS: dict[type[Grammar], frozenset[str]] = {WebForm: frozenset({"password", "tokens", "proxy_header"})}
_OPEN = frozenset({"fetch", "alerts", "retention", "log"})


def shown_setting(way: Way) -> bool:
    """Whether a value of ``settings.yaml`` may stand in a finding."""
    return way[:1] != () and (way[0] in _OPEN or way[:2] in (("web", "listen"), ("web", "public_url")))


def read_settings(reader: FormReader, environ: Mapping[str, str]) -> Settings | None:
    """The settings of one file; None after complaining of what is wrong in it.

    ``environ`` overrides the log's level and format (``MONITOR_LOG_LEVEL``, ``MONITOR_LOG_FORMAT``).
    """
    if reader.value(()) is None:
        form: SettingsForm | None = SettingsForm()
    else:
        form = reader.read(SettingsForm, (), "")
    level = _override("MONITOR_LOG_LEVEL", LEVELS, reader, environ)
    format_ = _override("MONITOR_LOG_FORMAT", FORMATS, reader, environ)
    if form is None or level is None or format_ is None:
        return None
    return _settings(form, level, format_)


def _override(name: str, choices: tuple[str, ...], reader: FormReader, environ: Mapping[str, str]) -> str | None:
    """The value of an environment variable, empty where it is unset; None after a complaint."""
    given = environ.get(name, "").strip().casefold()
    if given and given not in choices:
        message = f"the environment variable {name} must be {' or '.join(choices)}"
        reader.into.found.append(Finding(name, 0, 0, "error", message))
        return None
    return given


def _settings(form: SettingsForm, level: str, format_: str) -> Settings:
    fetch, retention, web, log = form.fetch, form.retention, form.web, form.log
    return Settings(
        user_agent=fetch.user_agent or "",
        host_gap=fetch.host_gap,
        allow_private=tuple(dict.fromkeys(fetch.allow_private)),
        first_poll=form.alerts.first_poll,
        keep_unmatched=retention.unmatched,
        keep_polls=retention.polls,
        max_size=retention.max_size,
        heartbeat=Secret(form.heartbeat) if form.heartbeat else None,
        web_listen=None if web.listen == "off" else web.listen,
        public_url=web.public_url,
        log_level=level or log.level,
        log_format="json" if (format_ or log.format) == "json" else "text",
    )
