"""What would make a match of a near miss; where the watchlist itself asks for what kept it out, that it does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from monitor.analysis.query.tree import looked_for
from monitor.analysis.text import fold
from monitor.model import Phrase, Topic
from monitor.store.evidence import NearMissRow

_NUMBER: Final = re.compile(
    r"[ \u00a0\-‐‑]?(?:[vV]\.?)?[0-9]++(?:\.[0-9]++)*+(?:[A-Za-z](?![A-Za-z0-9]))?(?!%)(?:[-‐‑](?=[A-Z0-9])[\w.]*\w)*",
    re.ASCII,
)
"""A number behind a name, as versions have it: ``Qwen 3.5``, ``Qwen2.5-VL``, ``千问3.5``."""
_WORD: Final = re.compile(r"(?: |\u00a0|[-‐‑])([^\W\d_]\w*(?:[-‐‑]\w+)*)")
_LONG: Final = 4
"""Letters from which a word has a capital where every word of a headline has one."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What would make a match of a near miss."""

    says: str
    wanted: bool = True
    """It is an edit that may be wanted; False: it came out as the watchlist asks, which the words say."""


def mend(miss: NearMissRow, fields: Mapping[str, str], topic: Topic | None) -> Mend:
    """By the word that the clause begins with. ``fields`` are ``title``, ``teaser`` and ``text`` of the entry as far as
    they are kept, ``topic`` is the one missed, where it is still in the watchlist."""
    word, _, rest = miss.clause.partition(" ")
    name, words = miss.topic, rest.partition(" is ")[0]
    if word == "inside":
        bare = words.strip('"')
        return Mend(
            f"held back by not_inside of {name}, as asked; take {bare} out of not_inside if it is wanted", wanted=False
        )
    if word == "report_near:":
        longer = next(_longer(miss, fields, topic), None)
        if longer is None:
            return Mend("nothing to change: it is kept as other version (report_near)", wanted=False)
        return Mend(f"an alias: {alias(name, longer)}")
    edits = {
        "none:": f"take {words} from none: of {name}",
        "all:": f"take {words} from all: of {name}",
        "any:": f"an alias in any: of {name}, as this entry spells it",
        "ambiguous:": f"a word of this entry in context: of {name}",
        "near:": f"a larger within: in near: of {name}",
        "query:": f"another query: of {name}",
    }
    return Mend(edits.get(word, f"change {name} in topics:"))


def alias(topic: str, words: str) -> str:
    """``Jack Ma: {any: [..., "Jak Ma"]}``."""
    return f"{topic}: {{any: [..., {json.dumps(words, ensure_ascii=False)}]}}"


def _longer(miss: NearMissRow, fields: Mapping[str, str], topic: Topic | None) -> Iterator[str]:
    """The reported words with the number or name that goes on behind them: an alias that is no wider than what stands
    there. What the topic asks to report or to leave out is none."""
    settled = {fold(text) for text in _settled(topic)} if topic is not None else set()
    for span in miss.spans:
        text = fields.get(span.field, "")
        # the entry may have been revised since
        start = span.start if text.startswith(span.text, span.start) else text.find(span.text)
        if start < 0:
            continue
        end = start + len(span.text)
        more = _goes_on(text, end)
        if more and fold(text[start : end + len(more)]) not in settled:
            yield text[start : end + len(more)]


def _goes_on(text: str, end: int) -> str:
    """What stands right behind ``end`` and belongs to a name: a number, or a word with a capital where not every word
    has one."""
    number = _NUMBER.match(text, end)
    if number is not None:
        return number[0]
    word = _WORD.match(text, end)
    if word is None:
        return ""
    attached = not word[0][0].isspace()
    return word[0] if attached or (word[1][0].isupper() and not _all_capital(text)) else ""


def _all_capital(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _LONG]
    return all(not word[0].islower() for word in words)


def _settled(topic: Topic) -> Iterator[str]:
    """Words of which the topic says already that they are to be reported, or left out."""
    query = topic.query
    named: list[Phrase] = [*query.any, *query.all, *(query.ambiguous.any if query.ambiguous else ())]
    if query.line is not None:
        named += looked_for(query.line)
    for phrase in (*topic.report_near, *query.none):
        yield phrase.text
    for phrase in named:
        yield from phrase.not_inside
