"""From bytes to what they say: pure functions on a feed, a page or a robots.txt, run in a parse worker."""

from __future__ import annotations

from monitor.analysis.normalise import normalise
from monitor.analysis.skip import split
from monitor.model import Document, Extracted, ParseFailure, Phrase, Read, RobotsAnswer
from monitor.sources import KINDS


def read(kind: str, document: Document, memory: str, outlet: str, skip: tuple[Phrase, ...] = ()) -> Read | ParseFailure:
    """What ``document`` says, by the parser of its kind of source, without the entries that ``skip`` leaves out."""
    parsed = KINDS[kind].parse(document, memory)
    if isinstance(parsed, ParseFailure):
        return parsed
    entries = normalise(parsed, outlet)
    kept, skipped = split(entries, skip)
    return Read(
        entries=kept,
        total=len(parsed.entries) + len(parsed.rejected) + parsed.known,
        form=parsed.form,
        title=parsed.title,
        rejected=parsed.rejected,
        known=parsed.known,
        skipped=skipped,
        memory=parsed.memory,
        hints=dict(parsed.hints),
        newest=max((e.published for e in entries if e.published), default=None),
    )


def read_page(document: Document) -> Extracted | ParseFailure:
    """The article on a page."""
    from monitor.sources.article import article  # only in a worker that reads pages: it costs 0.5 s and 60 MB

    return article(document)


def allowed_by(body: bytes, url: str, agent: str) -> RobotsAnswer:
    """What a robots.txt says of ``url`` to ``agent``."""
    from monitor.sources.robots import robots

    return robots(body, url, agent)
