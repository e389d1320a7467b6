"""The tables of the documentation, between marks that are comments there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.stories.table import Figure, bound_shown, comparison, shown

TABLE, COMPARISON = "proof", "comparison"


def rewritten(page: str, figures: Sequence[Figure], methods: Sequence[str]) -> str:
    """The page with its two tables as the figures have them."""
    proof = [("row", "measure", "figure", "floor", "goal", "mark", "setting")]
    for one in figures:
        bounds = (bound_shown(one, one.floor), bound_shown(one, one.goal))
        proof.append((f"`{one.name}`", one.measure, f"**{shown(one, one.value)}**", *bounds, one.mark, one.setting))
    return _between(_between(page, TABLE, _markdown(proof)), COMPARISON, _markdown(comparison(figures, methods)))


def rows_of(page: str) -> list[str]:
    """The names of the rows that the page has."""
    found = re.search(rf"<!-- {TABLE} -->\n(.*?)<!-- /{TABLE} -->", page, re.DOTALL)
    return re.findall(r"^\| `([^`]+)` \|", found[1], re.MULTILINE) if found else []


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *rest = (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in rows)
    return "".join((head, f"|{' --- |' * len(rows[0])}\n", *rest))


def _between(page: str, mark: str, text: str) -> str:
    """Raises ValueError where the page lacks the mark."""
    parts = re.split(rf"(?<=<!-- {mark} -->\n).*?(?=<!-- /{mark} -->)", page, flags=re.DOTALL)
    if len(parts) != 2:
        raise ValueError(f"the page has no mark {mark!r}")
    return text.join(parts)
