"""HTML and untrusted text to plain text for matching: what a reader would see, on one line."""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser

from monitor.limits import TEXT_CAP

_MARKUP_CAP = 4 * TEXT_CAP
"""Characters of HTML looked at for one text. Deep nesting costs the square of it: 10,000 levels 0.15 s (lab)."""
_CUT = "script, style, noscript, template, iframe, object, svg, math, head, title, select, textarea"
_BLOCKS = (
    "address, article, aside, blockquote, br, caption, center, dd, details, div, dl, dt, fieldset, figcaption, figure, "
    "footer, form, h1, h2, h3, h4, h5, h6, header, hr, img, li, main, nav, ol, p, pre, section, summary, table, tbody, "
    "td, tfoot, th, thead, tr, ul, video, audio"
)
# Control characters but white space, and lone surrogates: no database keeps the first, no encoding has the second.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_BLANK = re.compile(r"\s+")


def plain(text: str, *, cap: int = TEXT_CAP) -> str:
    """The text on one line, without control characters and lone surrogates, at most ``cap`` characters."""
    return _BLANK.sub(" ", _UNPRINTABLE.sub("", text)).strip()[:cap].rstrip()


def unescaped(text: str, *, cap: int = TEXT_CAP) -> str:
    """As :func:`plain`, with entities resolved once: for text that is no markup but was escaped twice."""
    return plain(html.unescape(text[:_MARKUP_CAP]) if "&" in text else text[:_MARKUP_CAP], cap=cap)


def from_html(markup: str, *, cap: int = TEXT_CAP) -> str:
    """The words of a piece of HTML, with a space where a block begins or ends, and none at inline tags.

    Scripts, styles and what else is not shown are left out. At most ``cap`` characters.
    """
    markup = markup[:_MARKUP_CAP]
    if "<" not in markup:
        return unescaped(markup, cap=cap)
    body = LexborHTMLParser("<!DOCTYPE html><body>" + _UNPRINTABLE.sub("", markup)).body
    if body is None:  # pragma: no cover - the prefix above makes a body
        return ""
    for node in body.css(_CUT):
        node.decompose()
    for node in body.css(_BLOCKS):
        node.insert_before(" ")
        node.insert_after(" ")
    return plain(body.text(deep=True, separator="", strip=False), cap=cap)
