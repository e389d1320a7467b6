"""What holds of matching whatever the words are, and that no input takes it long."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.matching.match import Matcher
from monitor.analysis.matching.scanner import ScannerName
from monitor.analysis.query.language import QueryFault, parse
from monitor.analysis.text import fold, tokenise
from monitor.model import AllOf, AnyOf, Entry, InTitle, Match, Near, NearMiss, Node, Not, Phrase, Query, Topic
from tests.clocks import within
from tests.matching import ENTRIES, GAPS, LAW, NAMES, NUMBERS, PAIRS, SCRIPTS, TEXTS, found, nodes, phrases, topics

SCANNERS: Final[tuple[ScannerName, ...]] = get_args(ScannerName)
OTHERS: Final = [
    Topic(
        f"other {nth}",
        Query(any=(Phrase(f"Other{nth} Name"), Phrase("Ma"), Phrase(f"马{nth}")), none=(Phrase(f"阿{nth}"),)),
    )
    for nth in range(200)
]


def matches(query: Query, entry: Entry) -> bool:
    """Whether a query finds an entry."""
    return bool(Matcher([Topic("T", query)]).match(entry).matches)


def answer(query: Query, entry: Entry) -> str:
    """yes, no or open, of a topic that reads in full."""
    told = Matcher([Topic("T", query, read="full")]).match(entry)
    assert not (told.matches and told.open)
    return "yes" if told.matches else "open" if told.open else "no"


@LAW
@given(TEXTS)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@LAW
@given(TEXTS)
def test_words_stand_in_their_order_within_the_text(text: str) -> None:
    tokens = tokenise(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@LAW
@given(PAIRS, phrases())
def test_an_alias_never_removes_a_match(pair: tuple[Query, Entry], alias: Phrase) -> None:
    query, entry = pair
    if query.any and matches(query, entry):
        assert matches(replace(query, any=(*query.any, alias)), entry)


@LAW
@given(PAIRS, phrases())
def test_a_refused_word_never_adds_a_match(pair: tuple[Query, Entry], word: Phrase) -> None:
    query, entry = pair
    if matches(replace(query, none=(*query.none, word)), entry):
        assert matches(query, entry)


@LAW
@given(PAIRS, phrases())
def test_one_more_thing_that_must_be_there_never_adds_a_match(pair: tuple[Query, Entry], word: Phrase) -> None:
    query, entry = pair
    if matches(replace(query, all=(*query.all, word)), entry):
        assert matches(query, entry) or not query.any


@LAW
@given(NAMES, st.sampled_from((" — ", "\n", " ")), ENTRIES)
def test_a_name_is_found_where_it_stands_as_the_watchlist_spells_it(name: str, gap: str, entry: Entry) -> None:
    # words of its own around it, so that no sign of the text reaches into the name
    around = replace(entry, text=f"{entry.text} xyzzy{gap}{name.strip()}{gap}xyzzy")
    assert matches(Query(any=(Phrase(name.strip()),)), around)


@LAW
@given(topics(5), ENTRIES)
def test_spans_are_slices_of_their_fields_and_have_an_order(asked: list[Topic], entry: Entry) -> None:
    told, near, _ = found(Matcher(asked), entry)
    findings: list[Match | NearMiss] = [*told, *near]
    for finding in findings:
        assert finding.spans
        for span in finding.spans:
            assert span.text == getattr(entry, span.field)[span.start : span.end] != ""
        places = [(("title", "teaser", "text").index(span.field), span.start) for span in finding.spans]
        assert places == sorted(set(places))
    assert {match.topic for match in told}.isdisjoint(miss.topic for miss in near)


@LAW
@given(topics(4), ENTRIES, st.randoms())
def test_a_topic_finds_the_same_alone_among_others_and_in_any_order(
    asked: list[Topic], entry: Entry, chance: Random
) -> None:
    told, near, _ = found(Matcher(asked), entry)
    alone = [found(Matcher([topic]), entry) for topic in asked]
    assert told == tuple(match for matched, _, _ in alone for match in matched)
    assert near == tuple(miss for _, missed, _ in alone for miss in missed)
    crowd = [*OTHERS, *asked]
    chance.shuffle(crowd)
    names = {topic.name for topic in asked}
    matcher = Matcher(crowd)
    among, missed, _ = found(matcher, entry)
    assert sorted(told, key=lambda match: match.topic) == sorted(
        (match for match in among if match.topic in names), key=lambda match: match.topic
    )
    assert sorted(near, key=lambda miss: miss.topic) == sorted(
        (miss for miss in missed if miss.topic in names), key=lambda miss: miss.topic
    )
    order = [topic.name for topic in crowd]
    assert [match.topic for match in among] == sorted((match.topic for match in among), key=order.index)
    only = matcher.match(entry, topics=names)
    assert {match.topic for match in only.matches} == {match.topic for match in told}


@LAW
@given(st.lists(NAMES, min_size=1, max_size=4), ENTRIES)
def test_spans_hold_the_words_of_a_phrase(names: list[str], entry: Entry) -> None:
    entry = replace(entry, text=f"{entry.text} {names[0]}", language="en")
    wanted = {fold(name) for name in names}
    for match in Matcher([Topic("T", Query(any=tuple(map(Phrase, names))))]).match(entry).matches:
        assert {fold(span.text) for span in match.spans} <= wanted


HYPHENS: Final = str.maketrans("‐‑", "--")
WESTERN: Final = st.lists(
    st.sampled_from(SCRIPTS["Latin"] + NUMBERS + GAPS)
    | st.characters(max_codepoint=255)
    | st.sampled_from("’‘“”—–…€•\u2009\u202f"),
    max_size=30,
).map("".join)


@LAW
@given(st.lists(NAMES | WESTERN, min_size=1, max_size=4), WESTERN, st.sampled_from(("ж", "龍", "ھ", "ヨ", "+")))
def test_a_letter_of_another_script_at_the_end_changes_nothing_before_it(
    names: list[str], text: str, other: str
) -> None:
    # such a text is folded another way (the typographic hyphens stand in tests/data/match/cases/punctuation.yaml)
    names, text = [name.translate(HYPHENS) for name in names], text.translate(HYPHENS)
    matcher = Matcher([Topic(f"t{nth}", Query(any=(Phrase(name),))) for nth, name in enumerate(names)])
    one = Entry("k", "h", f"{text} {names[0]} — ", language="en")
    assert matcher.match(replace(one, title=f"{one.title}{other}")).matches == matcher.match(one).matches


def by_parts(node: Node, entry: Entry, title: bool = False) -> bool:
    """What a tree says, from what each of its phrases says by itself."""
    if isinstance(node, Not):
        return not by_parts(node.part, entry, title)
    if isinstance(node, InTitle):
        return by_parts(node.part, entry, True)
    if isinstance(node, AllOf):
        return all(by_parts(part, entry, title) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(by_parts(part, entry, title) for part in node.parts)
    return matches(Query(line=node, title_only=title), entry)


@LAW
@given(nodes(), ENTRIES)
def test_a_query_says_what_its_parts_say(node: Node, entry: Entry) -> None:
    # a phrase that must be there, as the language asks for
    entry = replace(entry, teaser=f"{entry.teaser} Ma")
    asked = AllOf((Phrase("Ma"), node))
    assert matches(Query(line=asked), entry) == by_parts(asked, entry)


@LAW
@given(st.lists(phrases(), min_size=2, max_size=3), st.integers(1, 6), ENTRIES)
def test_what_stands_near_stands_near_in_any_order_and_within_a_wider_reach(
    parts: list[Phrase], within: int, entry: Entry
) -> None:
    near = matches(Query(near=Near(tuple(parts), within)), entry)
    assert matches(Query(near=Near(tuple(parts[::-1]), within)), entry) == near
    if near:
        assert matches(Query(near=Near(tuple(parts), within + 1)), entry)
        assert matches(Query(all=tuple(parts)), entry)


# The three answers. Other words can make a text another language's, and then other forms of a name count: so the
# language of these entries is English, which has none.


@LAW
@given(PAIRS, PAIRS)
def test_an_answer_of_no_is_final(pair: tuple[Query, Entry], more: tuple[Query, Entry]) -> None:
    (query, entry), text = pair, more[1].text
    teaser = replace(entry, text="", language="en")
    if answer(query, teaser) == "no":
        assert answer(query, replace(teaser, text=text)) == "no"


@LAW
@given(PAIRS, st.booleans(), TEXTS)
def test_only_a_refused_word_takes_a_yes_back(pair: tuple[Query, Entry], refused: bool, text: str) -> None:
    query, entry = replace(pair[0], line=None), pair[1]
    text += " " + " ".join(phrase.text for phrase in query.none if refused)
    teaser = replace(entry, text="", language="en")
    if answer(query, teaser) == "yes" and answer(query, replace(teaser, text=text)) == "no":
        assert matches(Query(any=query.none), replace(teaser, text=text))
        assert not matches(Query(any=query.none), teaser)
        assert not query.title_only


@LAW
@given(PAIRS)
def test_with_the_text_nothing_is_open(pair: tuple[Query, Entry]) -> None:
    query, entry = pair
    if entry.text:
        assert answer(query, entry) != "open"


@LAW
@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, max_size=3), ENTRIES)
def test_what_is_open_can_become_a_match(any_of: list[str], every: list[str], entry: Entry) -> None:
    query = Query(any=tuple(map(Phrase, any_of)), all=tuple(map(Phrase, every)), none=(Phrase("xyzzy"),))
    teaser = replace(entry, text="")
    if answer(query, teaser) == "open":
        assert answer(query, replace(teaser, text=" — ".join(["", *any_of, *every, ""]))) == "yes"


# Bad input. The limits are ten times what it takes, so that a busy machine does not fail them.


def test_a_query_of_10_000_words_is_refused_or_read_in_time() -> None:
    for text in (
        " OR ".join(f"word{nth}" for nth in range(10_000)),
        " ".join(f"word{nth}" for nth in range(10_000)),
        "(" * 10_000 + "a" + ")" * 10_000,
        "NOT " * 10_000 + "a",
        '"' * 10_001,
    ):
        with within(5):
            node = parse(text)
            if not isinstance(node, QueryFault):
                Matcher([Topic("T", Query(line=node))]).match(Entry("k", "h", "word7"))


def test_a_topic_of_10_000_phrases_that_begin_alike() -> None:
    phrases = tuple(Phrase(f"the same beginning of all of them {nth}") for nth in range(10_000))
    text = "the same beginning of all of them " * 2_000 + "7"
    with within(20):
        told = Matcher([Topic("T", Query(any=phrases))]).match(Entry("k", "h", "", text=text))
    assert [span.text for match in told.matches for span in match.spans] == ["the same beginning of all of them 7"]


def test_phrases_that_lie_within_each_other_at_every_word() -> None:
    phrases = tuple(Phrase(" ".join("a" * size)) for size in range(1, 101))
    for asked in (
        [Topic("T", Query(any=phrases))],
        [Topic(f"t{nth}", Query(any=(one,))) for nth, one in enumerate(phrases)],
    ):
        for scanner in SCANNERS:
            with within(20):
                told = Matcher(asked, scanner=scanner).match(Entry("k", "h", "", text="a " * 4_000))
            assert len(told.matches) == len(asked)


def test_words_near_each_other_that_stand_everywhere() -> None:
    parts = (Phrase("a"), Phrase("b"), Phrase("a b a"), Phrase("never"))
    for asked in (Near(parts[:3], 1), Near(parts, 50)):
        with within(20):
            Matcher([Topic("T", Query(near=asked))]).match(Entry("k", "h", "", text="a b " * 20_000))


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 64 * 1024,
        "á" * 64 * 1024,
        "Ж" * 64 * 1024,
        "马" * 64 * 1024,
        "1" * 64 * 1024,
        "1." * 32 * 1024,
        "a1" * 32 * 1024,
        "." * 64 * 1024,
        " -" * 32 * 1024,
        "\u0301" * 64 * 1024,
        "a" + "\u0301" * 64 * 1024,
        "\u1100" * 64 * 1024,
        "\u3099" * 64 * 1024,
        "\u202e\u202d" * 32 * 1024,
        "Ma \u202bجاك ما\u202c 马云 " * 4_000,
        "\ufdfa" * 4 * 1024,
        "\ud800" * 64 * 1024,
        "\x00\x1e|" * 20_000,
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_any_64_kib_are_read_in_time(text: str, scanner: ScannerName) -> None:
    asked = [
        Topic("T", Query(any=(Phrase("Jack Ma"), Phrase("马云", not_inside=("海马云",)), Phrase("جاك ما")))),
        Topic(
            "U", Query(any=(Phrase("a"), Phrase("á", accents=True), Phrase("A", exact=True), Phrase("a", prefix=True)))
        ),
        Topic("V", Query(near=Near((Phrase("1"), Phrase("a")), 3))),
    ]
    entry = Entry("k", "h", text[:1000], text=text)
    with within(10):
        told = Matcher(asked, scanner=scanner).match(entry)
        assert len(told.near) <= 3
    findings: list[Match | NearMiss] = [*told.matches, *told.near]
    for finding in findings:
        for span in finding.spans:
            assert span.text == getattr(entry, span.field)[span.start : span.end]


def test_a_text_of_5_mb_is_read_in_time() -> None:
    text = "On Monday Jack Ma said to 马云 and Джеку Ма in l’Alibaba’s café that C++ costs 3.5 € — “no”. " * 55_000
    assert len(text.encode()) > 5_000_000
    asked = [
        Topic(f"t{nth}", Query(any=(Phrase(f"name {nth}"), Phrase("Jack Ma")), none=(Phrase(f"{nth} €"),)))
        for nth in range(100)
    ]
    sizes: dict[ScannerName, int] = {"automaton": len(text), "dictionary": 1_000_000}
    for scanner, size in sizes.items():
        with within(60):
            told = Matcher(asked, scanner=scanner).match(Entry("k", "h", "", text=text[:size]))
        assert len(told.matches) == 100


@pytest.mark.parametrize(
    "query", [Query(), Query(none=(Phrase("a"),)), Query(any=(Phrase("!!!"),)), Query(any=(Phrase(""),))]
)
def test_a_query_that_looks_for_nothing_finds_nothing(query: Query) -> None:
    for text in ("", "a", "!!!"):
        told = Matcher([Topic("T", query, read="full")]).match(Entry("k", "h", text))
        assert (told.matches, told.near, told.open) == ((), (), ())


def test_no_topics_find_nothing() -> None:
    for scanner in SCANNERS:
        told = Matcher([], scanner=scanner).match(Entry("k", "h", "Jack Ma"))
        assert (told.matches, told.near, told.open) == ((), (), ())
