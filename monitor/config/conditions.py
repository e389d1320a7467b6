"""The grammar of what topics look for: the keys of a condition, which topics and named fragments share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.analysis.query.tongues import base_language, code_meant, language_code
from monitor.config.form import ABSENT, Grammar, ShortForm, one_or_more
from monitor.config.phrases import PhraseForm
from monitor.config.quantities import refuse
from monitor.limits import NEAR_CAP
from monitor.model import NEAR_WITHIN


def _example(value: str) -> str:
    if not value.strip():
        raise refuse("an empty example")
    return value


def _some(value: list[Any]) -> list[Any]:
    if not value:
        raise refuse("an empty list; give at least one")
    return value


def _kept(value: list[Any]) -> list[Any]:
    if not value:
        raise refuse("an empty list leaves nothing to read; leave the key out for all")
    return value


def _language(value: str) -> str:
    """The base of a code, by which languages are compared: ``zh`` for ``zh-Hant``."""
    code = language_code(value)
    if code is None:
        near = code_meant(value)
        maybe = f'. Did you mean "{near}"?' if near is not None else ""
        raise refuse(f"no language has this code{maybe}", "codes of two or three letters, as in [en, zh, ru]")
    return base_language(code) or code


def _within(value: object) -> object:
    text = value.strip() if isinstance(value, str) else str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= NEAR_CAP):
        raise refuse(f"expected a whole number from 1 to {NEAR_CAP}")
    return int(text)


Example = Annotated[str, AfterValidator(_example)]
Phrases = Annotated[list[PhraseForm], AfterValidator(_some)]
Examples = Annotated[list[Example], BeforeValidator(one_or_more)]
Names = Annotated[list[str], BeforeValidator(one_or_more)]
Codes = Annotated[list[Annotated[str, AfterValidator(_language)]], BeforeValidator(one_or_more), AfterValidator(_kept)]


class AmbiguousForm(Grammar):
    """Names that others bear too. They count only in an entry that has one of the context words as well, anywhere in
    it."""

    expected = "{any: [...], context: [...]}"

    any: Phrases = Field(description="The names.", examples=["[Ma Yun]"])
    context: Phrases = Field(
        description="Words of which at least one has to be in the entry, too.",
        examples=["[Alibaba, Ant Group, 阿里巴巴]"],
    )


class NearForm(Grammar):
    """Words that stand close to each other."""

    expected = "{words: [...], within: ...}"

    words: Phrases = Field(
        description="Two or more phrases, which must all be near each other; or one, which must be near one of `any`.",
        examples=["[Alibaba, court]"],
    )
    within: Annotated[int, BeforeValidator(_within)] = Field(
        default=NEAR_WITHIN,
        ge=1,
        le=NEAR_CAP,
        description=f"How many other words may stand between them, from 1 to {NEAR_CAP}.",
        examples=["5"],
    )


class ConditionForm(ShortForm):
    """The keys that say what is looked for."""

    expected = "a list of phrases, or keys with values (any: [...])"
    short = (list, "any")

    any: list[PhraseForm] = Field(
        default=[],
        description="At least one of these phrases must be there. List every spelling and script that matters.",
        examples=["[Jack Ma, 马云, Джек Ма]"],
    )
    ambiguous: AmbiguousForm = Field(
        default=ABSENT,
        description="Names that others bear too, beside those of `any`: they count only where a context word is in the "
        "entry as well.",
        examples=["{any: [Ma Yun], context: [Alibaba, Ant Group]}"],
    )
    use: Annotated[Names, AfterValidator(_some)] = Field(
        default=ABSENT,
        description="Names of `fragments`, or of other topics: what they look for counts like a phrase of `any`.",
        examples=["[Ant Group]"],
    )
    all: list[PhraseForm] = Field(
        default=[], description="Every one of these phrases must be there.", examples=["[Alibaba, court]"]
    )
    near: NearForm = Field(
        default=ABSENT,
        description="Words that must stand close to each other, or one word close to one of `any`.",
        examples=["{words: [founder], within: 5}"],
    )
    query: str = Field(
        default=ABSENT,
        description="A condition in one line, which must hold as well: `AND OR NOT`, parentheses, quotes, `NEAR/8`, "
        "`title:`, `source:`, `lang:`, `use:`, `-word`, `word*`. Put it in single quotes; an apostrophe within is "
        "written twice (`''`).",
        examples=["""'"Jack Ma" AND (Alibaba OR Ant) NOT marathon'"""],
    )
    none: list[PhraseForm] = Field(
        default=[],
        description="Entries with any of these words never match. Not enough alone: name what you look for, too.",
        examples=["[marathon]"],
    )
    title_only: bool = Field(
        default=False, description="Only the title is searched, for every key above.", examples=["true"]
    )
    languages: Codes = Field(
        default=ABSENT,
        description="Codes of the only languages that count. An entry whose language nobody knows counts as well. "
        "Default: all.",
        examples=["[en, zh]"],
    )
    sources: Annotated[Names, AfterValidator(_kept)] = Field(
        default=ABSENT,
        description="The only sources that count: names from `sources`. Default: all.",
        examples=["[ICIJ]"],
    )
    except_sources: Names = Field(
        default=[], description="Sources that do not count: names from `sources`.", examples=["[Simon Willison]"]
    )


class FragmentForm(ConditionForm):
    """A part of a condition that several topics use by its name (`use: NAME`, or `use:NAME` in a `query`). It takes
    the keys of a topic from `any` to `except_sources`, and may be just a list of phrases, which means `any`. It finds
    nothing by itself."""


class TopicForm(ConditionForm):
    """What you want to hear of. An article belongs to a topic when its title or text has at least one of `any`,
    `ambiguous` and `use` (where given), and everything else that is given holds: every one of `all`, `near`, `query`,
    none of `none`. A topic may also be just a list of phrases, which means `any`."""

    read: Literal["teaser", "full"] = Field(
        default="teaser",
        description="`full` fetches an entry's page as well, politely and once, where title and teaser leave it open "
        "whether the topic matches.",
        examples=["full"],
    )
    report_near: list[PhraseForm] = Field(
        default=[],
        description="Words whose entries, where the topic does not match, are kept as near misses: other versions, "
        "other spellings. They never make an alert.",
        examples=["[Qwen, 千问]"],
    )
    must_match: Examples = Field(
        default=[],
        description="Headlines that this topic has to catch; `monitor check` tries them and fails if one is missed.",
        examples=['["马云重返阿里园区"]'],
    )
    must_not_match: Examples = Field(
        default=[],
        description="Headlines that this topic must leave alone; `monitor check` tries them.",
        examples=['["Jack Mahoney wins in Boston"]'],
    )
    channels: Names = Field(
        default=["console"],
        description="Who hears of it: names from `channels`. `[]` means recorded and listed, never sent.",
        examples=["[console, pr-slack]"],
    )
    confidential: bool = Field(
        default=False,
        description="The topic's name and words stand in no request, log line or preview of a message.",
        examples=["true"],
    )
    paused: bool = Field(
        default=False,
        description="Nothing new is matched to this topic while it is true; what it has found stays.",
        examples=["true"],
    )
    was: str = Field(
        default=ABSENT,
        description="The earlier name of a topic that you renamed, so that it keeps its history.",
        examples=["Alibaba founder"],
    )
