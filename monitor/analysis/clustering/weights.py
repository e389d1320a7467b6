"""How much a term tells: rare ones in its language much, common ones little."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

WARM: Final = 5_000
"""Articles of a language that must have been counted before its frequencies may group (lab: in a language hardly
seen every word looks rare, and weather notices made a group of 324)."""
FLOOR: Final = 0.02
POWER: Final = 1.5
"""Both from the lab's dev data: w = max(.02, share) ^ 1.5."""
FULL: Final = 1.75
"""A term tells all it can while its share ln((N+1)/(df+.5)) / ln(N+1) is above 1/1.75: what stands in N^(3/7) of N
articles or fewer (20 of 1,000, 140 of 100,000), for the words of one happening are not once-words there. On the
development data between 1 (its words count less than misspellings, and the best threshold moves with N) and 2."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many articles of one language each term was seen; only the terms that are asked for are in it."""

    language: str = ""
    total: int = 0
    """Articles counted."""
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def warm(self) -> bool:
        """Whether enough was seen to tell rare from common."""
        return self.total >= WARM

    def weight(self, term: str) -> float:
        """0.003 to 1; 1 for every term while nothing was counted."""
        if self.total < 2:
            return 1.0
        share = math.log((self.total + 1) / (self.seen.get(term, 0) + 0.5)) / math.log(self.total + 1)
        return float(max(FLOOR, min(1.0, FULL * share)) ** POWER)
