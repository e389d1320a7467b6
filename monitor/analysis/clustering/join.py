"""To which of the articles that were found a new one belongs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from monitor.analysis.clustering.features import Features
from monitor.analysis.clustering.same import one_outlet, same_story
from monitor.analysis.clustering.titles import title_of
from monitor.limits import CANDIDATES_CAP
from monitor.model import Join

STANDING: Final = 3
"""Articles of one outlet among the candidates that make their common title a standing one (judgement)."""


def join(article: Features, candidates: Sequence[Features]) -> Join | None:
    """The newest of the candidates that is the same article; None: it begins a story of its own.

    At most ``CANDIDATES_CAP`` are compared; those that share the address, the title or the body come before
    the newest others, so that a crowd of likenesses cannot push them out. A title that the article's own outlet has
    had three times lately proves nothing.
    """
    others = [other for other in candidates if other.article.id != article.article.id]
    if len(others) > CANDIDATES_CAP:
        others.sort(key=lambda other: (_shares(article, other), *_newest(other)), reverse=True)
    others = sorted(others[:CANDIDATES_CAP], key=_newest, reverse=True)
    for other in others:
        found = same_story(article, other)
        if found and not (found.rule == "title=" and _standing(article, other, others)):
            return found
    return None


def _standing(article: Features, other: Features, others: Sequence[Features]) -> bool:
    """Whether an outlet has had this title so often that it names a column, and no article."""
    if not one_outlet(article, other):
        return False
    title = title_of(article.article.title, article.article.outlet).folded
    return STANDING <= sum(
        title_of(one.article.title, one.article.outlet).folded == title and one_outlet(article, one) for one in others
    )


def _newest(one: Features) -> tuple[float, int]:
    return one.article.when.timestamp(), one.article.id


def _shares(one: Features, two: Features) -> bool:
    ours, theirs = one.article, two.article
    return any(
        mine is not None and mine == other
        for mine, other in (
            (ours.url_key, theirs.url_key),
            (ours.title_key, theirs.title_key),
            (ours.body_hash, theirs.body_hash),
        )
    )
