"""Queries in one line: what they mean, and of a mistake, where it stands and what to write instead.

``"Jack Ma" AND (Alibaba OR Ant) NOT marathon`` is read into the tree of :mod:`monitor.model.query`; how a tree is
written stands in :mod:`monitor.analysis.query.rendering`. The user's page of the language is docs/query.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from monitor import limits
from monitor.analysis.query.mistakes import Mistake, QueryFault
from monitor.analysis.query.reading import OWN_SCALE, Reader
from monitor.analysis.query.rendering import PAIRS, QUOTE_MARKS, QUOTES, canonical, positive, render, terms
from monitor.model import Node

__all__ = ["QueryFault", "canonical", "parse", "positive", "render", "terms"]

_HEBREW: Final = r"(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])"
"""The mark within a Hebrew acronym, as in צה"ל."""
_BLANKS: Final = r"\s\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
"""Marks of direction among them, which editors of right-to-left text put around words."""
_PART: Final = rf"[^{_BLANKS}()（）{QUOTE_MARKS}]"
_WORD: Final = rf"(?:{_HEBREW}|{_PART})"
_END: Final = rf"(?!{_PART})"
_INSIDE: Final = rf"[{_BLANKS}]+INSIDE{_END}"
_NEAR: Final = rf"NEAR(?:[\/／]{_PART}*)?"
_NO_OPERATOR: Final = rf"(?!(?:AND|OR|NOT|{_NEAR}){_END})"
_QUOTED: Final = "|".join(
    [
        rf"[{QUOTES}](?:\\[\s\S]|{_HEBREW}|[^\\{QUOTES}])*(?!{_HEBREW})[{QUOTES}]",
        *(rf"{first}(?:\\[\s\S]|[^\\{last}])*{last}" for first, last in PAIRS),
    ]
)

# Terminals with a number win over those without. The lexer is contextual: only in the list behind NOT INSIDE
# is a comma a sign; elsewhere it is part of a word. An operator is one everywhere, also where none may stand.
GRAMMAR: Final = rf"""
start: either
?either: both | both (_OR both)+                    -> any
?both: near | near (AND? near)+                     -> all
?near: unary | unary (NEAR unary)+                  -> near
?unary: primary | (NOT | FIELD) unary               -> prefixed
?primary: phrase
    | phrase _NOT_INSIDE longer                     -> held
    | _OPEN either _CLOSE                           -> group
phrase: WORD | QUOTED
longer: WORD | QUOTED | _OPEN (ITEM | QUOTED) (_COMMA (ITEM | QUOTED))* _CLOSE

_NOT_INSIDE.4: /NOT{_INSIDE}/
_OR.3: /OR{_END}/
AND.3: /AND{_END}/
NOT.3: /NOT{_END}(?!{_INSIDE})|[-－−–‐‑](?={_PART}|[(（{QUOTE_MARKS}])/
NEAR.3: /{_NEAR}{_END}/
FIELD.3: /source[:：]=?|(?:title|lang|use|exact|accents|forms)[:：]/i
QUOTED.2: /{_QUOTED}/
_OPEN: /[(（]/
_CLOSE: /[)）]/
_COMMA: /[,，、]/
ITEM: /{_NO_OPERATOR}(?:{_HEBREW}|(?![,，、]){_PART})+/
WORD: /{_NO_OPERATOR}{_WORD}+/
%ignore /[{_BLANKS}]+/
"""

EXAMPLE: Final = "马云 NOT INSIDE (海马云, 马云计算)"

_UNARY: Final = ("NOT", "FIELD")
_JOINS: Final = ("_OR", "AND", "NEAR")
_WAITING: Final = (*_UNARY, *_JOINS, "_NOT_INSIDE")
"""Tokens after which something must follow."""


def parse(text: str, *, fragments: Mapping[str, Node] = MappingProxyType({}), own: bool = False) -> Node | QueryFault:
    """The tree of a query in one line, its parts in the order in which they are written; or the first mistake in it.

    ``fragments``: what the names after ``use:`` stand for. Takes at most 0.5 s, whatever the text (caps:
    ``QUERY_CAP``, ``QUERY_TERMS_CAP``, ``QUERY_DEPTH_CAP``); ``own`` lifts the caps, for a line that
    :func:`render` wrote, which is as long as the lists of a topic. Raises nothing.
    """
    scale = OWN_SCALE if own else 1
    try:
        return Reader(text, fragments, scale).read(_tree(text, scale))
    except Mistake as mistake:
        return mistake.fault


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)


