"""Queries in one line: the cases of tests/data/query, and the laws of reading and writing them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor import limits
from monitor.analysis.query.language import QueryFault, canonical, parse, positive, render, terms
from monitor.analysis.query.tongues import code_meant, language_code
from monitor.model import AllOf, AnyOf, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase
from tests.clocks import least_time
from tests.trees import nodes

DATA = Path(__file__).parents[1] / "data/query"
READ: list[dict[str, Any]] = YAML(typ="safe").load(DATA / "read.yaml")
FAULTS: list[dict[str, Any]] = YAML(typ="safe").load(DATA / "faults.yaml")
FRAGMENTS: dict[str, Node] = {
    "buyers": AnyOf((Phrase("buys"), Phrase("takes over"))),
    "not sport": Not(AnyOf((Phrase("marathon"), Phrase("football")))),
    "Ma": Phrase("Jack Ma"),
    "deal": Phrase("deal"),
    "deal words": Phrase("takeover"),
    "联想": AllOf((Phrase("联想"), Phrase("Lenovo"))),
}
SIGNS = st.sampled_from(
    ["AND", "OR", "NOT", "NOT INSIDE", "NEAR/3", "NEAR", "(", ")", '"', "“", "”", "「", "」", "-", "*", ",", "title:",
     "source:=", "lang:", "use:", "exact:", "forms:", "\\", " ", "\u3000", "（", "）", "，", "or", "a:", "\u200f", "'"]
)  # fmt: skip
SCRIPTS = st.sampled_from(
    ["Jack Ma", "马云", "Джек", "جاك", "מא", "ジャック", "잭마", "แจ็ก", "Müller", "zh", "Ma", "3"]
)
LINES = st.lists(SIGNS | SCRIPTS, max_size=30)
RANDOM = st.one_of(st.text(max_size=60), LINES.map("".join), LINES.map(" ".join))


def tree(text: str) -> Node:
    """The tree of a query without mistakes."""
    found = parse(text, fragments=FRAGMENTS)
    assert not isinstance(found, QueryFault), found
    return found


def fault(text: str) -> QueryFault:
    """The mistake in a query."""
    found = parse(text, fragments=FRAGMENTS)
    assert isinstance(found, QueryFault), render(found)
    return found


@pytest.mark.parametrize("case", READ, ids=lambda case: str(case["query"]))
def test_what_a_query_means(case: dict[str, Any]) -> None:
    for text in (case["query"], *case.get("same", ())):
        assert render(tree(text)) == case["means"], text


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: str(case["query"]))
def test_where_a_mistake_stands_and_what_it_says(case: dict[str, Any]) -> None:
    found = fault(case["query"])
    assert case["query"][found.start : found.end] == case["at"], found
    assert found.start == case.get("from", case["query"].find(case["at"])), found
    assert case["says"] in found.message
    assert case.get("hint", "") in found.hint
    assert found.hint
    assert found.message.endswith(".")


@given(nodes())
def test_what_is_written_is_read_back(node: Node) -> None:
    found = parse(render(node))
    if positive(node):
        assert found == canonical(node)
    else:
        assert isinstance(found, QueryFault)
        assert "nearly everything would match" in found.message


@given(nodes())
def test_the_canonical_form_is_a_fixed_point(node: Node) -> None:
    level = canonical(node)
    assert canonical(level) == level
    assert render(level) == render(node)
    assert positive(level) == positive(node)


@given(nodes(), st.randoms(use_true_random=False))
def test_the_order_of_parts_is_no_part_of_the_meaning(node: Node, chance: Any) -> None:
    def shuffled(node: Node) -> Node:
        match node:
            case AnyOf(parts) | AllOf(parts):
                kind, mixed = type(node), list(map(shuffled, parts))
                chance.shuffle(mixed)
                return kind((mixed[0], kind(tuple(mixed)))) if chance.random() < 0.5 else kind(tuple(mixed))
            case Near(parts, within):
                return Near(tuple(chance.sample(parts, len(parts))), within)
            case Not(part):
                return Not(Not(Not(shuffled(part))))
            case InTitle(part):
                return InTitle(InTitle(shuffled(part)))
        return node

    assert render(shuffled(node)) == render(node)


@given(RANDOM)
def test_no_text_raises_and_every_fault_points_into_it(text: str) -> None:
    found = parse(text, fragments=FRAGMENTS)
    if isinstance(found, QueryFault):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message.isprintable()
    else:
        assert positive(found)
        again = parse(render(found))
        assert again == canonical(found)


def test_the_tree_keeps_the_order_in_which_it_was_written() -> None:
    assert tree('b "a  c" NOT z') == AllOf((Phrase("b"), Phrase("a c"), Not(Phrase("z"))))
    assert tree("b OR (c OR a)") == AnyOf((Phrase("b"), AnyOf((Phrase("c"), Phrase("a")))))
    assert tree("b NEAR/2 a NEAR/2 (d OR c)") == Near(
        (Phrase("b"), Phrase("a"), AnyOf((Phrase("d"), Phrase("c")))), within=2
    )
    assert tree("x title:(马云 NOT INSIDE (b, a))") == AllOf((Phrase("x"), InTitle(Phrase("马云", ("b", "a")))))
    assert tree("forms:exact:accents:Ma*") == Phrase("Ma", exact=True, accents=True, forms=True, prefix=True)
    assert tree('x source:="A  \\"B\\"" source:" a  b" lang:ZH') == AllOf(
        (Phrase("x"), FromSource('A  "B"', whole=True), FromSource("a b"), InLanguage("zh"))
    )
    assert tree('use:Ma use:"not sport"') == AllOf((FRAGMENTS["Ma"], FRAGMENTS["not sport"]))


def test_terms_are_all_phrases_in_order() -> None:
    found = terms(tree("b OR (c NEAR (d OR a) NOT title:b AND lang:zh)"))
    assert [phrase.text for phrase in found] == ["b", "c", "d", "a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("a OR b NOT c", True), ("NOT (NOT a OR b)", True), ("(a OR NOT b) c", True)],
)
def test_a_query_that_some_word_must_fulfil(text: str, expected: bool) -> None:
    assert positive(tree(text)) is expected


@pytest.mark.parametrize(
    "node",
    [
        Not(Phrase("a")), Not(Near((Phrase("a"), Phrase("b")), 3)), InLanguage("zh"),
        AnyOf((Phrase("a"), FromSource("b"))),
        Not(AllOf((Not(Phrase("a")), Phrase("b")))), AllOf((InLanguage("zh"), Not(Phrase("a")))), AnyOf(()), AllOf(()),
    ],
)  # fmt: skip
def test_trees_that_nearly_everything_fulfils(node: Node) -> None:
    assert not positive(node)


def test_the_lead_is_no_part_of_the_canonical_form() -> None:
    found = canonical(AllOf((Phrase("b"), Phrase("a")), lead=1))
    assert isinstance(found, AllOf)
    assert (found.parts, found.lead) == ((Phrase("a"), Phrase("b")), None)


def test_caps_from_both_sides() -> None:
    assert terms(tree(f'"{"a" * limits.PHRASE_CAP}"'))
    assert "at most 500 are looked for" in fault(f'b "{"a" * (limits.PHRASE_CAP + 1)}"').message
    line = "a" + " " * (limits.QUERY_CAP - 1)
    assert tree(line) == Phrase("a")
    assert (fault(line + " ").start, fault(line + " ").end) == (limits.QUERY_CAP, limits.QUERY_CAP + 1)
    assert len(terms(tree("a " * limits.QUERY_TERMS_CAP))) == limits.QUERY_TERMS_CAP
    assert fault("a " * limits.QUERY_TERMS_CAP + "b").start == 2 * limits.QUERY_TERMS_CAP
    depth = limits.QUERY_DEPTH_CAP
    assert tree("(" * depth + "a" + ")" * depth) == Phrase("a")
    assert fault("(" * (depth + 1) + "a" + ")" * (depth + 1)).start == depth
    assert fault("NOT " * (depth + 1) + "a").start == 4 * depth
    assert len(terms(tree("NOT (a) " * (depth + 9) + "b"))) == depth + 10, "side by side is not nested"
    assert isinstance(tree(f"a NEAR/{limits.NEAR_CAP} b"), Near)
    assert "from 1 to 100" in fault(f"a NEAR/{limits.NEAR_CAP + 1} b").message


def test_fragments_count_with_what_they_hold() -> None:
    big = {"big": AnyOf(tuple(Phrase(f"w{n}") for n in range(limits.QUERY_TERMS_CAP)))}
    assert parse("use:big", fragments=big) == big["big"]
    found = parse("x use:big", fragments=big)
    assert isinstance(found, QueryFault)
    assert (found.start, found.end) == (6, 9)
    deep: Node = Phrase("a")
    levels = 0
    while not isinstance(read := parse("(b OR (c use:deep))", fragments={"deep": deep}), QueryFault):
        deep, levels = read, levels + 1
        assert levels < 500, "a fragment within a fragment without end"
    assert (read.start, read.end) == (13, 17)
    assert levels > 10
    assert "nested too deep" in read.message
    assert render(deep)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{n}" for n in range(10_000)), "a " * 4_999, "(" * 100_000, "(" * 4_500 + ")" * 4_500,
        '"' * 9_999,
        "NOT (a) " * 1_200 + "b", " OR ".join(["ab"] * 1_650), " NEAR ".join(["ab"] * 1_100), "a:" * 4_999,
        'ל"' * 4_999,
        '"' + '\\"' * 4_900, '"' + "*" * 9_000 + '"', "a NOT INSIDE (" + "b," * 1_900 + "c)", "-" * 9_999 + "a",
        "a AND " * 1_650, "lang:" + "a" * 9_900, "use:" + "a" * 9_900, "a|" * 4_900,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_every_answer_comes_in_time(text: str) -> None:
    parse("a")  # the tables of the grammar are made once
    found = parse(text, fragments=FRAGMENTS)
    assert least_time(lambda: parse(text, fragments=FRAGMENTS)) < 0.5
    if not isinstance(found, QueryFault):
        assert render(found)
    else:
        assert len(found.message) + len(found.hint) < 400


@pytest.mark.parametrize(
    ("text", "code", "meant"),
    [
        ("zh", "zh", None), (" ZH_TW ", "zh-tw", None), ("yue", "yue", None), ("zh-hant-hk", "zh-hant-hk", None),
        ("chinese", None, "zh"), ("Chinse", None, "zh"), ("eng", None, "en"), ("jp", None, "ja"), ("xx", None, None),
        ("", None, None), ("zh;", None, None), ("русский", None, "ru"),
    ],
)  # fmt: skip
def test_codes_of_languages(text: str, code: str | None, meant: str | None) -> None:
    assert language_code(text) == code
    assert code or code_meant(text) == meant


PAGE = (DATA.parents[2] / "docs/query.md").read_text("utf-8")
MISTAKES = PAGE[PAGE.index("## Mistakes") : PAGE.index("## One way")]


def test_the_examples_of_the_page_are_read() -> None:
    written = re.findall(r"^\| (`.*`) \|", PAGE[: PAGE.index("## What binds")], re.MULTILINE)
    examples = [example for cell in written for example in re.findall(r"`([^`]+)`", cell)]
    assert len(examples) > 20
    fragments = {"NAME": Phrase("x"), "a longer name": Phrase("y")}
    for example in examples:
        assert not isinstance(parse(f"({example}) x", fragments=fragments), QueryFault), example


def test_the_mistakes_of_the_page_are_what_is_said() -> None:
    rows = re.findall(r"^\| `(.*?)` \| (.*) \|$", MISTAKES, re.MULTILINE)
    assert len(rows) == 13
    for example, said in rows:
        found = fault(example)
        assert said in (found.message, f"{found.message} ({found.hint})"), example
