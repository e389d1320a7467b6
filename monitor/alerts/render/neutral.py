"""Makes text from feeds harmless in each kind of message: it stays readable, and nothing in it acts.

Whatever it says of controls, mentions and markup, it says of texts only; addresses pass through :func:`web_address`.
"""

from __future__ import annotations

import html
import re
import shlex
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

from monitor.limits import URL_CAP

_SPACE: Final = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_UNSEEN: Final = re.compile("[\u200b\u2060\ufeff\u00ad\u202a-\u202c\u2066-\u2069\u206a-\u206f]")
"""Invisible characters that carry no text: zero-width spaces, soft hyphens, directional embeddings and isolates."""
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")
"""Terminal commands, directional overrides and halves of characters: shown as escapes."""

_MENTION: Final = re.compile(r"@(?=[\w&!#])")
_EMOJI: Final = re.compile(r":(?=[\w+'-]+:)")
_LABELLED: Final = re.compile(
    r"!(?=\w[^| \n]*(?:[ \t]*\|[^\n]*)?>)|(?<=http|ttps|ilto):(?=//[^| \n]+(?:[ \t]*\|[^\n]*)?>)", re.IGNORECASE
)
"""What Apprise makes a mention or a link of for Slack, also where its signs are escaped: ``!channel>``,
``https://b.example|label>``."""
_JOINER: Final = "\u200d"
_WORD_JOINER: Final = "\u2060"
_SLACK_MARKS: Final = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"}
"""Slack knows no escape for its marks, so look-alikes stand for them."""
_ADDRESS_UNSAFE: Final = re.compile(
    r"[\s\x00-\x20\x7f-\xa0<>\"|\\^`{}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
"""What could end a link, break its line or hide in it."""


def visible(text: str) -> str:
    """The text with single white space, without invisible characters, and with control characters shown.

    ``\\x1b[31m`` becomes the four letters ``\\x1b`` and ``[31m``; a right-to-left override becomes ``\\u202e``.
    """
    return _CONTROL.sub(_as_escape, _SPACE.sub(" ", _UNSEEN.sub("", text)))


def terminal(text: str) -> str:
    """For a terminal and the text part of a mail: nothing but :func:`visible` text."""
    return visible(text)


def chat(text: str) -> str:
    """For chat services unknown to us: no mention (``@everyone``, ``<!here>``), and no link with another label."""
    return _LABELLED.sub(lambda sign: sign[0] + _WORD_JOINER, _unmentioned(text))


def slack(text: str) -> str:
    """For Slack's mrkdwn: ``&<>`` escaped once; ``* _ ~ ``` and ``:emoji:`` are text; no mention, no hidden link."""
    safe = html.escape(_unmentioned(text), quote=False)
    marked = "".join(_slack_mark(safe, at) for at in range(len(safe)))
    unfaced = _EMOJI.sub(":" + _WORD_JOINER, marked)
    # A line that opens with ">" is a quotation in Slack, also when it is escaped.
    return _WORD_JOINER + unfaced if unfaced.startswith("&gt;") else unfaced


def subject(text: str) -> str:
    """For a header of a mail: one line, and nothing that a reader would decode (``=?utf-8?q?...?=``)."""
    return visible(text).replace("=?", f"={_WORD_JOINER}?")


def shell(name: str) -> str:
    """A name as it is typed behind a command: bare, in double quotes, or so that no shell reads anything into it."""
    if re.fullmatch(r"[\w-]+", name):
        return name
    return shlex.quote(name) if re.search(r'["$`\\!]', name) else f'"{name}"'


def markup(text: str) -> str:
    """For HTML, as text of an element or an attribute in quotes."""
    return html.escape(visible(text), quote=True)


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters with an ellipsis, cut between words where one ends near, never within a letter."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > limit - 40 and end > 0 and _joins(text, end):
        end -= 1
    space = text.rfind(" ", max(1, end - 30), end + 1)
    return text[: space if space > 0 else end].rstrip() + "…"


def shorten_left(text: str, limit: int) -> str:
    """The last ``limit`` characters, opened by an ellipsis, cut between words where one begins near."""
    if len(text) <= limit:
        return text
    start = len(text) - limit + 1
    while start < len(text) - limit + 40 and start < len(text) - 1 and _joins(text, start):
        start += 1
    space = text.find(" ", start, start + 30)
    return "…" + text[space + 1 if space >= 0 else start :]


def web_address(url: str | None) -> str | None:
    """The address as it may be linked and printed; None for what is no web address (``javascript:``, ``data:``).

    Characters that could end a link or hide in it are percent-encoded; an address over ``URL_CAP`` is not used.
    """
    if url is None or len(url) > URL_CAP:
        return None
    try:
        address = _ADDRESS_UNSAFE.sub(lambda found: quote(found[0], safe=""), url.strip())
        parts = urlsplit(address)
        host = parts.hostname
        address.encode()
    except ValueError:  # a bracket without its mate, or half of a character
        return None
    return address if parts.scheme in ("http", "https") and host else None


def _unmentioned(text: str) -> str:
    return _MENTION.sub("@" + _JOINER, visible(text)).replace("](", "]" + _WORD_JOINER + "(")


def _as_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _slack_mark(text: str, at: int) -> str:
    """The character, or its look-alike where Slack could take it for markup: anywhere but within a word.

    A mark between two letters neither opens nor closes a format: ``snake_case`` stays as it is.
    """
    mark = text[at]
    if mark not in _SLACK_MARKS:
        return mark
    within = 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()
    return mark if within and mark != "`" else _SLACK_MARKS[mark]


def _joins(text: str, at: int) -> bool:
    """Whether the character belongs to the one before it: a combining mark, a joiner, a variant or a skin colour."""
    here, before = text[at], text[at - 1]
    return (
        unicodedata.category(here) in ("Mn", "Me", "Mc")
        or _JOINER in (here, before)
        or "\U0001f3fb" <= here <= "\U0001f3ff"
        or ("\U0001f1e6" <= here <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff")
    )
