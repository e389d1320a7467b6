"""To which of the articles that were found a new one belongs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from monitor.analysis.clustering.features import Features
from monitor.analysis.clustering.same import BODY_FULL, NEARLY_ALL, REPEAT_WINDOW, one_outlet, same_story
from monitor.analysis.clustering.titles import conflict, title_of
from monitor.limits import CANDIDATES_CAP
from monitor.model import Join

STANDING: Final = 3
"""Articles of one outlet among the candidates that make their common title a standing one (judgement)."""
STANDING_ANYWHERE: Final = 10
"""And also for other outlets, however soon one came after the other; where they are further apart than an article is
brought again, ``STANDING`` do (judgement)."""

_EXTENDED: Final = frozenset({"title~", "title<"})


def join(article: Features, candidates: Sequence[Features]) -> Join | None:
    """The newest of the candidates that is the same article; None: it begins a story of its own.

    At most ``CANDIDATES_CAP`` are compared; those that share the address, the title or the body come before
    the newest others, so that a crowd of likenesses cannot push them out. A title that an outlet has had three times
    lately proves nothing; nor does one that was extended by one number, if the article's is by another.
    """
    others = [other for other in candidates if other.article.id != article.article.id]
    if len(others) > CANDIDATES_CAP:
        others.sort(key=lambda other: (_shares(article, other), *_newest(other)), reverse=True)
    others = sorted(others[:CANDIDATES_CAP], key=_newest, reverse=True)
    for other in others:
        found = same_story(article, other)
        if found is None or (found.rule == "title=" and not _one_text(found) and _standing(article, other, others)):
            continue
        if found.rule not in _EXTENDED or not _disputed(article, other, others):
            return found
    return None


def _disputed(article: Features, other: Features, others: Sequence[Features]) -> bool:
    """Whether the other is already told with another number or day: *kills 12* and *kills 15* both are *kills*
    extended, and are two pieces of news."""
    title = title_of(article.article.title, article.article.outlet)
    return any(
        conflict(title, title_of(one.article.title, one.article.outlet)) and same_story(one, other)
        for one in others
        if one is not other
    )


def _one_text(found: Join) -> bool:
    """Whether the texts are one, too: the papers of a publisher bring an article at an address each."""
    return found.numbers.get("m", 0) >= BODY_FULL and found.numbers.get("c", 0) >= NEARLY_ALL


def _standing(article: Features, other: Features, others: Sequence[Features]) -> bool:
    """Whether an outlet has had this title so often that it names a column, and no article. A column that two outlets
    bring is none the less one, though each issue comes soon after the other's last."""
    title = title_of(article.article.title, article.article.outlet).folded
    same = [one for one in others if title_of(one.article.title, one.article.outlet).folded == title]
    if one_outlet(article, other):
        return STANDING <= sum(one_outlet(article, one) for one in same)
    return _column(article, [one for one in same if one_outlet(article, one)]) or _column(
        other, [one for one in same if one_outlet(other, one)]
    )


def _column(newest: Features, issues: Sequence[Features]) -> bool:
    times = [one.article.when for one in (newest, *issues)]
    return len(issues) >= STANDING_ANYWHERE or (len(issues) >= STANDING and max(times) - min(times) > REPEAT_WINDOW)


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
