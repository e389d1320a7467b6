"""The grammar of a phrase: words to look for, and how strictly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from monitor.analysis.text import spaceless, tokenise
from monitor.config.form import ShortForm
from monitor.config.quantities import refuse
from monitor.limits import PHRASE_CAP
from monitor.model import Phrase

STAR = "*"
_STAR_HINT = "a star stands at the end of a phrase only: Alibab* finds Alibaba and Alibabas"


def _plain_text(value: str) -> str:
    if len(value) > PHRASE_CAP:
        raise refuse(f"longer than {PHRASE_CAP} characters")
    if all(token.text == "&" for token in tokenise(value)):
        raise refuse("no letter or digit to look for")
    return value


def _phrase_text(value: str) -> str:
    bare, star, behind = _plain_text(value).strip().partition(STAR)
    if not star:
        return value
    if behind or not (bare[-1:].isalnum() or bare[-1:].isidentifier()):
        raise refuse("a star does not stand for letters here", _STAR_HINT)
    words = tokenise(bare)
    if len(words) == 1 and len(words[0].text) == 1 and words[0].text.isalpha() and not spaceless(words[0].text):
        raise refuse("one letter and a star find far too much; give at least two letters")
    return value


def _longer_text(value: str) -> str:
    if STAR in _plain_text(value):
        raise refuse("a star has no meaning in a longer word; write the words out")
    return value


PhraseText = Annotated[str, AfterValidator(_phrase_text)]
LongerText = Annotated[str, AfterValidator(_longer_text)]


class PhraseForm(ShortForm):
    """Words to look for. Upper and lower case, accents, hyphens, the width of letters, simplified and traditional
    Chinese do not matter, and names are found in their cases (`Джек Ма` finds `Джека Ма`), unless you say so. Other
    spellings are other phrases: list each. A star behind the last word (`Alibab*`) stands for whatever letters
    follow."""

    expected = "a phrase, or {phrase: ...}"
    short = (str, "phrase")

    phrase: PhraseText = Field(
        description="The words, in this order, side by side. Only whole words count, except in scripts without spaces.",
        examples=["马云"],
    )
    not_inside: list[LongerText] = Field(
        default=[],
        description="Longer words: where the phrase is only a part of one of these, it does not count "
        "(and is kept as a near miss).",
        examples=["[海马云, 马云计算]"],
    )
    exact: bool = Field(
        default=False,
        description="Upper and lower case count, and no other form does: `ICE` is not `ice`.",
        examples=["true"],
    )
    accents: bool = Field(default=False, description="Accents count: `Peña` is not `Pena`.", examples=["true"])
    forms: bool = Field(
        default=False,
        description="Plural and possessive forms of the last word count too: `tariff` finds `tariffs`. "
        "Not together with `exact`.",
        examples=["true"],
    )

    @model_validator(mode="after")
    def _agreed(self) -> PhraseForm:
        if self.exact and self.forms:
            raise refuse(
                '"exact" and "forms" cannot go together: one asks for the word as it stands, the other for more'
            )
        return self


def phrases(forms: Iterable[PhraseForm]) -> tuple[Phrase, ...]:
    """Phrases as the matcher takes them."""
    return tuple(map(_phrase, forms))


def _phrase(form: PhraseForm) -> Phrase:
    text = form.phrase.strip()
    prefix = text.endswith(STAR)
    return Phrase(
        text=text.removesuffix(STAR) if prefix else form.phrase,
        not_inside=tuple(form.not_inside),
        exact=form.exact,
        accents=form.accents,
        forms=form.forms,
        prefix=prefix,
    )
