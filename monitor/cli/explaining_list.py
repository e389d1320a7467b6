"""``explain --file``: what became of each address of a list, sorted by verdict, and what would change it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import typer

from monitor.cli.printing import Column, count_words, note, paragraph, print_table
from monitor.cli.session import PARTLY, emit, visible
from monitor.pipeline.explain import VERDICTS, Explainer, Explanation, Step
from monitor.pipeline.explain.listed import Asked, read_list

ROWS_SHOWN: Final = 20
"""Lines of one verdict shown to people; ``--json`` has all."""
CHANGES_SHOWN: Final = 40
"""Changes shown to people."""
LINES_NAMED: Final = 8
"""Numbers of lines named behind one change."""
QUESTION_SHOWN: Final = 200
"""Characters of a line that cannot be read, in the complaint about it."""
_SETTLED: Final = frozenset({"sent", "queued", "folded", "baseline", "backfill", "import", "capped", "muted", "held"})
"""Verdicts that need no action: it reached its channel, or a decision says why not."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that has an answer."""

    asked: Asked
    found: Explanation


def explain_list(
    explainer: Explainer,
    text: str,
    name: str,
    *,
    row: Callable[[Explanation], Mapping[str, Any]],
    as_json: bool,
) -> None:
    """Print what became of each line of a list; ``row`` makes an answer one for programs.

    Raises:
        UsageError: the list holds nothing, or too much.
        typer.Exit: with 4, where a line could not be read.
    """
    asked = read_list(text, name)
    answered: list[_Line] = []
    counts: Counter[str] = Counter()
    bad = 0
    for one, audited in zip(asked, explainer.audit([one.question for one in asked]), strict=True):
        found = audited.explanation
        if found is None:
            bad += 1
            note(f"line {one.line}: {_short(one.question)}: {audited.error}")
            continue
        counts[found.verdict] += 1
        if as_json:
            emit([{"line": one.line, **row(found)}])
        else:
            answered.append(_Line(one, found))
    if as_json:
        emit([{"summary": {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}}])
    else:
        _print(answered, counts, bad)
    if bad:
        raise typer.Exit(PARTLY)


def _print(lines: Sequence[_Line], counts: Counter[str], bad: int) -> None:
    best_first = [verdict for verdict in reversed(VERDICTS) if counts[verdict]]
    said = ", ".join(f"{counts[verdict]} {_words(verdict)}" for verdict in best_first)
    unread = f" {count_words(bad, 'line', 'lines')} could not be read." if bad else ""
    paragraph(f"Of {count_words(len(lines), 'line', 'lines')}: {said or 'none answered'}.{unread}")
    if not lines:
        return
    typer.echo("")
    columns = [Column("verdict"), Column("line", right=True), Column("asked", wide=True), Column("says", wide=True)]
    grouped: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        grouped[line.found.verdict].append(line)
    print_table(columns, (cells for verdict in best_first for cells in _rows(verdict, grouped[verdict])))
    _print_changes([line for verdict in reversed(best_first) for line in grouped[verdict]])


def _rows(verdict: str, lines: Sequence[_Line]) -> Iterable[Sequence[str]]:
    for line in lines[:ROWS_SHOWN]:
        says = line.found.stop or next((s for s in reversed(line.found.ladder) if s.state == "ok"), None)
        said = visible(says.sentence if says else "")
        yield _words(verdict), str(line.asked.line), visible(line.asked.question), said
    if len(lines) > ROWS_SHOWN:
        yield _words(verdict), "", f"{len(lines) - ROWS_SHOWN} more; --json shows all", ""


def _print_changes(lines: Sequence[_Line]) -> None:
    """Where the lines that need action stopped, those with the same step and sentence together, and what would change
    it."""
    grouped: dict[tuple[Step, str], list[_Line]] = defaultdict(list)
    for line in lines:
        if line.found.stop is not None and line.found.verdict not in _SETTLED:
            grouped[line.found.stop, line.found.verdict].append(line)
    if not grouped:
        return
    typer.echo("\nWhat would change it:")
    for (step, _), group in list(grouped.items())[:CHANGES_SHOWN]:
        numbers = [str(line.asked.line) for line in group[:LINES_NAMED]]
        more = f" and {len(group) - LINES_NAMED} more" if len(group) > LINES_NAMED else ""
        head = f"{'line' if len(group) == 1 else 'lines'} {', '.join(numbers)}{more}, {step.name}: "
        paragraph(head + step.sentence, first="- ", indent="  ")
        paragraph(step.change or "nothing that can be written here", first="  change: ", indent="    ")
    if len(grouped) > CHANGES_SHOWN:
        note(f"{len(grouped) - CHANGES_SHOWN} more; --json shows all")


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")


def _short(question: str) -> str:
    cut = question if len(question) <= QUESTION_SHOWN else question[: QUESTION_SHOWN - 1] + "…"
    return visible(cut)
