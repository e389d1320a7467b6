"""Look-alikes from real headlines, which no rule may merge; needs the measuring data."""

from __future__ import annotations

import pytest

from benchmarks.stories.mining import hardened, templated
from monitor.analysis.clustering.features import features
from monitor.analysis.clustering.same import same_story
from monitor.analysis.clustering.weights import Frequencies
from tests.measuring import corpus

pytestmark = pytest.mark.corpus


def test_titles_that_differ_in_a_number_or_a_day_stay_apart() -> None:
    pairs = templated(corpus("headline-polls-gnews-us").parent)
    assert pairs
    for pair in [*pairs, *map(hardened, pairs)]:
        assert same_story(*(features(one, Frequencies()) for one in (pair.later, pair.earlier))) is None, (
            pair.later.title
        )
