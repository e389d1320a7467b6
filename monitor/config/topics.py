"""Topics and named fragments: each condition from its keys to one query, with what it uses of others in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from monitor.analysis.query.language import terms
from monitor.analysis.query.tree import tree
from monitor.config.complaints import FormReader
from monitor.config.conditions import ConditionForm, FragmentForm, TopicForm
from monitor.config.document import Way
from monitor.config.intents import tell_bare_name, tell_intents
from monitor.config.lines import read_line
from monitor.config.overlaps import doubt
from monitor.config.phrases import phrases
from monitor.limits import QUERY_DEPTH_CAP
from monitor.model import AllOf, Ambiguous, AnyOf, FromSource, InTitle, Near, Node, Not, Phrase, Query, Topic

CHAIN_CAP = 20
"""Fragments that may use one another in a row: more is no structure that a person can follow."""
USED_CAP = 200_000
"""Parts of trees that all uses of a file may repeat: fragments that use one another twice stand for billions. As many
phrases as the matcher is built for."""
NESTED_CAP = 2 * QUERY_DEPTH_CAP + 32
"""Levels of a tree: one line has up to two for each pair of parentheses, and what it uses brings its own. Each level
costs the readers of a tree up to three frames of Python's stack of 1,000."""
_WORDS_FIRST = "Give it phrases under any, all or ambiguous, or a query"

_Form = TypeVar("_Form", TopicForm, FragmentForm)


@dataclass(frozen=True)
class _Condition:
    """What a topic or fragment looks for, ready to be used by others."""

    query: Query
    node: Node
    parts: int
    """Nodes of the tree."""


@dataclass
class Conditions:
    """All topics and fragments of a watchlist; each is worked out once, whoever asks for it first."""

    reader: FormReader
    topics: Mapping[str, TopicForm | None]
    """By name; None what could not be read, which has been complained of."""
    fragments: Mapping[str, FragmentForm | None]
    asked: list[tuple[Way, FromSource]] = field(default_factory=list)
    """What the lines themselves ask of sources, each with the condition that does."""
    _done: dict[Way, _Condition | None] = field(default_factory=dict)
    _under_way: list[Way] = field(default_factory=list)
    _in_use: set[Way] = field(default_factory=set)
    _used: int = 0
    _stand_ins: dict[str, Phrase] = field(default_factory=dict)
    """What stands for a name in a line until it is known what it means."""
    _named: dict[str, str] = field(default_factory=dict)
    """The names, by the text of what stands for them: the line may ask for the case of a word to count."""

    def __post_init__(self) -> None:
        names = dict.fromkeys((*self.fragments, *self.topics))
        # From the private use area, so that no word of the user is taken for one.
        self._stand_ins = {name: Phrase(f"\ue000x{number}\ue000") for number, name in enumerate(names)}
        self._named = {phrase.text: name for name, phrase in self._stand_ins.items()}

    def topic(self, name: str) -> Topic | None:
        """A topic; None where anything in it cannot be used, which has been complained of."""
        form = self.topics[name]
        condition = self._condition(("topics", name))
        if form is None or condition is None:
            return None
        return Topic(
            name=name,
            query=condition.query,
            channels=tuple(dict.fromkeys(form.channels)),
            must_match=tuple(form.must_match),
            must_not_match=tuple(form.must_not_match),
            paused=form.paused,
            was=form.was,
            read=form.read,
            report_near=phrases(form.report_near),
            confidential=form.confidential,
        )

    def fragment(self, name: str) -> Query | None:
        """What a fragment looks for; None where it cannot be used, which has been complained of."""
        condition = self._condition(("fragments", name))
        return condition.query if condition is not None else None

    def tell_unused(self) -> None:
        """Remarks on fragments that nothing uses, where all conditions could be read."""
        if None in self._done.values():
            return
        for name in self.fragments:
            if ("fragments", name) not in self._in_use:
                self.reader.into.add("info", ("fragments", name), f'fragment "{name}": no topic uses it')

    def _condition(self, way: Way) -> _Condition | None:
        if way not in self._done:
            self._under_way.append(way)
            self._done[way] = self._worked_out(way)
            self._under_way.pop()
        return self._done[way]

    def _worked_out(self, way: Way) -> _Condition | None:
        form = (self.topics if way[0] == "topics" else self.fragments)[way[1]]
        if form is None:
            return None
        used = self._uses(form, way)
        line = self._line(form, way)
        if used is None or (line is None and "query" in form.model_fields_set):
            return None
        query = _query(form, used, line)
        node = tree(query)
        doubt(query, way, _subject(way), self.reader)
        tell_intents(form, way, _subject(way), self.reader)
        if node is None:
            # Every phrase has a word and something is looked for, so only what it uses can be empty.
            return None
        parts, levels = _measured(node)
        if levels > NESTED_CAP:
            message = f"what it uses is nested deeper than {NESTED_CAP} levels"
            self.reader.into.error(way, f"{_subject(way)}: {message}")
            return None
        return _Condition(query, node, parts)

    def _uses(self, form: ConditionForm, way: Way) -> tuple[Node, ...] | None:
        """What the key ``use`` brings; None after complaining."""
        names, place = dict.fromkeys(form.use or ()), (*way, "use")
        known = tuple(self._stand_ins)
        subject = f'{_subject(way)}: "use"'
        sound = self.reader.known(names, place, subject, what="fragment or topic", known=known)
        nodes: list[Node] = []
        for name in names:
            if name in self._stand_ins:
                node = self._use(name, way, self.reader.place(place, name))
                nodes += [node] if node is not None else []
                sound = sound and node is not None
        return tuple(nodes) if sound else None

    def _use(self, name: str, way: Way, place: Way) -> Node | None:
        """What a name stands for, one time more; None after complaining at ``place``."""
        target = ("fragments" if name in self.fragments else "topics", name)
        key = next(step for step in place if step in ("use", "query"))
        subject, wrong = f'{_subject(way)}: "{key}"', ""
        if target in self._under_way:
            circle = [step[1] for step in self._under_way[self._under_way.index(target) :]]
            wrong = f"goes round in a circle: {' uses '.join([*circle, name])}"
        elif len(self._under_way) > CHAIN_CAP:
            wrong = f"more than {CHAIN_CAP} in a row that use one another"
        if wrong:
            self.reader.into.error(place, f"{subject}: {wrong}", value=True)
            return None
        condition = self._condition(target)
        self._in_use.add(target)
        if condition is None:
            return None
        self._used += condition.parts
        if self._used > USED_CAP:
            message = f"the fragments and topics used in this file come to more than {USED_CAP} parts"
            self.reader.into.error(place, f"{subject}: {message}", value=True)
            return None
        return condition.node

    def _line(self, form: ConditionForm, way: Way) -> Node | None:
        """The tree of the key ``query``; None where there is none, or after complaining."""
        place = (*way, "query")
        if "query" not in form.model_fields_set or self.reader.unset(place):
            return None
        bare = read_line(form.query, place, f'{_subject(way)}: "query"', self.reader, self._stand_ins)
        if bare is None:
            return None
        self.asked += [(way, asked) for asked in _sources(bare)]
        tell_bare_name(form.query, place, _subject(way), self.reader)
        # First with names that stand for themselves: what they mean may need this very condition.
        found = [self._named[phrase.text] for phrase in terms(bare) if phrase.text in self._named]
        if not found:
            return bare
        meanings: dict[str, Node] = {}
        for name in found:
            node = self._use(name, way, place)
            if node is None:
                return None
            meanings[name] = node
        return read_line(form.query, place, f'{_subject(way)}: "query"', self.reader, meanings)


