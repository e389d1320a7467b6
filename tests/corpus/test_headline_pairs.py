"""Topics with aliases on English headlines and their Chinese renderings: both sides, or neither."""

from __future__ import annotations

import pytest

from benchmarks.names import NAMES, agreements, headlines, overall
from tests.measuring import corpus

pytestmark = pytest.mark.corpus


def test_both_sides_of_a_headline_match() -> None:
    """Of all 12,277 headlines .9993 agree; of those that either side matches .9698, and .990 without Anthropic, which
    the machine translation takes for 人类, mankind, in 59 of 357. The rest of the misses: 美伊 for the U.S. and Iran,
    and words that the translation added or dropped."""
    pairs = headlines(corpus("headline-pairs-en-zh"))
    found = agreements(pairs)
    whole = overall(found.values())
    rest = overall(one for name, one in found.items() if name != "Anthropic")
    print(f"\n{whole.plain:.4f} of all, {whole.strict:.3f} of either, {rest.strict:.3f} without Anthropic")
    assert len(found) == NAMES
    assert whole.plain >= 0.998
    assert whole.strict >= 0.965
    assert rest.strict >= 0.98
    assert sum(one.strict for one in found.values()) / NAMES >= 0.97
