"""The log: one event a line on stderr, for people or as JSON; nothing of a feed can forge a line."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from monitor.cli.session import Session

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(session: Session) -> None:
    """Set up the log for one command; ``-v`` and ``-q`` win over ``MONITOR_LOG_LEVEL`` and ``settings.yaml``."""
    asked = session.environ.get("MONITOR_LOG_LEVEL", "").lower()
    level = LEVELS.get(asked, logging.WARNING)
    if session.verbosity:
        level = {-1: logging.WARNING, 1: logging.INFO}.get(session.verbosity, logging.DEBUG)
    apply(level, as_json=session.environ.get("MONITOR_LOG_FORMAT", "") == "json")


def apply(level: int, *, as_json: bool) -> None:
    """Log from ``level`` on, as JSON or for people."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _one_line
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # libraries speak only when something is wrong; of apprise nothing passes at all, see monitor.alerts.deliver
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s", force=True)
    for noisy in ("aiohttp", "apscheduler", "alembic", "asyncio", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _one_line(_logger: Any, _name: str, event: Any) -> str:
    moment, level, what = event.pop("timestamp", ""), event.pop("level", ""), event.pop("event", "")
    trace = event.pop("exception", None)
    fields = " ".join(f"{key}={_value(value)}" for key, value in event.items())
    line = f"{moment[:19]}Z {level:<7} {what} {fields}".rstrip()
    return f"{line}\n{trace}" if trace else line


def _value(value: object) -> str:
    text = str(value)
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f'"{plain}"' if " " in plain or not plain else plain
