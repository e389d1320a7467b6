"""What a channel reads: whole messages as files to be read, payloads that must stay text, and the limits of length."""

from __future__ import annotations

import html.parser
import json
import re
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.render import render
from monitor.alerts.render.neutral import (
    chat,
    markup,
    shell,
    shorten,
    shorten_left,
    slack,
    terminal,
    visible,
    web_address,
)
from monitor.alerts.render.wording import clock
from monitor.limits import CHAT_TEXT_CAP, LIST_SHOWN, MAIL_TEXT_CAP, SLACK_TEXT_CAP, URL_CAP
from monitor.model import Card, ChannelKind, Message, Quote

DATA = Path(__file__).parent.parent / "data" / "alerts"
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 9, 19, 30, tzinfo=UTC)
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
PAYLOADS: dict[str, str] = json.loads((DATA / "payloads.json").read_text())


def _card(values: dict[str, Any]) -> Card:
    values = dict(values)
    for name in ("published", "seen"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    for name in ("topics", "also"):
        values[name] = tuple(values.get(name, ()))
    values["quotes"] = tuple(Quote(**quote) for quote in values.get("quotes", ()))
    return Card(**values)


CASES = {name: [_card(card) for card in cards] for name, cards in json.loads((DATA / "cards.json").read_text()).items()}


def _render(kind: ChannelKind, cards: Sequence[Card]) -> Message:
    return render(kind, cards, zone=LONDON, now=NOW, channel="pr-slack")


def _hostile(payload: str) -> Card:
    """A card that carries the payload everywhere a feed or a watchlist can put text."""
    quotes = (
        Quote("Jack Ma", "teaser", f"x {payload} ", "Jack Ma", f" {payload} y"),
        Quote(payload, "text", "a ", payload, " b"),
    )
    return Card(
        "a9f2c1d4e5b60",
        "new_story",
        payload,
        ("Jack Ma", payload),
        "https://news.example/1",
        payload,
        NOW,
        NOW,
        (payload, payload),
        quotes,
        own=2,
        copies=1,
        differs="+1 paragraph",
        added=payload,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_message_reads_as_its_file(case: str, kind: ChannelKind) -> None:
    message = _render(kind, CASES[case])
    path = DATA / "messages" / f"{case}.{kind}.txt"
    expected = path.read_text()
    assert f"{message.title}\n=====\n{message.body}" == expected


def test_plain_of_every_kind_is_the_console_card() -> None:
    for cards in CASES.values():
        console = _render("console", cards).body
        assert {_render(kind, cards).plain for kind in KINDS} == {console}
        assert console.endswith("\n")
        assert not console.endswith("\n\n")


def test_all_words_that_were_found_are_marked() -> None:
    said = Quote(
        "Wirecard", "teaser", "Prosecutors in Munich and a ", "court", " froze Wirecard accounts linked to Marsalek.",
        others=("Wirecard", "Marsalek", "Mars"),
    )  # fmt: skip
    headline = Quote("Sanctions", "title", "", "buys", "", others=("sanctions",))
    names = Quote("Qwen3", "title", "", "qwen3", "")
    card = Card(
        "a1", "new_story", "A headline", topics=("Wirecard", "Sanctions", "Qwen3"), quotes=(said, headline, names)
    )
    body = _render("console", [card]).body
    assert '"Prosecutors in Munich and a *court* froze *Wirecard* accounts linked to *Marsalek*."' in body
    assert "For Sanctions, in the headline: *buys*, *sanctions*\n" in body
    assert "Also names *qwen3*\n" in body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [False, True])
def test_no_preview_tells_of_a_confidential_topic(kind: ChannelKind, many: bool) -> None:
    told = replace(CASES["first"][0] if "first" in CASES else next(iter(CASES.values()))[0], rule="new_story")
    secret = replace(told, topics=("Merger",), headline="Rival to be bought", confidential=True)
    message = _render(kind, [secret, told] if many else [secret])
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", "", message.body)
    previews = [message.title, message.plain[:140], message.preview or shown[:140]]
    if kind == "console":  # it is the reader's own screen
        previews = [message.title]
    assert not [words for words in ("Merger", "Rival") for preview in previews if words in preview]
    assert ("Rival to be bought" in message.body) == (kind != "apprise")
    assert _render(kind, [replace(secret, confidential=False)]).title == "Merger: Rival to be bought"


def test_a_message_needs_a_card() -> None:
    with pytest.raises(ValueError, match="at least one card"):
        _render("console", [])


# --- payloads ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAYLOADS)
def test_slack_payload_is_text(name: str) -> None:
    body = _render("slack", [_hostile(PAYLOADS[name])]).body
    assert _live_slack(body) == []
    assert len(body.splitlines()) == 7, "a payload opened a line of its own"


def _live_slack(text: str) -> list[str]:
    """What Slack would act on, apart from our one link and our own bold, in its grammar of control sequences."""
    found = [f"& that is no escape: {rest}" for rest in re.findall(r"&(?!amp;|lt;|gt;).{0,9}", text)]
    found += [token for token in re.findall(r"<[^>]*>?", text) if token != "<https://news.example/1|Read>"]
    body = re.sub(r"<https://news\.example/1\|Read>", "", text)
    found += re.findall(r"[`~]", re.sub(r"(?<=\w)~(?=\w)", "", body))
    found += re.findall(r"(?<![^\W_])_|_(?![^\W_])", body)
    opened = re.findall(r"(?<![^\W_])\*|\*(?![^\W_])", body)
    bold = re.findall(r"(?:(?<=^)|(?<=[\s\u200b\"]))\*[^*\n]+\*", body, re.MULTILINE)
    if len(opened) != 2 * len(bold) or len(bold) not in (1, 3):
        found.append(f"{len(opened)} stars for {len(bold)} bold runs")
    found += re.findall(r"@[\w&!#]\S*|\]\(|^&gt;.*", body, re.MULTILINE)
    return found + re.findall(r":[\w+'-]+:", body)


@pytest.mark.parametrize("name", PAYLOADS)
def test_html_payload_is_text(name: str) -> None:
    benign, hostile = _Nodes(), _Nodes()
    benign.feed(_render("email", [_hostile("plain words")]).body)
    message = _render("email", [_hostile(PAYLOADS[name])])
    hostile.feed(message.body)
    hostile.close()
    if visible(PAYLOADS[name]).strip():  # words that are not there are not marked either
        assert hostile.nodes == benign.nodes, "the payload made a node, an attribute or a link"
    assert re.search(r"(?i)src=|url\(|@import|http-equiv", re.sub(r">[^<]*<", "><", message.body)) is None
    assert not _forbidden(message.title + hostile.text)
    shown = visible(PAYLOADS[name]).strip()
    assert shown in hostile.text.replace("\n", " ")


class _Nodes(html.parser.HTMLParser):
    """The nodes of a page with their attributes' names and the links' targets, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[tuple[str, ...]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nodes.append((tag, *(name if name != "href" else f"href={value}" for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.nodes.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.nodes.append(("comment",))

    def handle_pi(self, data: str) -> None:
        self.nodes.append(("pi",))

    def unknown_decl(self, data: str) -> None:
        self.nodes.append(("declaration",))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("kind", ["console", "apprise"])
def test_plain_payload_is_text(name: str, kind: ChannelKind) -> None:
    message = _render(kind, [_hostile(PAYLOADS[name])])
    lines = message.body.removesuffix("\n").split("\n")
    assert len(lines) == (7 if kind == "console" else 6)
    assert not _forbidden("".join(lines) + message.title)
    if kind == "apprise":
        assert re.search(r"@[\w&!#]|\]\(", message.body + message.title) is None


def _forbidden(text: str) -> list[str]:
    """Characters that act: controls, directional overrides, embeddings and isolates, halves of characters."""
    acting = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    return [c for c in text.replace("\n", "") if unicodedata.category(c) in ("Cc", "Cs") or c in acting]


@given(st.text())
def test_neutral_text_is_one_harmless_line(text: str) -> None:
    for neutral in (terminal, chat, slack, markup):
        shown = neutral(text)
        assert "\n" not in shown
        assert not _forbidden(shown)
    assert set("<>\"'").isdisjoint(markup(text))
    assert set("<>`").isdisjoint(slack(text))


@given(st.text())
def test_visible_is_idempotent(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_controls_are_shown_and_words_stay() -> None:
    assert terminal("a\x1b[31mred\x07 \u202egpj.exe\x9b") == "a\\x1b[31mred\\x07 \\u202egpj.exe\\x9b"
    assert slack("snake_case 5*3 R&D") == "snake_case 5*3 R&amp;D"
    assert slack("*b* _i_ ~s~ `c`") == "\u2217b\u2217 \u02cdi\u02cd \u223cs\u223c \u02cbc\u02cb"
    assert chat("@everyone a@b.org") == "@\u200deveryone a@\u200db.org"
    # Apprise writes these for Slack as a mention and as a link with another label
    assert chat("<!channel> !here|x> Yahoo!ja") == "<!\u2060channel> !\u2060here|x> Yahoo!ja"
    assert chat("<https://b.example/x | bank>") == "<https:\u2060//b.example/x | bank>"
    assert chat("https://b.example/x") == "https://b.example/x"


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/a?b=1&c=2#d", "https://news.example/a?b=1&c=2#d"),
        ("HTTP://news.example/", "HTTP://news.example/"),
        ("https://news.example/新闻", "https://news.example/新闻"),
        (" https://news.example/a b", "https://news.example/a%20b"),
        ('https://news.example/a|b>c<d"e', "https://news.example/a%7Cb%3Ec%3Cd%22e"),
        ("https://news.example/\u202egpj", "https://news.example/%E2%80%AEgpj"),
        ("https://news.example/a\r\nb", "https://news.example/a%0D%0Ab"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://news.example/", None),
        ("//news.example/x", None),
        ("https:///x", None),
        ("https://[::1/", None),
        ("https://news.example/\ud800", None),
        ("https://news.example/" + "a" * URL_CAP, None),
        (None, None),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, expected: str | None) -> None:
    assert web_address(url) == expected


@pytest.mark.parametrize("name", PAYLOADS)
def test_payload_in_an_address_stays_in_the_link(name: str) -> None:
    card = replace(_hostile("words"), url="https://news.example/" + PAYLOADS[name])
    url = web_address(card.url)
    slack_foot = _render("slack", [card]).body.splitlines()[-1]
    assert slack_foot == (f"<{url.replace('&', '&amp;')}|Read> · " if url else "") + card.alert
    nodes = _Nodes()
    nodes.feed(_render("email", [card]).body)
    assert [node[1] for node in nodes.nodes if node[0] == "a"] == ([f"href={url}"] if url else [])


# --- lengths -------------------------------------------------------------------------------------


def test_a_long_title_is_cut_between_words_and_letters() -> None:
    assert shorten("short", 10) == "short"
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("x" * 20, 10) == "x" * 9 + "…"
    flag = "\U0001f1e8\U0001f1f3"
    assert shorten("abcdefg" + flag + "tail" * 3, 10) in ("abcdefg…", "abcdefg" + flag + "…")
    assert shorten("abcdefgh" + "e\u0301" * 10, 10) == "abcdefgh…"
    assert shorten("family 👩‍👩‍👧 walks", 10) == "family…"
    assert len(shorten("e" + "\u0301" * 500, 300)) <= 300


def test_the_end_of_a_long_text_is_kept_on_the_left() -> None:
    assert shorten_left("short", 10) == "short"
    assert shorten_left("one two three four", 12) == "…three four"
    assert shorten_left("x" * 20, 10) == "…" + "x" * 9
    assert shorten_left("e\u0301" * 10, 10).startswith("…e")


@given(st.text(), st.integers(min_value=45, max_value=60))
def test_cutting_never_passes_the_limit(text: str, limit: int) -> None:
    for cut in (shorten(text * 5, limit), shorten_left(text * 5, limit)):
        assert len(cut) <= limit


@pytest.mark.parametrize(
    ("kind", "cap"), [("slack", SLACK_TEXT_CAP), ("apprise", CHAT_TEXT_CAP), ("email", MAIL_TEXT_CAP)]
)
def test_a_long_list_keeps_to_the_cap_and_counts_the_rest(kind: ChannelKind, cap: int) -> None:
    card = replace(CASES["first alert"][0], headline="word " * 60, url="https://news.example/" + "a" * 300)
    body = _render(kind, [card] * 700).body
    assert len(body) <= cap
    shown = body.count(card.alert)
    assert 1 <= shown <= LIST_SHOWN
    assert f"{700 - shown} more are not named here" in body


def test_quotations_give_way_to_a_short_limit() -> None:
    long = "word " * 100
    quotes = tuple(Quote(f"T{n}", "text", long, "match", long) for n in range(9))
    card = Card("a1", "new_story", long, tuple(f"T{n}" for n in range(9)), quotes=quotes, also=("outlet " * 9,) * 9)
    assert _render("slack", [card]).body.count("*match*") == 5
    body = _render("apprise", [card]).body
    assert len(body) <= CHAT_TEXT_CAP
    assert body.count("*match*") == 2
    endless = replace(card, url="https://news.example/" + "a" * 2000)
    assert _render("apprise", [endless]).body.count("*match*") == 0, "the address is never cut"


# --- wording -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 24, 0, 5, tzinfo=UTC), "00:05"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "Mon 23 Nov 23:59"),
        (datetime(2025, 6, 1, 12, 0, tzinfo=UTC), "Sun 1 Jun 2025 13:00"),
    ],
)
def test_a_time_names_its_day_when_it_is_not_today(moment: datetime, shown: str) -> None:
    assert clock(moment, LONDON, NOW) == shown


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (timedelta(days=6), "published Wed 18 Nov 09:19"),
        (timedelta(days=7), "dated 17 Nov 2026, 1 week ago"),
        (timedelta(days=21), "dated 3 Nov 2026, 3 weeks ago"),
        (timedelta(days=61), "dated 24 Sep 2026, 2 months ago"),
        (timedelta(days=800), "dated 15 Sep 2024, 2 years ago"),
        (timedelta(hours=-5), "published 14:19"),
    ],
)
def test_an_old_date_is_said(age: timedelta, shown: str) -> None:
    card = Card("a1", "new_story", "h", published=NOW - age, seen=NOW)
    assert _render("console", [card]).body.splitlines()[1] == f"{shown}, seen 09:19 (London)"


def test_the_zone_is_named_and_the_reader_s() -> None:
    card = Card("a1", "new_story", "h", seen=NOW, published=NOW)
    message = render("console", [card], zone=ZoneInfo("America/New_York"), now=NOW, channel="c")
    assert message.body.splitlines()[1] == "published 04:19, seen 04:19 (New York)"


def test_what_is_not_known_is_left_out() -> None:
    assert _render("console", [Card("a1", "new_story", "  ")]).body.splitlines() == [
        "(no headline)",
        "Why you: pr-slack · first alert on this story",
        "a1",
    ]


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        (Quote("T", "teaser", "", "M", ""), '"*M*"'),
        (Quote("T", "teaser", "… so ", "M", " went …"), '"… so *M* went …"'),
        (Quote("T", "teaser", "... so ", "M", " went."), '"... so *M* went."'),
        (Quote("T", "text", "So\n\n", "M", "\twent"), '"So *M* went"'),
        (Quote("T", "text", "So ", "M", " went.", "full text, paragraph 4"), '"So *M* went." (full text, paragraph 4)'),
        (Quote("T", "title", "so ", "M", " went"), "In the headline: *M*"),
    ],
)
def test_a_quotation_stands_as_it_was_cut(quote: Quote, shown: str) -> None:
    card = Card("a1", "new_story", "h", ("T",), quotes=(quote,))
    assert _render("console", [card]).body.splitlines()[1] == shown


def test_a_topic_that_opens_the_headline_is_not_said_twice() -> None:
    assert _render("slack", [Card("a1", "new_story", "JACK MA returns", ("Jack Ma",))]).title == "JACK MA returns"
    assert _render("slack", [Card("a1", "new_story", "He returns", ("Jack Ma",))]).title == "Jack Ma: He returns"


def test_slack_bold_stands_apart_in_scripts_without_spaces() -> None:
    card = Card("a1", "new_story", "h", ("T",), quotes=(Quote("T", "text", "前任", "马云", "重返"),))
    assert _render("slack", [card]).body.splitlines()[1] == '"前任\u200b*马云*\u200b重返"'


def test_a_name_behind_a_command_is_one_word_of_a_shell() -> None:
    for name in ("Qwen3", "Jack Ma", 'a "b"', "$(rm x)", "`x`", "it's", "a\\b", "马云"):
        assert shlex.split(f"monitor stories --topic {shell(name)}")[-1] == name
    assert (shell("Qwen3"), shell("Jack Ma")) == ("Qwen3", '"Jack Ma"')
