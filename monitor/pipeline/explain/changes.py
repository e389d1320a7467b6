"""What an outlet changed about an entry after it was first seen, in words; feed text is data."""

from __future__ import annotations

from typing import Final

from monitor.analysis.differences import title_diff
from monitor.pipeline.explain.sentences import Moments
from monitor.store.evidence import ChangeRow

CHANGE_SHOWN: Final = 80
"""Characters of a side of a change; where more were changed, the whole headline is said."""


def change_words(change: ChangeRow, moments: Moments) -> str:
    """``Headline changed 11:02: "asked" was "told"``; of a change that left the headline alone only that and when."""
    at = moments.say(change.at)
    if change.was == change.title:
        return f"Text changed {at}; the headline stayed"
    return f"Headline changed {at}: {title_change(change.was, change.title)}"


def title_change(was: str, now: str) -> str:
    """``"asked" was "told"``, ``"old" is new``, ``"old" is gone``, for each place; of a headline that was written anew
    ``was "..."``."""
    parts = title_diff(was, now)
    same = sum(len(text) for kind, text in parts if kind == "same")
    changed = [text for kind, text in parts if kind != "same"]
    if not changed:
        return f'now written "{now}"'
    if max(map(len, changed)) > CHANGE_SHOWN or 2 * same < min(len(was), len(now)):
        return f'was "{was}"'
    said: list[str] = []
    gone: str | None = None
    for kind, text in (*parts, ("same", "")):
        if gone is not None:
            said.append(f'"{text}" was "{gone}"' if kind == "new" else f'"{gone}" is gone')
        elif kind == "new":
            said.append(f'"{text}" is new')
        gone = text if kind == "gone" else None
    return ", ".join(said)
