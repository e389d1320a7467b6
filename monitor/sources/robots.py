"""What a robots.txt says of one address (RFC 9309). Pure, on bytes that nobody vouches for, in a worker."""

from __future__ import annotations

import codecs
import math
import re
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from monitor.limits import ROBOTS_CAP
from monitor.model import RobotsAnswer

AGENT: Final = "coverage-monitor"
"""The product token that a robots.txt may name us by."""
_MARKUP: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype|\?xml|html|head|body|script|meta)\b", re.IGNORECASE | re.DOTALL
)
_GROUP: Final = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)\s*([^#]*)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[\w-]+")
_OTHER: Final = "~"
"""What all other crawlers are called; no product token has it."""


def robots(body: bytes, url: str, agent: str = AGENT) -> RobotsAnswer:
    """Whether ``agent`` may fetch ``url`` by the robots.txt ``body`` of its host, and the pause that is asked for.

    Only the first ``ROBOTS_CAP`` bytes count, and of them whole lines. A page in place of the text says nothing, so
    everything is allowed, as with a missing file (RFC 9309, section 2.3.1.3).
    """
    # imported here, so in the workers only
    from protego import Protego

    text = _text(body)
    if _MARKUP.match(text):
        return RobotsAnswer(allowed=True)
    rules = Protego.parse(_for_us(text, agent.lower()))
    delay = rules.crawl_delay(agent) or 0.0
    asked = delay if math.isfinite(delay) and delay > 0 else None  # protego 0.5 lets "nan" through
    return RobotsAnswer(allowed=rules.can_fetch(_ascii(url), agent), delay=asked)


def _text(body: bytes) -> str:
    """The lines, by the byte order mark or as UTF-8; other encodings differ only in comments and rare paths."""
    kept = body[:ROBOTS_CAP]
    if len(body) > ROBOTS_CAP:
        kept = kept[: max(kept.rfind(b"\n"), kept.rfind(b"\r")) + 1]
    for bom, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if kept.startswith(bom):
            return kept.removeprefix(bom).decode(codec, "replace")
    try:
        return kept.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        return kept.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _for_us(text: str, agent: str) -> str:
    """The text with one name for all other crawlers.

    protego would take a group for ``coverage`` as ours, whose name only begins like it; and it copies each rule to
    each crawler of its group: 150 million copies for a hostile 300 KB.
    """
    return "\n".join(_line_for_us(line, agent) for line in text.splitlines())


def _line_for_us(line: str, agent: str) -> str:
    group = _GROUP.match(line)
    name = group[1].strip().lower() if group else ""
    if not name:
        return line
    token = _TOKEN.match(name)
    ours = token is not None and token[0] == agent
    return f"User-agent: {agent if ours else '*' if name == '*' else _OTHER}"


def _ascii(url: str) -> str:
    """The address with what is outside of ASCII escaped, as it is requested."""
    parts = urlsplit(url)
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
