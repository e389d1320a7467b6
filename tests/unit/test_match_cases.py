"""What counts as the same words, and what a topic says of an entry: the specification in tests/data/match/cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from ruamel.yaml import YAML

from monitor.analysis.matching.match import Matcher, Matches
from monitor.analysis.matching.scanner import ScannerName
from monitor.analysis.query.language import QueryFault, parse
from monitor.model import Ambiguous, Entry, Near, Node, Phrase, Query, Topic

FOLDER: Final = Path(__file__).parents[1] / "data/match/cases"
PAGE: Final = Path(__file__).parents[2] / "docs/matching.md"
ANSWERS: Final = ("yes", "no", "open")
ABOUT: Final = {"about", "cases", "clause", "differs", "near", "spans", "why", *ANSWERS}
"""What a group or case holds besides the keys of the topic; ``near`` is told from the key by what it holds."""
PLAIN: Final = ("languages", "sources", "except_sources")

Case = dict[str, Any]


def phrase(given: str | Case) -> Phrase:
    """A phrase as the watchlist spells it."""
    keys = {"phrase": given} if isinstance(given, str) else dict(given)
    text = keys.pop("phrase")
    longer = tuple(keys.pop("not_inside", ()))
    return Phrase(text.removesuffix("*"), longer, prefix=text.endswith("*"), **keys)


def line(text: str) -> Node:
    """A query in one line."""
    node = parse(text)
    assert not isinstance(node, QueryFault), node
    return node


def topic(case: Case) -> Topic:
    """The topic of a case."""
    keys = {key: value for key, value in case.items() if key not in ABOUT}
    if isinstance(case.get("near"), dict):
        keys["near"] = case["near"]
    made: Case = {key: tuple(map(phrase, keys.pop(key))) for key in ("any", "all", "none") if key in keys}
    made |= {key: tuple(keys.pop(key)) for key in PLAIN if key in keys}
    if "phrase" in keys:
        made["any"] = (phrase(keys.pop("phrase")),)
    if "ambiguous" in keys:
        given = keys.pop("ambiguous")
        made["ambiguous"] = Ambiguous(tuple(map(phrase, given["any"])), tuple(map(phrase, given["context"])))
    if "near" in keys:
        given = keys.pop("near")
        made["near"] = Near(tuple(map(phrase, given["words"])), given["within"])
    if "use" in keys:
        made["used"] = tuple(map(line, keys.pop("use").values()))
    if "query" in keys:
        made["line"] = line(keys.pop("query"))
    if "title_only" in keys:
        made["title_only"] = keys.pop("title_only")
    return Topic("T", Query(**made), report_near=tuple(map(phrase, keys.pop("report_near", ()))), **keys)


def entry(given: str | Case) -> tuple[Entry, str | None]:
    """An entry and the name of its source."""
    keys = {"title": given} if isinstance(given, str) else dict(given)
    source = keys.pop("source", None)
    return Entry("key", "hash", **keys), source


def cases() -> Iterator[Any]:
    """Every case with what its group says, by a name that tells it in a report."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for nth, group in enumerate(YAML(typ="safe").load(path)):
            for number, own in enumerate(group["cases"]):
                case = {key: value for key, value in group.items() if key not in ("about", "cases")} | own
                if "near" in own and "near" in group and not isinstance(own["near"], dict):
                    case |= {"near": group["near"], "clause": own["near"]}
                marks = [pytest.mark.xfail(strict=True, reason=case["differs"])] if "differs" in case else []
                yield pytest.param(case, id=f"{path.stem}-{nth + 1}.{number + 1}-{_shown(case)}", marks=marks)


def _shown(case: Case) -> str:
    answer = next(key for key in ANSWERS if key in case)
    given = case[answer]
    text = given if isinstance(given, str) else " / ".join(given.get(key, "") for key in ("title", "teaser", "text"))
    return f"{text.encode('unicode_escape').decode() if not text.isprintable() else text} is {answer}"


def told(found: Matches) -> str:
    """The answer in one word."""
    return "yes" if found.matches else "open" if found.open else "no"


CASES: Final = list(cases())


@pytest.mark.parametrize("scanner", get_args(ScannerName))
@pytest.mark.parametrize("case", CASES)
def test_case(case: Case, scanner: ScannerName) -> None:
    case = dict(case)
    clause = case.pop("clause", None if isinstance(case.get("near"), dict) else case.get("near"))
    (answer,) = (key for key in ANSWERS if key in case)
    given, source = entry(case[answer])
    found = Matcher([topic(case)], scanner=scanner).match(given, source=source)
    assert told(found) == answer
    if clause is not None:
        assert [miss.clause for miss in found.near] == ([] if clause == "nothing" else [clause])
    if "spans" in case:
        assert [span.text for match in found.matches for span in match.spans] == case["spans"]


def examples() -> Iterator[tuple[str, str, str]]:
    """The tables of docs/matching.md: what is looked for, in which text, and whether it is found there."""
    for row in PAGE.read_text("utf-8").splitlines():
        if row.startswith("| `"):
            asked, found, missed = (re.findall(r"`([^`]+)`", cell) for cell in row.strip("| ").split(" | "))
            yield from ((asked[0], text, "yes") for text in found)
            yield from ((asked[0], text, "no") for text in missed)


@pytest.mark.parametrize(("asked", "text", "answer"), list(examples()))
def test_the_examples_of_the_page_are_true(asked: str, text: str, answer: str) -> None:
    given = YAML(typ="safe").load(asked) if asked.startswith("{") else asked
    assert told(Matcher([topic({"phrase": given})]).match(Entry("key", "hash", text))) == answer


def test_the_table_is_whole() -> None:
    assert len(CASES) > 800
    assert len(list(examples())) > 100
    assert len({case.id for case in CASES}) == len(CASES)
    for path in FOLDER.glob("*.yaml"):
        for group in YAML(typ="safe").load(path):
            assert group["about"].endswith(".")
