"""How well a grouping agrees with labels: by item (B-cubed) and by pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"P {self.precision:.3f} R {self.recall:.3f} F {self.f:.3f}"


def b_cubed(predicted: Sequence[int], gold: Sequence[int]) -> Score:
    """Mean over the items of how pure its group is, and how much of its label's items the group holds.

    Raises ValueError where the two differ in length. (Bagga and Baldwin 1998.)
    """
    both, ours, theirs = _counted(predicted, gold)
    if not predicted:
        return Score(1.0, 1.0)
    pure = sum(count * count / ours[one] for (one, _), count in both.items())
    whole = sum(count * count / theirs[other] for (_, other), count in both.items())
    return Score(pure / len(predicted), whole / len(predicted))


def pairwise(predicted: Sequence[int], gold: Sequence[int]) -> Score:
    """Precision and recall of the pairs that stand in one group. Raises ValueError where the two differ in length."""
    both, ours, theirs = _counted(predicted, gold)
    hit, claimed, true = (_pairs(counts.values()) for counts in (both, ours, theirs))
    return ratio(hit, claimed, true)


def ratio(hit: int, claimed: int, true: int) -> Score:
    """The score of so many right ones among the claimed and the true; nothing claimed is never wrong."""
    return Score(hit / claimed if claimed else 1.0, hit / true if true else 1.0)


def judged(predicted: Sequence[bool], gold: Sequence[bool]) -> Score:
    """The score of yes-or-no answers about pairs. Raises ValueError where the two differ in length."""
    answers = list(zip(predicted, gold, strict=True))
    return ratio(sum(ours and theirs for ours, theirs in answers), sum(predicted), sum(gold))


def _counted(
    predicted: Sequence[int], gold: Sequence[int]
) -> tuple[Counter[tuple[int, int]], Counter[int], Counter[int]]:
    return Counter(zip(predicted, gold, strict=True)), Counter(predicted), Counter(gold)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
