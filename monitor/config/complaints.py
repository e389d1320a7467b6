"""What pydantic found, in words for people: unknown keys with the nearest known one, and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.config.document import Way
from monitor.config.findings import Findings, listed, meant, nearest
from monitor.config.form import Grammar, inner_form
from monitor.config.grammar import known_keys
from monitor.config.misplaced import home, torn_list
from monitor.config.proposals import any_of, between_commas, in_brackets
from monitor.config.variables import Resolved
from monitor.config.words import MEANT

Form = TypeVar("Form", bound=Grammar)
MISTAKES_CAP = 100
"""Mistakes spelled out of one topic, source, channel or list; the rest is counted: ten thousand take 5 s to write."""
NEAREST_CAP = 50
"""Findings after which the nearest name is no longer searched: with 3,000 names one search takes 60 ms."""
LATER_WORDS = "is not part of this version yet; take it out for now"

_EXPECTED = {
    "string_type": "expected text",
    "list_type": "expected a list, as [one, another]",
    "dict_type": "expected names with their values (NAME: ...)",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
}


@dataclass(frozen=True)
class FormReader:
    """Reads mappings of one file as forms of the grammar, and complains of all that does not fit."""

    resolved: Resolved
    into: Findings
    later: Mapping[type[Grammar], frozenset[str]]
    """Keys that later versions bring, by form."""

    def read(self, form: type[Form], way: Way, subject: str) -> Form | None:
        """The mapping at ``way`` as ``form``; None after complaining of every mistake in it.

        ``subject`` begins the messages (``topic "Qwen3"``); it is empty for the file itself. Where only
        an unset variable is wrong, nothing is said here: it has its own finding.
        """
        try:
            return form.model_validate(self.value(way))
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            misspelt = _misspelt(form, found)
            for details in found[:MISTAKES_CAP]:
                below = tuple(str(step) for step in details["loc"])
                named = details["type"] == "missing" and below in misspelt
                if not named and not self.unset((*way, *below)):
                    self._complain(form, way, below, details, f"{subject}: " if subject else "")
            self._count_rest(len(found), way, subject)
            return None

    def value(self, way: Way) -> object:
        """The plain value at ``way``; None where there is nothing."""
        data = self.resolved.data
        for step in way:
            if isinstance(data, dict):
                data = data.get(step)
            elif isinstance(data, list) and step.isdecimal() and int(step) < len(data):
                data = data[int(step)]
            else:
                return None
        return data

    def known(self, names: Iterable[str], way: Way, subject: str, *, what: str, known: Sequence[str]) -> bool:
        """Whether all ``names`` of the list at ``way`` are known, after complaining of every one that is not.

        ``what`` says what they are names of, as in ``there is no channel "desk"``.
        """
        there = frozenset(known)
        unknown = [name for name in dict.fromkeys(names) if name not in there]
        for name in unknown[:MISTAKES_CAP]:
            place = self.place(way, name)
            if not self.unset(place):
                quoted = self.into.quote(place)
                near = meant(self.raw(name, place), known if len(self.into.found) < NEAREST_CAP else ())
                # Items of a list stand apart as they are.
                parts = between_commas(quoted.strip('"')) if place == way else ()
                hint = f"write {in_brackets(parts)}" if len(parts) > 1 else ""
                self.into.error(place, f"{subject}: there is no {what} {quoted}{near}", hint, value=True)
        self._count_rest(len(unknown), way, subject)
        return not unknown

    def _count_rest(self, mistakes: int, way: Way, subject: str) -> None:
        if mistakes > MISTAKES_CAP:
            start = f"{subject}: " if subject else ""
            self.into.error(way, f"{start}and {mistakes - MISTAKES_CAP} more mistakes of this kind")

    def place(self, way: Way, item: str) -> Way:
        """The way to an item of the list at ``way``, or to the one value that stands for the list."""
        written = self.value(way)
        return (*way, str(written.index(item))) if isinstance(written, list) and item in written else way

    def raw(self, name: str, way: Way) -> str:
        """The name at ``way`` for the search of the nearest one; nothing where a variable stands for it."""
        return name if self.into.quote(way) == f'"{name}"' else ""

    def unset(self, way: Way) -> bool:
        """Whether an unset variable stands at ``way``, also where a short form leaves steps out."""
        return any(way[:length] in self.resolved.unset for length in range(1, len(way) + 1))

    def _complain(self, form: type[Grammar], way: Way, below: Way, details: ErrorDetails, start: str) -> None:
        here, kind = (*way, *below), details["type"]
        owner = form_at(form, below[:-1])
        if kind == "extra_forbidden":
            self._unknown_key(owner, here, start)
        elif kind == "missing":
            field = known_keys(owner)[below[-1]]
            self.into.error(here, f'{start}"{below[-1]}" is missing: {summary(field)}')
        else:
            self._wrong_value(owner, here, below, details, start)

    def _wrong_value(self, owner: type[Grammar], here: Way, below: Way, details: ErrorDetails, start: str) -> None:
        kind, on_key = details["type"], below[-1:] == ("[key]",)
        quoted = "" if on_key else self.into.quote(here)
        label = f'"{self._label(here, below)}": ' if below not in ((), ("url",)) else ""
        if kind == "unusable":
            message = f"{quoted + ': ' if quoted else ''}{details['msg']}"
        elif kind == "literal_error":
            choices = [str(choice) for choice in get_args(known_keys(owner)[below[-1]].annotation)]
            near = nearest(quoted.strip('"'), choices) if quoted else None
            maybe = f'. Did you mean "{near}"?' if near else ""
            message = f"expected {listed(choices)}, got {_described(self.value(here), quoted)}{maybe}"
        else:
            wanted = _EXPECTED.get(kind, details["msg"])
            if kind == "model_type":
                wanted = f"expected {form_at(owner, below[-1:]).expected}"
            message = f"{wanted}, got {_described(self.value(here), quoted)}"
        hint = str(details.get("ctx", {}).get("hint", ""))
        if kind == "list_type" and quoted:
            hint = f"write {self._bracketed(owner, here, quoted)}"
        elif kind == "string_type" and below[-1:] == ("query",):
            hint = self._one_line(here)
        self.into.error(here, f"{start}{label}{message}", hint, value=not on_key)

    def _bracketed(self, owner: type[Grammar], here: Way, quoted: str) -> str:
        """The list that a text should have been, with what else YAML tore off it."""
        if quoted.endswith('…"'):
            return f"[{quoted}]"
        torn = torn_list(self.into.document, here, known_keys(owner))
        more = [self.into.key((*here[:-1], item)) for item in torn[1][1:]] if torn is not None else []
        return in_brackets([*between_commas(quoted[1:-1]), *more])

    def _one_line(self, here: Way) -> str:
        """A query with OR for a list of texts that stands in its place."""
        value = self.value(here)
        items = value[:MISTAKES_CAP] if isinstance(value, list) else []
        quoted = [self.into.quote((*here, str(number))) for number, _ in enumerate(items)]
        cut = not all(quoted) or any(part.endswith('…"') for part in quoted)
        return f"write {any_of([part[1:-1] for part in quoted])}" if quoted and not cut else ""

    def _label(self, here: Way, below: Way) -> str:
        """The keys that lead to a value, without list positions and without the steps of short forms."""
        top = len(here) - len(below)
        named = [
            self.into.key(here[: top + number])
            for number, step in enumerate(below, start=1)
            if not step.isdecimal() and step != "[key]"
        ]
        return ".".join(named[:-1] if len(named) > 1 and named[-1] == "phrase" else named)

    def _unknown_key(self, owner: type[Grammar], here: Way, start: str) -> None:
        key = here[-1]
        if key in self.later.get(owner, frozenset()):
            self.into.error(here, f'{start}"{key}" {LATER_WORDS}')
            return
        known = known_keys(owner)
        torn = torn_list(self.into.document, here, known)
        if torn is not None and (quoted := self.into.quote((*here[:-1], torn[0]))):
            message = f'"{self.into.key(here)}" is no key; the list "{torn[0]}" lacks its brackets'
            proposal = f"{torn[0]}: {self._bracketed(owner, (*here[:-1], torn[0]), quoted)}"
            self.into.error(here, f"{start}{message}", proposal)
            return
        elsewhere = home(owner, key, self.value(here))
        if elsewhere is not None:
            self.into.error(here, f'{start}unknown key "{self.into.key(here)}"{elsewhere[0]}', elsewhere[1])
            return
        near = nearest(key, known, MEANT)
        hint = f"{near}: {summary(known[near])}" if near is not None else ""
        if ":" in key and key.partition(":")[0] in known:
            hint = "a space is missing behind the colon"
        self.into.error(here, f'{start}unknown key "{self.into.key(here)}"{meant(key, known, MEANT)}', hint)


def _misspelt(form: type[Grammar], found: list[ErrorDetails]) -> set[Way]:
    """The keys that unknown ones probably stand for: that these are missing need not be said as well."""
    keys: set[Way] = set()
    for details in found:
        way = tuple(str(step) for step in details["loc"])
        if details["type"] == "extra_forbidden":
            near = nearest(way[-1], known_keys(form_at(form, way[:-1])), MEANT)
            keys.add((*way[:-1], near or way[-1].partition(":")[0]))
    return keys


def form_at(form: type[Grammar], way: Way) -> type[Grammar]:
    """The form of the mapping that ``way`` leads to within ``form``."""
    for step in way:
        field = known_keys(form).get(step)
        inner = inner_form(field.annotation) if field is not None else None
        form = inner or form
    return form


def summary(field: Any) -> str:
    """The first sentence of a key's description, for use within a sentence."""
    first = str(field.description).split(". ")[0].split(": ")[0].rstrip(".").replace("`", "")
    return first[:1].lower() + first[1:]


def _described(value: object, quoted: str) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "keys with values"
    return "a list" if isinstance(value, list) else quoted or "text"
