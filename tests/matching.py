"""Random texts in seven scripts, and topics that look for something in them: for the laws of matching."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import Final, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from monitor.analysis.matching.match import Matcher
from monitor.model import (
    AllOf,
    Ambiguous,
    AnyOf,
    Entry,
    InTitle,
    Match,
    Near,
    NearMiss,
    Node,
    Not,
    Phrase,
    Query,
    Topic,
)

TIMES: Final = int(os.environ.get("MONITOR_MATCHING", "1"))
"""How many times as many examples as usual."""
LAW: Final = settings(
    max_examples=25 if TIMES == 1 else 40 * TIMES, deadline=None, suppress_health_check=list(HealthCheck)
)
RANDOM_TEXTS: Final = 2_400 * TIMES
"""Texts of the differential tests, which are made without hypothesis: 50 times faster."""

SCRIPTS: Final[dict[str, tuple[str, ...]]] = {
    "Latin": ("Jack", "Ma", "Ma's", "jack", "Alibaba", "Zürich", "Qwen", "Straße", "C++", "AT&T", ".NET", "l'Oréal"),
    "Cyrillic": ("Джек", "Джека", "Ма", "Москва", "Москве", "Горбачёв", "май", "и", "в", "на"),
    "Han": ("马", "云", "马云", "馬雲", "海", "阿里", "集團", "集团", "千问"),
    "kana": ("ジャック", "マー", "ｼﾞｬｯｸ", "ﾏｰ", "アリババ", "ガ", "カ", "カ\u3099", "は"),
    "Hangul": ("삼성", "전자", "마윈", "는", "\u1109\u1161\u11b7", "이"),
    "Arabic": ("جاك", "ما", "جَاك", "وجاك", "علي", "بابا", "٣"),
    "Thai": ("แจ็ค", "หม่า", "กา", "กิา", "๓"),
}
"""Words of seven scripts: some of them the same in other signs, some within others."""
NUMBERS: Final = ("3", "3.5", "30", "4", "4o", "2.5", "1,000", "A22B", "30B")
GAPS: Final = (
    " ",
    " ",
    " ",
    "",
    "",
    "-",
    "\u2011",
    " – ",
    ", ",
    ". ",
    ": ",
    "\n",
    "・",
    "、",
    "。",
    "/",
    "'",
    "’",
    "…",
    "*",
)
SIGNS: Final = (
    "\u00ad",
    "\u200d",
    "\u202b",
    "\u0301",
    "\u3099",
    "\u064e",
    "\ufe0f",
    "\ud800",
    "\x1e",
    "|",
    "ﬃ",
    "½",
    "𝐀",
)
"""What is unseen, joins, or has another length in canonical form."""
WORDS: Final = tuple(word for words in SCRIPTS.values() for word in words) + NUMBERS


def joined(pieces: list[tuple[str, str]]) -> str:
    """Words with what stands between them."""
    return "".join(word + gap for word, gap in pieces)


WORD: Final = st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.text(max_size=3)
PIECES: Final = st.lists(st.tuples(WORD, st.sampled_from(GAPS)), max_size=25).map(joined)
ONE_SCRIPT: Final = st.sampled_from(sorted(SCRIPTS)).flatmap(
    lambda name: st.lists(
        st.tuples(st.sampled_from(SCRIPTS[name] + NUMBERS), st.sampled_from(GAPS)), min_size=1, max_size=25
    ).map(joined)
)
TEXTS: Final = PIECES | ONE_SCRIPT
NAMES: Final = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(("", " ", " ", "-"))), min_size=1, max_size=3
).map(joined)
LANGUAGES: Final = st.sampled_from((None, None, "en", "ru", "zh-Hant", "ja", "pl"))
ENTRIES: Final = st.builds(
    lambda title, teaser, text, language: Entry("key", "hash", title, teaser, text, language=language),
    TEXTS,
    st.just("") | TEXTS,
    TEXTS,
    LANGUAGES,
)


def phrases(*, plain: bool = False) -> st.SearchStrategy[Phrase]:
    """Phrases as a watchlist may have them; ``plain`` ones are found wherever their words stand."""
    if plain:
        return NAMES.map(Phrase)
    rare = st.integers(0, 7).map(lambda drawn: drawn == 0)
    return st.builds(
        lambda text, longer, exact, accents, forms, prefix: Phrase(
            text.strip(), tuple(f"{text}{word}" for word in longer), exact, accents, forms and not exact, prefix
        ),
        NAMES,
        st.lists(st.sampled_from(WORDS), max_size=1),
        rare,
        rare,
        rare,
        rare,
    )


def nodes() -> st.SearchStrategy[Node]:
    """Trees of phrases: wanted, refused, near, in the title."""
    leaf = phrases()
    near = st.builds(
        lambda parts, within: Near(tuple(parts), within), st.lists(leaf, min_size=2, max_size=3), st.integers(1, 4)
    )

    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        some = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return some.map(AnyOf) | some.map(AllOf) | inner.map(Not) | inner.map(InTitle)

    return st.recursive(leaf | near, grown, max_leaves=6)


def queries() -> st.SearchStrategy[Query]:
    """Queries of any keys."""
    few = st.lists(phrases(), max_size=2).map(tuple)
    some = st.lists(phrases(), min_size=1, max_size=2).map(tuple)
    line = nodes().map(lambda node: AllOf((Phrase("Ma"), node)))
    return st.builds(
        Query,
        any=st.lists(phrases(), max_size=4).map(tuple),
        all=few,
        none=few,
        ambiguous=st.none() | st.none() | st.builds(Ambiguous, some, some),
        line=st.none() | line,
        title_only=st.integers(0, 7).map(lambda drawn: drawn == 0),
        languages=st.just(()) | st.just(()) | st.just(("en", "zh")),
    )


def _holding(query: Query, entry: Entry, title: list[bool], text: list[bool]) -> Entry:
    asked = [*query.any, *query.all, *(query.ambiguous.any + query.ambiguous.context if query.ambiguous else ())]

    def with_some(words: str, chosen: list[bool]) -> str:
        return " — ".join([words, *(phrase.text for phrase, there in zip(asked, chosen, strict=False) if there)])

    return replace(entry, title=with_some(entry.title, title), text=with_some(entry.text, text))


_CHOSEN: Final = st.lists(st.booleans(), max_size=8)
PAIRS: Final = st.tuples(queries(), ENTRIES, _CHOSEN, _CHOSEN).map(lambda drawn: (drawn[0], _holding(*drawn)))
"""A query, and an entry that holds some of what it asks for."""


def topics(size: int) -> st.SearchStrategy[list[Topic]]:
    """Topics with distinct names."""
    depths: st.SearchStrategy[Literal["teaser", "full"]] = st.sampled_from(("teaser", "full"))
    return st.lists(st.tuples(queries(), depths, phrases()), min_size=1, max_size=size).map(
        lambda drawn: [
            Topic(f"t{nth}", query, read=depth, report_near=(near,) if nth % 2 else ())
            for nth, (query, depth, near) in enumerate(drawn)
        ]
    )


class Dice:
    """Texts and topics of the same kind, by a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def text(self, longest: int = 30) -> str:
        """Words of one script, or of all, with signs among them."""
        draw = self._chance
        words = draw.choice((WORDS, *(own + NUMBERS for own in SCRIPTS.values())))
        pieces: list[str] = []
        for _ in range(draw.randint(0, longest)):
            pieces += (draw.choice(words if draw.random() < 0.95 else SIGNS), draw.choice(GAPS))
        return "".join(pieces)

    def entry(self) -> Entry:
        """An entry, a third of them without a text."""
        draw = self._chance
        texts = (self.text(8), draw.choice(("", self.text(8))), draw.choice(("", self.text(), self.text())))
        return Entry("key", "hash", *texts, language=draw.choice((None, None, "en", "ru", "zh-Hant", "ja", "pl")))

    def phrase(self) -> Phrase:
        """A phrase of up to three words, with an option now and then."""
        draw = self._chance
        script = draw.choice((WORDS, *SCRIPTS.values()))
        text = draw.choice((" ", " ", "", "-")).join(draw.choices(script + NUMBERS, k=draw.randint(1, 3)))
        exact = draw.random() < 0.1
        longer = (text + draw.choice((" ", "")) + draw.choice(WORDS),) if draw.random() < 0.15 else ()
        forms = not exact and draw.random() < 0.1
        return Phrase(text, longer, exact, draw.random() < 0.1, forms, draw.random() < 0.1)

    def _node(self, depth: int) -> Node:
        draw = self._chance
        kind = draw.randrange(8) if depth else 0
        if kind == 1:
            return Not(self._node(depth - 1))
        if kind == 2:
            return InTitle(self._node(depth - 1))
        if kind == 3:
            return Near((self.phrase(), self.phrase()), draw.randint(1, 5))
        if kind in (4, 5):
            return AnyOf(tuple(self._node(depth - 1) for _ in range(draw.randint(2, 3))))
        if kind == 6:
            return AllOf(tuple(self._node(depth - 1) for _ in range(2)))
        return self.phrase()

    def _few(self, most: int) -> tuple[Phrase, ...]:
        return tuple(self.phrase() for _ in range(self._chance.randint(0, most)))

    def topic(self, name: str) -> Topic:
        """A topic of any keys."""
        draw = self._chance
        query = Query(
            any=self._few(4),
            all=self._few(1),
            none=self._few(1),
            ambiguous=Ambiguous((self.phrase(),), (self.phrase(),)) if draw.random() < 0.2 else None,
            line=AllOf((self.phrase(), self._node(2))) if draw.random() < 0.2 else None,
            title_only=draw.random() < 0.1,
            languages=("en", "zh") if draw.random() < 0.1 else (),
        )
        return Topic(name, query, read=draw.choice(("teaser", "full")), report_near=self._few(1))


def found(matcher: Matcher, entry: Entry) -> tuple[tuple[Match, ...], tuple[NearMiss, ...], tuple[str, ...]]:
    """All that a matcher says."""
    told = matcher.match(entry)
    return told.matches, told.near, told.open
