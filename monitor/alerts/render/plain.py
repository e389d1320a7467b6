"""Writes a sheet as plain text: for a terminal, and for chat services that we know nothing of."""

from __future__ import annotations

from collections.abc import Callable

from monitor.alerts.render.neutral import chat, terminal
from monitor.alerts.render.wording import Line, Run, Sheet
from monitor.model import Message

_ELSEWHERE = "Its words are not sent through this service, whose push would show them. On the machine: monitor alerts"


def console_text(sheet: Sheet) -> str:
    """The preview and every line, with ``*`` around the words that matched and a line break at the end."""
    return _write((Line("headline", (Run(sheet.preview),)), *sheet.lines), terminal) + "\n"


def console_message(sheet: Sheet) -> Message:
    """A card for a terminal; printed as a line of its own it is followed by an empty one."""
    # on the reader's own screen there is no preview: of a confidential topic the notice and its reason are left out
    text = _write(sheet.lines[1:], terminal) + "\n" if sheet.confidential else console_text(sheet)
    return Message(terminal(sheet.preview), text, "text", text)


def chat_message(sheet: Sheet) -> Message:
    """A post whose first line is its title, so that services with a title of their own say it once.

    Their push shows the whole post, so of a confidential topic it says only where to look.
    """
    if sheet.confidential:
        return Message(chat(sheet.preview), _ELSEWHERE, "text", console_text(sheet))
    return Message(chat(sheet.preview), _write(sheet.lines, chat), "text", console_text(sheet))


def _write(lines: tuple[Line, ...], neutral: Callable[[str], str]) -> str:
    return "\n".join("".join(_run(run, neutral) for run in line.runs) for line in lines)


def _run(run: Run, neutral: Callable[[str], str]) -> str:
    if run.look == "link":
        return run.url
    text = neutral(run.text)
    return f"*{text}*" if run.look == "match" else text
