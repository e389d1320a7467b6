"""From the syntax of a query in one line to its tree: what words, fields and groups mean, and what they may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from lark import Token, Tree

from monitor import limits
from monitor.analysis.query.mistakes import (
    Mistake,
    Piece,
    check_number,
    check_single_quotes,
    check_small_operators,
    check_word,
    nearest,
    no_words,
    shown,
    star_within,
)
from monitor.analysis.query.rendering import QUOTE_MARKS, level, positive, terms
from monitor.analysis.query.tongues import code_meant, language_code
from monitor.analysis.text import tokenise
from monitor.model import NEAR_WITHIN, AllOf, AnyOf, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase

Syntax = Tree[Token]

_CHARACTER: Final = re.compile(rf"\\([\\*{QUOTE_MARKS}])|.", re.DOTALL)
_NUMBER: Final = re.compile(r"NEAR[/／]([0-9]{1,3})")

OWN_SCALE: Final = 4
"""How many times deeper than the caps a line of our own may be; to the fourth power: how many times longer (a topic may
have 200,000 phrases)."""


class Reader:
    """Reads one query. Raises :class:`Mistake`; its recursion is as deep as ``QUERY_DEPTH_CAP`` allows."""

    def __init__(self, text: str, fragments: Mapping[str, Node], scale: int = 1) -> None:
        self._depth_cap = limits.QUERY_DEPTH_CAP * scale
        self._terms_cap = limits.QUERY_TERMS_CAP * scale**4
        self._text = text
        self._fragments = fragments
        self._terms = 0
        self._deepest: tuple[int, Token] | None = None
        """The most levels of a fragment used, and where it is named."""
        self._longer_names: dict[str, str] | None = None
        """The names of several words, by themselves in small letters; None as long as nothing asked for them."""

    def read(self, start: Syntax) -> Node:
        """The tree of a whole query."""
        syntax = _trees(start)[0]
        node = self._node(syntax)
        if not positive(node):
            raise _groundless(syntax, node)
        if self._deepest and _levels(node) > 2 * self._depth_cap + 4:  # an OR of ANDs a level, and words in them
            raise Mistake.at(self._deepest[1], "With this fragment the query is nested too deep.", "Write it out flat.")
        return node

    def _node(self, syntax: Syntax) -> Node:
        match syntax.data:
            case "any":
                return AnyOf(tuple(map(self._node, _trees(syntax))))
            case "all":
                check_small_operators(syntax.children)
                check_single_quotes(syntax.children)
                return AllOf(tuple(map(self._node, _trees(syntax))))
            case "near":
                return self._near(syntax)
            case "prefixed":
                return self._prefixed(syntax)
            case "held":
                return self._held(syntax)
            case "group":
                return self._node(_trees(syntax)[0])
        return self._phrase(syntax)

    def _phrase(self, syntax: Syntax) -> Phrase:
        token = cast(Token, syntax.children[0])
        if token.type == "WORD":
            check_word(token)
            text, prefix = str(token).removesuffix("*"), token.endswith("*")
        else:
            text, prefix = _quoted(token)
        return Phrase(self._checked(token, text), prefix=prefix)

    def _checked(self, token: Token, text: str) -> str:
        """The text of a phrase, when something can be looked for in it; counts it."""
        if not text.strip():
            raise Mistake.at(
                token, "There is nothing between these quotation marks.", "Write words in them, or take them out."
            )
        if len(text) > limits.PHRASE_CAP:
            raise Mistake.at(
                token, f"This phrase has {len(text):,} characters; at most {limits.PHRASE_CAP} are looked for.",
                "Look for its most telling words, or check where its quotation marks stand.",
            )  # fmt: skip
        if not any(word.text != "&" for word in tokenise(text)):
            raise no_words(token)
        self._count(token, 1)
        return level(text)

    def _count(self, piece: Piece, more: int) -> None:
        self._terms += more
        if self._terms > self._terms_cap:
            raise Mistake.at(
                piece, f"With this there are more than {limits.QUERY_TERMS_CAP:,} words and phrases.",
                "Take long lists out of the line, and put them under any: or use:",
            )  # fmt: skip

    def _held(self, syntax: Syntax) -> Phrase:
        phrase, longer = _trees(syntax)
        words = []
        for token in longer.children:
            assert isinstance(token, Token)
            text = _name(token)
            words.append(self._checked(token, text))
        return replace(self._phrase(phrase), not_inside=tuple(words))

    def _near(self, syntax: Syntax) -> Near:
        joints = [child for child in syntax.children if isinstance(child, Token)]
        for joint, side in zip(joints, _trees(syntax)[1:], strict=True):
            check_number(joint, side)
        within = _within(joints[0])
        for joint in joints[1:]:
            if _within(joint) != within:
                raise Mistake.at(
                    joint, "NEAR with different numbers cannot stand in one chain.",
                    "Write each pair on its own, with AND between: (a NEAR/3 b) AND (b NEAR/8 c)",
                )  # fmt: skip
        return Near(tuple(map(self._side, _trees(syntax))), within)

    def _side(self, syntax: Syntax) -> Phrase | AnyOf:
        node = self._node(syntax)
        if isinstance(node, Phrase):
            return node
        phrases = _alternatives(node)
        if phrases is None:
            raise Mistake.at(
                syntax, "NEAR joins words, phrases, and groups of them with OR; this is something else.",
                "Put what belongs together in parentheses: NOT (a NEAR/8 b), title:(a NEAR/8 b), a NEAR/8 (b OR c)",
            )  # fmt: skip
        return AnyOf(phrases)

    def _prefixed(self, syntax: Syntax) -> Node:
        token, operand = cast(Token, syntax.children[0]), cast(Syntax, syntax.children[1])
        if token.type == "NOT":
            return Not(self._node(operand))
        field = token.rstrip("=:：").lower()
        if field == "title":
            return InTitle(self._node(operand))
        if field in ("exact", "accents", "forms"):
            return self._modified(token, field, operand)
        if operand.data != "phrase":
            raise Mistake.at(
                operand, f"{field}: takes one name and nothing else.",
                f"Write {field}:name, and for each further name another {field}: with OR between.",
            )  # fmt: skip
        name = cast(Token, operand.children[0])
        if field == "source":
            return _source(name, token.endswith("="))
        return _language(name) if field == "lang" else self._fragment(name)

    def _modified(self, token: Token, field: str, operand: Syntax) -> Phrase:
        node = self._node(operand)
        if not isinstance(node, Phrase):
            raise Mistake.at(
                operand,
                f"{field}: stands before one word or phrase.",
                f"Write {token} before each word it is meant for.",
            )
        match field:
            case "exact":
                return replace(node, exact=True)
            case "accents":
                return replace(node, accents=True)
        return replace(node, forms=True)

    def _fragment(self, token: Token) -> Node:
        name = _name(token).strip()
        self._check_longer_name(token)
        if name not in self._fragments:
            meant = nearest(name, self._fragments)
            known = ", ".join(list(self._fragments)[:10])
            hint = (
                f'Did you mean "{meant}"?'
                if meant
                else f"Known are: {known}"
                if known
                else "There are no fragments yet."
            )
            raise Mistake.at(token, f'There is no fragment of the name "{shown(name)}".', hint)
        node = self._fragments[name]
        self._count(token, len(terms(node)))
        self._deepest = max(self._deepest or (0, token), (_levels(node), token), key=lambda used: used[0])
        return node

    def _check_longer_name(self, token: Token) -> None:
        """``use:deal words`` would use "deal", where a fragment "deal words" may be meant."""
        if self._longer_names is None:
            self._longer_names = {name.casefold(): name for name in self._fragments if " " in name}
        start = token.start_pos or 0
        longest = max(map(len, self._longer_names), default=0) if token.type == "WORD" else 0
        for end in range(start + len(token) + 1, min(start + longest, len(self._text)) + 1):
            name = self._longer_names.get(self._text[start:end].casefold())
            if name is not None and not self._text[end : end + 1].isalnum():
                raise Mistake(
                    f'There is a fragment "{shown(name)}": a name of several words is put in quotes.',
                    start, end, f'Did you mean use:"{shown(name)}"? If not, write AND behind use:{shown(token)}',
                )  # fmt: skip


def _levels(node: Node) -> int:
    """How deep a tree is, without recursion."""
    levels, row = 0, [node]
    while row:
        levels += 1
        row = [part for above in row for part in _parts(above)]
    return levels


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case AnyOf(parts) | AllOf(parts):
            return parts
        case Not(part) | InTitle(part):
            return (part,)
    return ()


def _trees(syntax: Syntax) -> list[Syntax]:
    return [child for child in syntax.children if isinstance(child, Tree)]


def _quoted(token: Token) -> tuple[str, bool]:
    """The text between quotation marks, and whether a star ends it."""
    assert token.start_pos is not None
    pieces = [(found[1] or found[0], bool(found[1])) for found in _CHARACTER.finditer(token[1:-1].rstrip())]
    prefix = pieces[-1:] == [("*", False)]
    if prefix:
        pieces.pop()
    text = "".join(character for character, _ in pieces)
    at = token.start_pos + 1
    for nth, (character, escaped) in enumerate(pieces):
        follows = text[nth + 1 : nth + 2]
        if character == "*" and not escaped and not follows.isalnum():
            raise star_within(at)
        at += len(character) + escaped
    if prefix and not text[-1:].strip():
        raise star_within(at)
    return text, prefix


def _name(token: Token) -> str:
    """A name as it is written, without the quotation marks around it; a star is part of it."""
    if token.type != "QUOTED":
        return str(token)
    return "".join(found[1] or found[0] for found in _CHARACTER.finditer(token[1:-1]))


def _within(joint: Token) -> int:
    found = _NUMBER.fullmatch(joint)
    within = NEAR_WITHIN if joint == "NEAR" else int(found[1]) if found else 0
    if not 1 <= within <= limits.NEAR_CAP:
        raise Mistake.at(
            joint,
            f"NEAR takes a number of words from 1 to {limits.NEAR_CAP}.",
            f"Write, for example, NEAR/{NEAR_WITHIN}.",
        )
    return within


def _alternatives(node: Node) -> tuple[Phrase, ...] | None:
    """The phrases of an OR of nothing but phrases."""
    if isinstance(node, Phrase):
        return (node,)
    if not isinstance(node, AnyOf):
        return None
    found: list[Phrase] = []
    for part in map(_alternatives, node.parts):
        if part is None:
            return None
        found.extend(part)
    return tuple(found)


def _source(token: Token, whole: bool) -> FromSource:
    name = _name(token)
    if not name.strip() or not (whole or tokenise(name)):
        raise Mistake.at(token, "source: needs a name.", 'Write source:Reuters or source:"South China Morning Post"')
    return FromSource(name if whole else level(name), whole)


def _language(token: Token) -> InLanguage:
    name = _name(token)
    code = language_code(name)
    if code is None:
        meant = code_meant(name)
        raise Mistake.at(
            token, f'"{shown(name)}" is no code of a language.',
            f"Did you mean lang:{meant}?" if meant else "Write its code of two letters, as in lang:zh or lang:en",
        )  # fmt: skip
    return InLanguage(code)


def _groundless(syntax: Syntax, node: Node) -> Mistake:
    """The innermost part for whose sake nearly every entry would match."""
    branch = False
    while syntax.data in ("group", "any"):
        parts = _trees(syntax)
        if isinstance(node, AnyOf) and syntax.data == "any":
            nth = next(nth for nth, part in enumerate(node.parts) if not positive(part))
            syntax, node, branch = parts[nth], node.parts[nth], True
        else:
            syntax = parts[0]
    start = "One side of this OR" if branch else "This"
    said = "says only what must not stand there" if terms(node) else "names no word to look for"
    return Mistake.at(
        syntax, f"{start} {said}, so nearly everything would match: say what to look for.",
        "Write a word that must stand there, as in: Alibaba NOT marathon, or Alibaba AND source:Reuters",
    )  # fmt: skip
