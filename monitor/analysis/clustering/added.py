"""What a copy has and the other has not."""

from __future__ import annotations

import re
from typing import Final

from monitor.analysis.clustering.features import shingles_of
from monitor.analysis.text import spaceless, words_of
from monitor.limits import TEXT_CAP

LEAST_WORDS: Final = 12
"""Words (two characters of a script without spaces for one) of what is added at least: less is a line of boilerplate
or a by-line (judgement)."""
CONTAINED: Final = 0.5
"""Part of a passage's shingles from which on the other text has it too, lightly edited (lab: of light edits with 8 %
of the words replaced 3 of 4 remain)."""
ADDED_CAP: Final = 20
"""Passages that are told."""
_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\"'”’)»]{0,3}\s+|(?<=[。！？])[”’」』）]*")


def added(copy_text: str, other_text: str) -> tuple[str, ...]:
    """The passages of a copy that the other text has not: paragraphs, of a paragraph that is known in part the
    sentences in a row; in their order, at most 20. Empty where they come to no more than one short line.
    """
    known = shingles_of(other_text, TEXT_CAP)
    if not known:
        return ()
    found = [
        passage
        for paragraph in copy_text[:TEXT_CAP].splitlines()
        for passage in _new_passages(paragraph.strip(), known)
    ]
    told = tuple(passage for passage in found if _length(passage) >= LEAST_WORDS)
    return told[:ADDED_CAP]


def _new_passages(paragraph: str, known: frozenset[int]) -> list[str]:
    """Runs of sentences in a row that are not known, of which a new one begins and ends each."""
    passages: list[list[str]] = [[]]
    for sentence in filter(None, _SENTENCE.split(paragraph)):
        if _known(sentence, known):
            passages.append([])
        else:
            passages[-1].append(sentence)
    joint = "" if spaceless(paragraph[:1]) else " "
    return [joint.join(sentences).strip() for sentences in passages if sentences]


def _known(sentence: str, known: frozenset[int]) -> bool:
    """Whether the other text has a sentence; one too short for shingles goes with what stands before it."""
    own = shingles_of(sentence, TEXT_CAP)
    return bool(own) and len(own & known) >= CONTAINED * len(own)


def _length(passage: str) -> float:
    return sum(0.5 if spaceless(word) else 1.0 for word in words_of(passage).texts)