def read_conditions(reader: FormReader, topics: tuple[str, ...], fragments: tuple[str, ...]) -> Conditions:
    """The conditions of all topics and fragments by these names, after complaining of what their keys say wrong."""
    return Conditions(
        reader,
        {name: _form(TopicForm, ("topics", name), reader) for name in topics},
        {name: _form(FragmentForm, ("fragments", name), reader) for name in fragments},
    )


def _form(kind: type[_Form], way: Way, reader: FormReader) -> _Form | None:
    """The form of a topic or fragment, if it looks for anything."""
    subject = _subject(way)
    if reader.value(way) in (None, [], {}):
        reader.into.error(way, f"{subject}: what should be looked for? {_WORDS_FIRST}")
        return None
    form = reader.read(kind, way, subject)
    if form is None:
        return None
    if not (form.any or form.all or {"ambiguous", "near", "query", "use"} & form.model_fields_set):
        negative = "it only says what must not be there; " if form.none else ""
        reader.into.error(way, f"{subject}: {negative}what should be looked for? {_WORDS_FIRST}")
        return None
    lone = "near" in form.model_fields_set and len(form.near.words) == 1 and not form.any
    if lone:
        message = '"near.words": one word alone must stand near to one of "any"; give a second word, or any'
        reader.into.error((*way, "near", "words"), f"{subject}: {message}")
    both = [name for name in dict.fromkeys(form.except_sources) if name in (form.sources or ())]
    for name in both:
        place = reader.place((*way, "except_sources"), name)
        message = f'"except_sources": {reader.into.quote(place) or "this"} stands under "sources" as well'
        reader.into.error(place, f"{subject}: {message}", value=True)
    return None if lone or both else form


def _query(form: ConditionForm, used: tuple[Node, ...], line: Node | None) -> Query:
    ambiguous = near = None
    if "ambiguous" in form.model_fields_set:
        ambiguous = Ambiguous(phrases(form.ambiguous.any), phrases(form.ambiguous.context))
    if "near" in form.model_fields_set:
        near = Near(phrases(form.near.words), form.near.within)
    return Query(
        any=phrases(form.any),
        all=phrases(form.all),
        none=phrases(form.none),
        ambiguous=ambiguous,
        used=used,
        near=near,
        line=line,
        title_only=form.title_only,
        languages=tuple(dict.fromkeys(form.languages or ())),
        sources=tuple(dict.fromkeys(form.sources or ())),
        except_sources=tuple(dict.fromkeys(form.except_sources)),
    )


def _subject(way: Way) -> str:
    return f'{way[0].removesuffix("s")} "{way[1]}"'


def _below(node: Node) -> tuple[Node, ...]:
    if isinstance(node, AnyOf | AllOf | Near):
        return node.parts
    return (node.part,) if isinstance(node, Not | InTitle) else ()


def _sources(node: Node) -> Iterator[FromSource]:
    if isinstance(node, FromSource):
        yield node
    for part in _below(node):
        yield from _sources(part)


def _measured(node: Node) -> tuple[int, int]:
    """Parts and levels of a tree."""
    parts = levels = 0
    row: tuple[Node, ...] = (node,)
    while row:
        parts, levels = parts + len(row), levels + 1
        row = tuple(part for above in row for part in _below(above))
    return parts, levels