def _tree(text: str, scale: int) -> Tree[Token]:
    """The syntax tree; raises :class:`Mistake`."""
    if not text.strip():
        raise Mistake("The query is empty.", 0, len(text), 'Write what to look for, as in: "Jack Ma" AND Alibaba')
    if len(text) > limits.QUERY_CAP * scale**4:
        raise Mistake(
            f"The query has {len(text):,} characters; at most {limits.QUERY_CAP:,} are read.",
            limits.QUERY_CAP, len(text), "Put long lists under any: or into a fragment, and name it with use:",
        )  # fmt: skip
    state = _parser().parse_interactive(text)
    track = _Track(scale)
    try:
        for token in state.iter_parse():
            track.add(token)
        if track.last is None:  # nothing but marks of direction
            raise Mistake("The query is empty.", 0, len(text), 'Write what to look for, as in: "Jack Ma" AND Alibaba')
        tree: Tree[Token] = state.feed_eof(track.last)  # type: ignore[no-untyped-call]  # lark types it not
    except UnexpectedToken as found:
        raise track.mistake(found.token) from None
    except UnexpectedCharacters as found:
        at = cast(int, found.pos_in_stream)  # lark sets it, and types it None
        raise Mistake(
            "This quotation mark has no partner.", at, at + 1, 'Put one before and one after the words: "Jack Ma"'
        ) from None
    return tree


class _Track:
    """What was read so far: for limits on the way, and to tell of what is missing where the grammar stops."""

    def __init__(self, scale: int) -> None:
        self._depth_cap = limits.QUERY_DEPTH_CAP * scale
        self._terms_cap = limits.QUERY_TERMS_CAP * scale**4
        self.last: Token | None = None
        self._before: Token | None = None
        self._open: list[tuple[Token, int]] = []
        """Parentheses not yet closed, each with the depth at which it stands."""
        self._closes_none = False
        """Whether the last parenthesis closed none."""
        self._depth = 0
        self._terms = 0

    def add(self, token: Token) -> None:
        """Notes a token, before the grammar sees it; raises :class:`Mistake` where it goes beyond a limit."""
        self._before, self.last = self.last, token
        if token.type == "_OPEN":
            self._open.append((token, self._depth))
            self._depth += 1
        elif token.type == "_CLOSE":
            self._closes_none = not self._open
            del self._open[-1:]
            self._depth = self._inside()
        elif token.type in _UNARY:
            self._depth += 1
        else:
            self._terms += token.type in ("WORD", "QUOTED", "ITEM")
            self._depth = self._inside()
        if self._depth > self._depth_cap:
            raise Mistake.at(
                token,
                f"This is nested more than {limits.QUERY_DEPTH_CAP} levels deep.",
                "Name parts of it as fragments.",
            )
        if self._terms > self._terms_cap:
            raise Mistake.at(
                token, f"These are more than {limits.QUERY_TERMS_CAP:,} words and phrases.", "Put long lists under any:"
            )

    def _inside(self) -> int:
        """The depth directly within the innermost open parenthesis."""
        return self._open[-1][1] + 1 if self._open else 0

    def mistake(self, token: Token) -> Mistake:
        """What is wrong at a token that does not fit behind the ones before it."""
        seen = token is self.last
        previous = self._before if seen else self.last
        if token.type == "$END":
            return self._at_the_end(previous)
        if token.type == "_NOT_INSIDE":
            return Mistake.at(
                token, "NOT INSIDE stands directly behind a word or phrase.", f"Write, for example: {EXAMPLE}"
            )
        if previous is not None and previous.type in _WAITING:
            return _nothing_after(previous)
        if token.type in _JOINS:
            return Mistake.at(
                token, f'"{token}" has nothing before it.', f"{token} stands between two things to look for."
            )
        if token.type == "_CLOSE" and previous is not None and previous.type == "_OPEN":
            return Mistake.between(
                previous, token, "There is nothing between these parentheses.", "Write words in them, or take them out."
            )
        if token.type == "_CLOSE" and (self._closes_none if seen else not self._open):
            return Mistake.at(token, "This parenthesis closes none.", 'Take it out, or write its "(" before it.')
        return Mistake.at(
            token, "This does not fit into the list behind NOT INSIDE.",
            f"Write words or phrases in quotes, with commas between them: {EXAMPLE}",
        )  # fmt: skip

    def _at_the_end(self, previous: Token | None) -> Mistake:
        if previous is not None and previous.type in _WAITING:
            return _nothing_after(previous)
        return Mistake.at(self._open[-1][0], "This parenthesis is never closed.", 'Write its ")" where the group ends.')


def _nothing_after(token: Token) -> Mistake:
    return Mistake.at(
        token,
        f'"{token}" has nothing after it.',
        f'Write behind {token} what it is about, or put "{token}" in quotes to look for the word.',
    )
