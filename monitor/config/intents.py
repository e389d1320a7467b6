"""What was probably meant by phrases and queries that can be read, and find something else than one thinks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.analysis.text import tokenise
from monitor.config.complaints import FormReader
from monitor.config.conditions import ConditionForm, TopicForm
from monitor.config.document import Way
from monitor.config.phrases import PhraseForm
from monitor.config.proposals import FIELD, QUERY_EXAMPLE, as_query, between_commas, in_brackets

REMARKS_CAP = 20
"""Remarks on one condition: who has more has one mistake many times."""
_OPERATOR = re.compile(r"(?:^|\s)(AND|OR|NOT|NEAR(?:/[0-9]+)?)\s+\S")
_REFUSED = re.compile(r"(?:NOT\s+|-(?=[^\W\d_]))(\S.*)", re.DOTALL)
_HYPHEN = re.compile(r"(?:^|\s)-(?=[^\W\d_])")
_QUOTED = re.compile(r"""\s*["“„](?P<inner>.*)["”“]\s*""", re.DOTALL)
_NAME = re.compile(r"[^\W\d_][\w'’.-]*")
_RESERVED = frozenset("AND OR NOT NEAR INSIDE".split())


def tell_intents(form: ConditionForm, way: Way, subject: str, reader: FormReader) -> None:
    """Remarks to ``reader.into`` on phrases of the condition at ``way`` that are written as queries or as lists."""
    told = 0
    for key, number, phrase in _listed(form):
        place = (*way, *key, str(number), "phrase")
        found = _remark(phrase.phrase, place, reader)
        if found is None or reader.unset(place):
            continue
        severity_is_warning, message, hint = found
        label = f'{subject}: "{".".join(key)}": {message}'
        reader.into.add("warning" if severity_is_warning else "info", place, label, hint, value=True)
        told += 1
        if told == REMARKS_CAP:
            return


def tell_bare_name(text: str, way: Way, subject: str, reader: FormReader) -> None:
    """A remark to ``reader.into`` on the query at ``way``, where it is only a name without quotes (``Jack Ma``)."""
    words = text.split()
    bare = 2 <= len(words) <= 4 and all(_NAME.fullmatch(word) and word[0].isupper() for word in words)
    if bare and not _RESERVED.intersection(words) and reader.raw(text, way):
        apart, phrase = " AND ".join(words), as_query(f'"{" ".join(words)}"')
        message = f"these words may stand anywhere in an entry ({apart}); to look for the phrase, write {phrase}"
        reader.into.add("info", way, f'{subject}: "query": {message}', value=True)


def _listed(form: ConditionForm) -> Iterator[tuple[Way, int, PhraseForm]]:
    """All phrases of a condition, each with its key and its number there."""
    lists: list[tuple[Way, Iterable[PhraseForm]]] = [(("any",), form.any), (("all",), form.all), (("none",), form.none)]
    if "ambiguous" in form.model_fields_set:
        lists += [(("ambiguous", "any"), form.ambiguous.any), (("ambiguous", "context"), form.ambiguous.context)]
    if "near" in form.model_fields_set:
        lists.append((("near", "words"), form.near.words))
    if isinstance(form, TopicForm):
        lists.append((("report_near",), form.report_near))
    for key, phrases in lists:
        for number, phrase in enumerate(phrases):
            yield key, number, phrase


def _remark(text: str, place: Way, reader: FormReader) -> tuple[bool, str, str] | None:
    """Whether a phrase is worth a warning, the message, and what to write instead; None where it is as it should be."""
    quoted = _QUOTED.fullmatch(text)
    operator = _OPERATOR.search(text)
    shown = reader.into.quote(place) or "this phrase"
    # The words of a phrase that may not be shown as it is written are not shown in another form either.
    plain = shown == f'"{text}"'
    if quoted and not operator and not re.search(r'["“”„]', quoted["inner"]):
        written = in_brackets([quoted["inner"].strip()]) if plain else "it without them"
        return True, f"the quotation marks in {shown[1:-1]} are no part of what is looked for", f"write {written}"
    if quoted or operator or _HYPHEN.search(text) or FIELD.match(text):
        words = [token.text for token in tokenise(text)]
        several = "the word" if len(words) == 1 else "the words side by side"
        message = f"{shown} looks for {several}{': ' + ' '.join(words) if plain else ''}"
        return True, message, _instead(text, operator) if plain else "operators and fields belong into a query"
    parts = between_commas(text)
    if len(parts) == 1 or not plain:
        return None
    count = "two" if len(parts) == 2 else str(len(parts))
    return False, f"{shown} is looked for as one phrase; {count} phrases: {in_brackets(parts)}", ""


def _instead(text: str, operator: re.Match[str] | None) -> str:
    refused = _REFUSED.match(text)
    if refused:
        return f"what must not be there: none: {in_brackets([refused[1]])}"
    small = ""
    if operator and operator[1].isalpha():
        small = f'; "{operator[1].lower()}" in small letters for the word itself'
    query = as_query(text)
    return f"write {query}{small}" if query else f"write a query, as in {QUERY_EXAMPLE}{small}"
