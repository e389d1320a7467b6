"""Writes a sheet as a mail: HTML from escaped text, with visible addresses, that loads nothing from anywhere."""

from __future__ import annotations

from typing import Final

from monitor.alerts.render.neutral import markup, subject
from monitor.alerts.render.plain import console_text
from monitor.alerts.render.wording import Line, Run, Sheet
from monitor.model import Message

_STYLES: Final = {
    "headline": "margin:16px 0 4px;font-size:16px;font-weight:600",
    "meta": "margin:0 0 8px;font-size:13px;opacity:.75",
    "quote": "margin:0 0 8px;padding:2px 0 2px 12px;border-left:3px solid #8a8f98",
    "body": "margin:0 0 8px",
    "why": "margin:12px 0 4px;font-size:13px;opacity:.75",
    "foot": "margin:0 0 8px;font-size:13px",
    "heading": "margin:24px 0 4px;font-size:18px;font-weight:600",
}
"""The look of each kind of line; no colour but a grey that reads on light and on dark ground."""

_PAGE: Final = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n'
    '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
    "<style>:root{color-scheme:light dark}a{word-break:break-all}</style>\n</head>\n"
    "<body style=\"margin:0;padding:16px;font:15px/1.45 -apple-system,'Segoe UI',Roboto,Arial,sans-serif\">\n"
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px"><tr><td>\n'
)
_END: Final = "\n</td></tr></table>\n</body>\n</html>\n"


def mail_message(sheet: Sheet) -> Message:
    """A mail whose subject is the preview, without line breaks or control characters."""
    headline = f'<p style="margin:0 0 4px;font-size:18px;font-weight:600">{_bidi(markup(sheet.preview))}</p>'
    lines = [_line(line) for line in sheet.lines if line.role != "gap"]
    return Message(subject(sheet.preview), _PAGE + "\n".join((headline, *lines)) + _END, "html", console_text(sheet))


def _line(line: Line) -> str:
    content = "".join(_run(run) for run in line.runs)
    return f'<p style="{_STYLES[line.role]}">{content}</p>'


def _run(run: Run) -> str:
    if run.look == "link":
        address = markup(run.url)  # the address itself is shown, so that the text part keeps it
        return f'<a href="{address}" rel="noopener noreferrer">{address}</a>'
    text = markup(run.text)
    return f"<strong>{text}</strong>" if run.look == "match" else text


def _bidi(text: str) -> str:
    """Keeps a headline in a right-to-left script from turning what stands around it."""
    return f"<bdi>{text}</bdi>"
