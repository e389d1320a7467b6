"""Documents made into entries: keys, clean texts, caps and dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.normalise import believable, clean, clean_title, normalise
from monitor.limits import ENTRIES_CAP, ID_CAP, TEXT_CAP, TITLE_CAP
from monitor.model import Entry, Parsed, ParsedEntry
from tests.clocks import within

SEEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG = " ".join(f"word{n}" for n in range(50))
TITLE = "Founder asked businessman to return"


def entries(*given: ParsedEntry, outlet: str = "The Guardian", language: str | None = None) -> tuple[Entry, ...]:
    """What normalisation makes of a document with these entries."""
    return normalise(Parsed(given, language=language), outlet)


def test_an_entry_is_known_by_its_id_else_address_else_text() -> None:
    by_id, by_url, by_text = entries(
        ParsedEntry(id=" tag:1 ", url="https://ex.com/1", title="One"),
        ParsedEntry(url="https://ex.com/2?utm_source=x", title="Two"),
        ParsedEntry(title="Three", teaser="said"),
    )
    assert by_id.key == "tag:1"
    assert by_url.key == "https://ex.com/2?utm_source=x"
    assert by_text.key == f"text:{by_text.text_hash}"
    assert len(by_id.key_hash) == 32
    assert len({by_id.key_hash, by_url.key_hash, by_text.key_hash}) == 3


def test_what_says_nothing_is_no_entry() -> None:
    assert entries(ParsedEntry(), ParsedEntry(id=" ", url="\x00", title="\u202e")) == ()
    assert len(entries(ParsedEntry(text="only a text"))) == 1


def test_repeats_collapse() -> None:
    one = ParsedEntry("1", "https://ex.com/1", TITLE, "a")
    made = entries(one, one, ParsedEntry("1", "https://www.ex.com/1?utm_source=x", TITLE, "b"))
    assert [(entry.key, entry.teaser) for entry in made] == [("1", "a")]
    assert len(entries(ParsedEntry(title="x"), ParsedEntry(title="x"))) == 1


def test_one_id_for_a_whole_feed_is_told_apart_in_any_order() -> None:
    feed = [ParsedEntry("feed", f"https://ex.com/{n}", f"Title number {n}") for n in range(3)]
    keys = [entry.key for entry in entries(*feed)]
    assert keys == [f"feed\nhttps://ex.com/{n}" for n in range(3)]
    new = ParsedEntry("feed", "https://ex.com/9", "The newest stands first")
    assert [entry.key for entry in entries(new, *feed)][1:] == keys
    assert entries(new, *feed)[0].title == new.title


def test_one_address_for_every_issue_is_told_apart_by_title() -> None:
    made = entries(
        ParsedEntry(url="https://ex.com/letter", title="Issue 1"),
        ParsedEntry(url="https://ex.com/letter", title="Issue 2"),
        ParsedEntry("7", title="other"),
        ParsedEntry("8", teaser="one text"),
        ParsedEntry("8", teaser="another text"),
    )
    assert len({entry.key_hash for entry in made}) == 5
    assert made[0].key == "https://ex.com/letter\nhttps://ex.com/letter\nIssue 1"
    assert made[2].key == "7"


def test_long_ids_are_known_by_their_hash() -> None:
    one, two = entries(ParsedEntry("x" * ID_CAP, title="a"), ParsedEntry("x" * (ID_CAP + 1), title="b"))
    assert one.key == "x" * ID_CAP
    assert two.key.startswith("sha256:")
    assert len(two.key) < ID_CAP


def test_titles_keep_one_key_whatever_stands_behind_them() -> None:
    (plain,) = entries(ParsedEntry("1", title=TITLE))
    for title in (f"{TITLE} - The Guardian", f"{TITLE} | theguardian.com", f"BREAKING: {TITLE.upper()}"):
        assert entries(ParsedEntry("1", title=title))[0].title_key == plain.title_key
    assert entries(ParsedEntry("1", title=f"{TITLE} - Reuters"))[0].title_key != plain.title_key
    named = entries(ParsedEntry("1", title=f"{TITLE} - Reuters", outlet="Reuters"))[0]
    assert (named.title_key, named.outlet) == (plain.title_key, "Reuters")
    assert plain.outlet == "The Guardian"
    assert entries(ParsedEntry("1", title="Two words"))[0].title_key is None
    assert entries(ParsedEntry("1", title="a b c"), outlet="")[0].outlet is None


def test_a_tail_of_four_titles_is_the_outlets() -> None:
    alone = entries(ParsedEntry("1", title=TITLE))[0].title_key
    others = [ParsedEntry(str(n), title=f"Headline of article {'abc'[n]} - World Desk") for n in range(3)]
    mine = ParsedEntry("9", title=f"{TITLE} - World Desk")
    assert entries(mine, *others)[0].title_key == alone
    assert entries(mine, *others[:2], others[0])[0].title_key != alone


def test_the_body_has_a_hash_only_if_it_is_long() -> None:
    text, teaser, short, chinese = entries(
        ParsedEntry("1", text=LONG, teaser="x"),
        ParsedEntry("2", teaser=LONG.upper().replace(" ", ", ")),
        ParsedEntry("3", text=LONG[:300]),
        ParsedEntry("4", text="马" * 100),
    )
    assert text.body_hash == teaser.body_hash is not None
    assert short.body_hash is None
    assert chinese.body_hash is not None


def test_any_change_is_another_text_hash() -> None:
    variants = [("t", "a", "b"), ("t", "ab", ""), ("t", "", "ab"), ("T", "a", "b")]
    assert len({entries(ParsedEntry("1", None, *texts))[0].text_hash for texts in variants}) == 4


def test_only_usable_addresses_are_links() -> None:
    script, front, page = entries(
        ParsedEntry("1", "javascript:alert(1)", "x"),
        ParsedEntry("2", "https://ex.com/", "x"),
        ParsedEntry("3", "https://www.ex.com/a", "x"),
    )
    assert (script.url, script.url_key) == (None, None)
    assert (front.url, front.url_key) == ("https://ex.com/", None)
    assert (page.url, page.url_key) == ("https://www.ex.com/a", "https://ex.com/a")
    assert entries(ParsedEntry(url="not an address", title="x"))[0].key == "not an address"


def test_language_and_date_are_passed_on() -> None:
    one, two = entries(ParsedEntry("1", published=SEEN), ParsedEntry("2", language=" EN-gb "), language="de")
    assert (one.language, two.language, one.published) == ("de", "en-gb", SEEN)
    assert entries(ParsedEntry("1"))[0].language is None


def test_caps() -> None:
    many = entries(*(ParsedEntry(str(n)) for n in range(ENTRIES_CAP + 5)))
    assert [entry.key for entry in many] == [str(n) for n in range(ENTRIES_CAP)]
    (huge,) = entries(ParsedEntry("1", title="t" * 5_000_000, teaser="e" * 200_000, text="x " * 200_000))
    assert (len(huge.title), len(huge.teaser)) == (TITLE_CAP, TEXT_CAP)
    assert len(huge.text) == TEXT_CAP - 1
    (marks,) = entries(ParsedEntry("1", title="a" + "\u0301" * 10_000))
    assert len(marks.title) == TITLE_CAP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AT&amp;T &amp; Co", "AT&T & Co"),
        ("it&#8217;s", "it’s"),
        ("&lt;b&gt; stays text", "<b> stays text"),
        ("x &#0; &#xD800; &#x110000; y", "x \ufffd \ufffd \ufffd y"),
        ("R&D; and &unknownentity; stay", "R&D; and &unknownentity; stay"),
        ("\ufeffa\u202eb\u2066c\x00\x07\ud800 \u3000 d\n\ne", "abc d e"),
    ],
)
def test_clean_titles(text: str, expected: str) -> None:
    assert clean_title(text) == expected


def test_clean_texts_keep_their_paragraphs() -> None:
    assert clean(" one\t two \r\n\r\n three\u2028four ", 100) == "one two\nthree\nfour"
    assert clean("a b", 2) == "a"


@given(st.text(st.characters(categories=None) | st.sampled_from("&;#x0&amp;\ud800\x00\u202e \n")))
def test_clean_is_idempotent_and_storable(text: str) -> None:
    cleaned = clean(text, 50)
    assert clean(cleaned, 50) == cleaned
    assert "\x00" not in clean_title(text).encode().decode()


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, None),
        (SEEN - timedelta(days=3000), SEEN - timedelta(days=3000)),
        (SEEN + timedelta(days=1), SEEN + timedelta(days=1)),
        (SEEN + timedelta(days=1, seconds=1), None),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), None),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), None),
        (datetime(2026, 11, 24, 3, tzinfo=timezone(timedelta(hours=5))), datetime(2026, 11, 23, 22, tzinfo=UTC)),
    ],
)
def test_dates_that_can_be_true(published: datetime | None, expected: datetime | None) -> None:
    assert believable(published, SEEN) == expected


@pytest.mark.parametrize(("published", "seen"), [(SEEN.replace(tzinfo=None), SEEN), (SEEN, SEEN.replace(tzinfo=None))])
def test_a_naive_date_is_refused(published: datetime, seen: datetime) -> None:
    with pytest.raises(ValueError, match="naive"):
        believable(published, seen)


@pytest.mark.parametrize(
    "filler", [" ", " \n", "- ", "live ", ": ", "a|", "\u0301", "+", "1.", "&amp;", "a/amp", "%41"]
)
def test_no_text_is_slow(filler: str) -> None:
    text = filler * (TEXT_CAP // len(filler))
    with within(2):
        entries(ParsedEntry("1", f"https://ex.com/{text[:2000]}", text, text, text, outlet=text))


def test_a_document_is_normalised_quickly() -> None:
    """50 entries of 4 KB took 12 ms where this was written; the bound leaves room for a busy machine."""
    document = [ParsedEntry(str(n), f"https://ex.com/{n}", f"{TITLE} {n}", text=LONG * 10) for n in range(50)]
    with within(1):
        assert len(entries(*document)) == 50


def test_no_feed_can_choose_the_key_of_another_entry() -> None:
    long = "https://a.example/" + "x" * 600
    first = normalise(Parsed(entries=(ParsedEntry(id=long, title="One"),)), "A")[0]
    assert first.key.startswith("sha256:")
    forged = normalise(Parsed(entries=(ParsedEntry(id=long, title="One"), ParsedEntry(id=first.key, title="Two"))), "A")
    assert len({entry.key_hash for entry in forged}) == 2
