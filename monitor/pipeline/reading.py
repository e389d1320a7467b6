"""From the bytes of a document to normalised entries: one pure function, run in a parse worker."""

from __future__ import annotations

from monitor.analysis.normalise import normalise
from monitor.model import Document, ParseFailure, Read
from monitor.sources import KINDS


def read(kind: str, document: Document, memory: str, outlet: str) -> Read | ParseFailure:
    """What ``document`` says, by the parser of its kind of source."""
    parsed = KINDS[kind].parse(document, memory)
    if isinstance(parsed, ParseFailure):
        return parsed
    entries = normalise(parsed, outlet)
    return Read(
        entries=entries,
        total=len(parsed.entries) + len(parsed.rejected),
        form=parsed.form,
        title=parsed.title,
        rejected=parsed.rejected,
        memory=parsed.memory,
        hints=dict(parsed.hints),
        newest=max((e.published for e in entries if e.published), default=None),
    )
