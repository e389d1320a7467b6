"""Writes a sheet in Slack's mrkdwn, as the one ``text`` of a post, whose beginning is the push preview."""

from __future__ import annotations

from monitor.alerts.render.neutral import slack
from monitor.alerts.render.plain import console_text
from monitor.alerts.render.wording import Line, Run, Sheet
from monitor.model import Message

_APART = "\u200b"
"""Slack formats only between spaces or punctuation; this stands for one where a script writes without spaces."""


def slack_message(sheet: Sheet) -> Message:
    """A post: bold where words matched, the address behind ``Read``."""
    title = slack(sheet.preview)
    lines = (title, *(_line(line) for line in sheet.lines))
    body = "\n".join(lines)
    return Message(title, body, "markdown", console_text(sheet), preview=title if sheet.confidential else "")


def _line(line: Line) -> str:
    text = "".join(_run(line.runs, at) for at in range(len(line.runs)))
    return f"*{text}*" if line.role == "heading" else text


def _run(runs: tuple[Run, ...], at: int) -> str:
    run = runs[at]
    if run.look == "link":
        return f"<{run.url.replace('&', '&amp;')}|{slack(run.text)}>"
    if run.look == "match":
        left = _APART if at > 0 and runs[at - 1].text[-1:].isalnum() else ""
        right = _APART if at + 1 < len(runs) and runs[at + 1].text[:1].isalnum() else ""
        return f"{left}*{slack(run.text)}*{right}"
    return slack(run.text)
