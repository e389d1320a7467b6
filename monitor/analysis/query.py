"""What a topic asks for: its canonical definition, whose hash is its version, and its compiled phrases."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from monitor.analysis.text import Words, tokenise
from monitor.model import Phrase, Query, Topic

# Between the words of one phrase may stand spaces, hyphens, quotes, dots: not what ends a thought. So
# "Qwen: 3 new models" is not Qwen3, and a name is not found across the full stop of running Chinese.
_BREAK: Final = re.compile(r"[!?;:,…|()\[\]{}<>«»—。！？；：，、（）【】《》「」『』]|\s[-–]+\s")
_FULL_STOP: Final = re.compile(r"[.．]\s")
_ABBREVIATION: Final = 3
"""Letters of a word whose full stop ends no sentence: ``Dr. Ma``, ``J. P. Morgan``."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A phrase made ready to be looked for."""

    phrase: Phrase
    words: tuple[str, ...]
    strict: tuple[str, ...] | None
    """The words with their case or accents kept, where these count."""
    dotted: tuple[int, ...]
    """Which words begin with a dot, as in ``.NET``."""
    broken: frozenset[int]
    """Before which words the phrase itself has a comma, colon or the like."""
    longer: tuple[Needle, ...]
    """Words in which an occurrence does not count, as far as they hold it."""

    def stands(self, text: str, words: Words, at: int) -> bool:
        """Whether the phrase stands at word ``at`` of a text, whose words there are known to be equal."""
        starts, ends = words.starts, words.ends
        for nth in range(1, len(self.words)):
            gap = text[ends[at + nth - 1] : starts[at + nth]]
            if gap not in ("", " ", "-") and nth not in self.broken and _breaks(gap, self.words[nth - 1]):
                return False
        if not all(_dotted(text, starts[at + nth]) for nth in self.dotted):
            return False
        return self.strict is None or self.strict == self._kept(text[starts[at] : ends[at + len(self.words) - 1]])

    def inside(self, text: str, words: Words, at: int) -> str | None:
        """The longer word around the occurrence at word ``at``, as the watchlist spells it; None: it stands free."""
        size = len(self.words)
        for needle in self.longer:
            for lead in range(len(needle.words) - size + 1):
                start = at - lead
                if needle.words[lead : lead + size] != self.words or start < 0:
                    continue
                found = tuple(words.texts[start : start + len(needle.words)])
                if found == needle.words and needle.stands(text, words, start):
                    return needle.phrase.text
        return None

    def _kept(self, text: str) -> tuple[str, ...]:
        return _words(text, self.phrase)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query whose phrases are ready to be looked for."""

    any: tuple[Needle, ...]
    all: tuple[Needle, ...]
    none: tuple[Needle, ...]


def definition(topic: Topic) -> str:
    """The topic's query as canonical JSON: equal for equal meaning, whatever the order of phrases and keys.

    The name, channels and examples are no part of it: they do not decide what matches.
    """
    query = topic.query
    groups = {"any": _listed(query.any), "all": _listed(query.all), "none": _listed(query.none)}
    return json.dumps(groups, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def version_hash(topic: Topic) -> str:
    """The sha256 of the definition, hexadecimal: the identity of a topic version."""
    return hashlib.sha256(definition(topic).encode("utf-8", "surrogatepass")).hexdigest()


def compile_phrase(phrase: Phrase) -> Needle | None:
    """The phrase made ready, or None where it holds no word to look for."""
    tokens = tokenise(phrase.text)
    if not tokens:
        return None
    text = phrase.text
    dotted = tuple(nth for nth, token in enumerate(tokens) if _dotted(text, token.start))
    gaps = [text[before.end : after.start] for before, after in pairwise(tokens)]
    words = tuple(token.text for token in tokens)
    broken = frozenset(nth for nth, gap in enumerate(gaps, start=1) if _breaks(gap, words[nth - 1]))
    longer = (compile_phrase(Phrase(word)) for word in phrase.not_inside)
    return Needle(
        phrase=phrase,
        words=words,
        strict=_words(text, phrase) if phrase.exact or phrase.accents else None,
        dotted=dotted,
        broken=broken,
        longer=tuple(needle for needle in longer if needle),
    )


def compile_query(query: Query) -> Compiled | None:
    """The query made ready, or None where no text can ever match it (nothing but ``none``, or no words)."""
    wanted = [compile_phrase(phrase) for phrase in query.any]
    needed = [compile_phrase(phrase) for phrase in query.all]
    refused = [compile_phrase(phrase) for phrase in query.none]
    some = tuple(needle for needle in wanted if needle)
    every = tuple(needle for needle in needed if needle)
    if len(every) < len(needed) or (query.any and not some) or not (some or every):
        return None
    return Compiled(some, every, tuple(needle for needle in refused if needle))


def _dotted(text: str, start: int) -> bool:
    """Whether a word begins with a dot, as in ``.NET`` but not in ``example.net``."""
    return text[max(0, start - 1) : start] == "." and not text[max(0, start - 2) : start - 1].isalnum()


def _breaks(gap: str, before: str) -> bool:
    if _BREAK.search(gap):
        return True
    return len(before) > _ABBREVIATION and _FULL_STOP.search(gap) is not None


def _words(text: str, phrase: Phrase) -> tuple[str, ...]:
    return tuple(token.text for token in tokenise(text, keep_accents=phrase.accents, keep_case=phrase.exact))


def _listed(phrases: Iterable[Phrase]) -> list[dict[str, Any]]:
    """Phrases in a fixed order, each once; what is not set is left out."""
    listed = {}
    for phrase in phrases:
        entry: dict[str, Any] = {"phrase": _level(phrase.text)}
        if phrase.not_inside:
            entry["not_inside"] = sorted({_level(word) for word in phrase.not_inside})
        if phrase.exact:
            entry["exact"] = True
        if phrase.accents:
            entry["accents"] = True
        listed[json.dumps(entry, sort_keys=True)] = entry
    return [listed[key] for key in sorted(listed)]


def _level(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
