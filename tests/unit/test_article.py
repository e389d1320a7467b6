"""Articles from pages: every file of ``tests/data/article`` gives what stands beside it."""

from __future__ import annotations

import dataclasses
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.limits import ARTICLE_FLOOR, HTML_CAP, PARSE_CPU, TAGS_CAP, TEXT_CAP, TITLE_CAP
from monitor.model import Document, Extracted, ParseFailure
from monitor.sources.article import article
from monitor.sources.article_boilerplate import cleaned, key, sort_of
from monitor.sources.page_bytes import decoded
from tests.clocks import within

DATA = Path(__file__).parent.parent / "data" / "article"
CASES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))
ADDRESS = "https://courier.example/news/page.html"
SENTENCE = "The harbour bridge carried its first cars in nine months on Wednesday, and the ferry stayed in the dock. "
LINE = SENTENCE.strip()


def plain(found: Extracted | ParseFailure) -> dict[str, Any]:
    """A record as its JSON shows it: paragraphs in a list, nothing that is empty."""
    shown = {name: value for name, value in dataclasses.asdict(found).items() if value}
    if isinstance(found, Extracted):
        shown["text"] = found.text.split("\n")
        if found.published:
            shown["published"] = found.published.isoformat()
    return shown


def page(body: str, head: str = "", *, language: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def extract(markup: str | bytes, content_type: str = "text/html", url: str = ADDRESS) -> Extracted | ParseFailure:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return article(Document(url, body, content_type=content_type))


def said(markup: str | bytes, content_type: str = "text/html", url: str = ADDRESS) -> Extracted:
    found = extract(markup, content_type, url)
    assert isinstance(found, Extracted), found
    return found


def reason(markup: str | bytes, content_type: str = "text/html") -> str:
    found = extract(markup, content_type)
    assert isinstance(found, ParseFailure), found
    return found.reason


def with_head(head: str, *, url: str = ADDRESS) -> Extracted:
    return said(page(f"<p>{SENTENCE * 4}</p>", head), url=url)


def json_ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_page(path: Path) -> None:
    expected = json.loads((DATA / f"{path.name}.expected.json").read_text("utf-8"))
    found = extract(path.read_bytes(), expected["content_type"])
    assert plain(found) == expected["page" if isinstance(found, Extracted) else "failure"]
    assert isinstance(found, Extracted) == ("page" in expected)


def test_the_libraries_are_loaded_only_when_a_page_is_read() -> None:
    code = (
        "import sys, monitor.sources.article, monitor.sources.robots, monitor.sources;"
        "sys.exit(any(name in sys.modules for name in ('trafilatura', 'lxml', 'protego', 'htmldate')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_worker_can_be_asked_for_it() -> None:
    assert pickle.loads(pickle.dumps(article)) is article  # noqa: S301 - written in this line


# --- the text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "kept"), [(ARTICLE_FLOOR - 1, False), (ARTICLE_FLOOR, True), (ARTICLE_FLOOR + 1, True)]
)
def test_a_text_below_the_floor_is_no_article(length: int, kept: bool) -> None:
    text = (SENTENCE * 4)[: length - 1].rstrip(" ,").ljust(length - 1, "x") + "."
    found = extract(page(f"<article><h1>Bridge</h1><p>{text}</p></article>"))
    assert isinstance(found, Extracted) == kept
    assert kept or (isinstance(found, ParseFailure) and found.reason == "too_short")


def test_scripts_that_write_words_in_one_sign_need_half_as_many() -> None:
    text = "港の橋が九か月ぶりに開通した。" * (ARTICLE_FLOOR // 28 + 1)
    assert len(text) < ARTICLE_FLOOR
    assert said(page(f"<article><p>{text}</p></article>", language="ja")).text == text


@pytest.mark.parametrize("length", [TEXT_CAP - 1, TEXT_CAP, TEXT_CAP + 1])
def test_texts_are_capped(length: int) -> None:
    assert len(said(page(f"<article><p>{'x' * length}</p></article>")).text) == min(length, TEXT_CAP)


@pytest.mark.parametrize(("over", "kept"), [(-1, True), (0, True), (1, False)])
def test_bytes_over_the_cap_are_not_read(over: int, kept: bool) -> None:
    """The last paragraph ends ``over`` bytes behind the cap; a word that is cut is not the word."""
    start, end = f"<html><body><article><p>{SENTENCE * 3}</p><!--", "--><p>The very last word is zebra"
    filler = "x" * (HTML_CAP + over - len(start) - len(end))
    assert said(start + filler + end).text.endswith("zebra") == kept


@pytest.mark.parametrize(("elements", "kept"), [(TAGS_CAP - 1, True), (TAGS_CAP, True), (TAGS_CAP + 1, False)])
def test_elements_over_the_cap_are_not_read(elements: int, kept: bool) -> None:
    start = f"<html><body><article><p>{SENTENCE * 3}</p>"  # four of them, and one in the last line
    markup = start + "<i></i>" * (elements - 5) + f"<p>{'The zebra crossed the bridge on foot. ' * 3}</p>"
    assert ("zebra" in said(markup).text) == kept


def test_no_text_holds_what_no_database_keeps() -> None:
    found = said(page(f"<p>{SENTENCE}&#0;&#xD800;\x0b{SENTENCE}&#x1b;[31m{SENTENCE}</p>"))
    assert not any((ord(sign) < 32 and sign != "\n") or 0xD800 <= ord(sign) <= 0xDFFF for sign in found.text)
    found.text.encode()


def test_lists_of_links_lead_elsewhere() -> None:
    links = "".join(f'<li><a href="/{n}">Another headline of the day, number {n}</a></li>' for n in range(4))
    found = said(page(f"<article><p>{SENTENCE * 2}</p><ul>{links}</ul><ul><li>one horse</li><li>two carts</li></ul>"
                      f"<p>{SENTENCE * 2}</p></article>"))  # fmt: skip
    assert "Another headline" not in found.text
    assert "one horse" in found.text


def test_a_page_made_of_lists_of_links_is_read_all_the_same() -> None:
    links = "".join(f'<li><a href="/{n}">{SENTENCE}</a></li>' for n in range(6))
    assert SENTENCE.strip() in said(page(f"<ul>{links}</ul>")).text


def test_the_text_for_search_engines_is_taken_where_the_page_shows_much_less() -> None:
    shown = f"<article><p>{SENTENCE * 16}</p></article>"
    assert "zebra" in said(page(shown, json_ld(articleBody=SENTENCE * 40 + "zebra"))).text
    assert "zebra" not in said(page(shown, json_ld(articleBody=SENTENCE * 20 + "zebra"))).text
    markup = f"<p>{SENTENCE * 20}</p><p>zebra</p>"
    assert said(page("", json_ld(articleBody=markup))).text.endswith("zebra")


# --- what is no page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <html><p>", "text/html"),
        (b"\x89PNG\r\n<p>", "text/html"),
        (b'["<p>a</p>"]', "text/html"),
        (b"<html><p>a</p></html>", "application/json"),
        (b"<html><p>a</p></html>", "image/png"),
        (b"<urlset xmlns='x'><url><p>a</p></url></urlset>", "text/xml"),
        (b"just words", "text/html"),
        (b"", "text/html"),
    ],
)
def test_what_is_no_page(body: bytes, content_type: str) -> None:
    found = extract(body, content_type)
    assert isinstance(found, ParseFailure)
    assert found.reason == "not_a_page"
    assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    "content_type", ["", "text/html; charset=utf-8", "TEXT/HTML", "text/plain", "application/xhtml+xml"]
)
def test_what_servers_call_a_page(content_type: str) -> None:
    assert said(page(f"<p>{SENTENCE * 4}</p>"), content_type).text == (SENTENCE * 4).strip()


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Attention Required! | Cloudflare</h1><p>Sorry, you have been blocked</p>",
        "<p>Bitte aktivieren Sie JavaScript, um fortzufahren.</p>",
        "<p>Пожалуйста, включите JavaScript.</p>",
        "<p>请完成验证</p>",
        "<p>Press & Hold to confirm you are a human (and not a bot).</p>",
        "<script src='https://geo.captcha-delivery.com/c.js'></script><p>a</p>",
        "<p>Il vous reste 80.5% de cet article à lire. La suite est réservée aux abonnés.</p>",
        "<p>この記事は有料会員限定です。</p>",
        "<p>Nous et nos 812 partenaires utilisons des cookies.</p><p>Tout accepter: cookies</p>",
    ],
)
def test_walls_before_the_article(body: str) -> None:
    assert reason(page(body)) == "challenge"


def test_labels_and_headlines_are_no_article() -> None:
    names = "".join(f"<button>Harbour of the town number {n}</button>" for n in range(99))
    found = extract(page(f"<noscript>Please enable JavaScript.</noscript>{names}"))
    assert found == ParseFailure("too_short", "The page holds headlines and labels, but no article.")


def test_a_page_of_many_words_is_no_wall_for_a_request_for_scripts() -> None:
    rows = "".join(f"<footer>Harbour of the town number {n}</footer>" for n in range(99))
    assert reason(page(f"<noscript>Please enable JavaScript.</noscript>{rows}")) == "too_short"


def test_a_long_text_is_no_wall_for_a_mention_of_one() -> None:
    mention = "The court asked whether the company had obtained the consent of its users before it set cookies. "
    noscript = "<noscript>Please enable JavaScript to see the comments.</noscript>"
    found = said(
        page(f"<p>{SENTENCE * 2}</p><p>{mention * 2}</p>{noscript}", "<script src='/captcha-delivery.com'></script>")
    )
    assert mention.strip() in found.text


# --- lines that are no part of an article -----------------------------------------------------------------

BOILERPLATE = json.loads((DATA.parent / "article_lines.json").read_text("utf-8"))


@pytest.mark.parametrize(("sort", "line"), [(sort, line) for sort, lines in BOILERPLATE.items() for line in lines])
def test_line(sort: str, line: str) -> None:
    assert (sort_of(line) or "article") == sort


def test_a_heading_of_the_comments_ends_the_article() -> None:
    lines = (LINE, LINE, "3 Comments", "I was there and it was loud.")
    assert cleaned(lines, (), enough=100).lines == (LINE, LINE)


@pytest.mark.parametrize("lines", [("Comments", LINE), (LINE, "Comments", LINE * 2)])
def test_a_heading_of_the_comments_above_the_article_does_not(lines: tuple[str, ...]) -> None:
    assert cleaned(lines, (), enough=100).lines == tuple(line for line in lines if line != "Comments")


def test_headlines_under_related_go_with_it_and_the_article_goes_on() -> None:
    lines = (LINE, "You may also like", "Ferry fares go up in April", "Market moves to Friday", LINE)
    assert cleaned(lines, (), enough=100).lines == (LINE, LINE)


def test_the_title_begins_the_article() -> None:
    lines = ("Home", "Harbour news of the week", "Bridge “reopens”", LINE, "Bridge “reopens”", LINE)
    assert cleaned(lines, ("BRIDGE “REOPENS”",), enough=100).lines == (LINE, "Bridge “reopens”", LINE)


@given(st.text(max_size=700))
def test_any_line_has_a_key_and_a_sort(line: str) -> None:
    assert key(key(line)) == key(line) or len(line) > 600
    sort_of(line)


# --- encodings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "header", "meta"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-8-sig", "windows-1252", ""),
        ("utf-16", "", ""),
        ("utf-16-be", "", ""),
        ("cp1251", "windows-1251", ""),
        ("cp1251", "", "windows-1251"),
        ("cp1251", "nonsense", "windows-1251"),
        ("cp1251", "idna", "windows-1251"),
        ("koi8-r", "utf-8", "koi8-r"),
        ("cp1251", "", ""),
    ],
)
def test_encodings(codec: str, header: str, meta: str) -> None:
    text = "Мост в гавани снова открыт, и первые машины прошли по нему в среду утром. " * 6
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    bom = b"\xfe\xff" if codec == "utf-16-be" else b""
    body = bom + f"<html><head>{declared}</head><body><p>{text}</p></body></html>".encode(codec)
    assert said(body, f"text/html; charset={header}" if header else "").text == text.strip()


def test_seven_bit_japanese() -> None:
    markup = "<html><head><meta charset=iso-2022-jp></head><body><p>港の橋</p>".encode("iso2022_jp")
    assert "港の橋" in decoded(markup, "")


def test_a_sign_that_the_cap_cuts_is_left_out() -> None:
    assert decoded("<p>é".encode()[:-1], "") == "<p>"


def test_bytes_that_fit_nowhere_are_replaced() -> None:
    assert decoded(b"<p>\x81\x8d\xff", "text/html; charset=shift_jis").startswith("<p>")


# --- facts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Bridge reopens - The Gavan Courier</title>", "<h1>Bridge reopens</h1>", "Bridge reopens"),
        ("<title>Bridge reopens | Courier</title>", "", "Bridge reopens"),  # courier.example
        ("<title>Bridge reopens | A day out</title>", "", "Bridge reopens | A day out"),
        ("<title>Bridge - a history</title>", "<h1>Sport</h1>", "Bridge - a history"),
        ('<meta property="og:title" content="Bridge &amp;quot;reopens&amp;quot;">', "", 'Bridge "reopens"'),
        ('<meta property="og:title" content="Bridge"><title>Bridge</title>', "<h1>Boats</h1>", "Bridge"),
        (json_ld(headline="Bridge reopens", publisher={"name": "Herald"}), "<h1>Herald</h1>", "Bridge reopens"),
        ('<title>Brücke offen｜Bote</title><meta property="og:site_name" content="Bote">', "", "Brücke offen"),
        ("", "<h1>The <b>bridge</b> re&shy;opens</h1>", "The bridge reopens"),
        ("", "<h2>The bridge reopens</h2>", "The bridge reopens"),
        (json_ld(x=[{}] * 30_000, y={"@type": "Article", "headline": "Late"}), "<h2>The bridge</h2>", "The bridge"),
    ],
)
def test_titles(head: str, body: str, title: str) -> None:
    assert said(page(f"{body}<p>{SENTENCE * 4}</p>", head)).title == title


def test_titles_are_capped() -> None:
    assert len(with_head(f"<title>{'x' * (TITLE_CAP + 1)}</title>").title) == TITLE_CAP


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (json_ld(datePublished="2026-03-04T18:05:00+01:00"), "2026-03-04T17:05:00+00:00"),
        (json_ld(datePublished="2026-03-04"), "2026-03-04T00:00:00+00:00"),
        (json_ld(datePublished="Wed, 04 Mar 2026 17:05:00 GMT"), "2026-03-04T17:05:00+00:00"),
        (json_ld(datePublished="2026-03-04 17:05:00 Europe/London"), "2026-03-04T17:05:00+00:00"),
        ('<meta property="article:published_time" content="2026-03-04T17:05:00Z">', "2026-03-04T17:05:00+00:00"),
        (json_ld(datePublished="soon") + '<meta name="date" content="2026-03-04">', "2026-03-04T00:00:00+00:00"),
        ('<script type="application/ld+json">{"a": b</script><meta name="pubdate" content="2026">', None),
        (json_ld(datePublished=["2026"], headline={"a": 1}, author=[None, 3]), None),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", None),
    ],
)
def test_dates(head: str, published: str | None) -> None:
    found = with_head(head).published
    assert (found.isoformat() if found else None) == published


def test_a_date_written_for_readers_is_found_to_the_day() -> None:
    found = said(page(f"<article><time pubdate datetime='2026-03-04'>4 March</time><p>{SENTENCE * 4}</p></article>"))
    assert found.published == datetime(2026, 3, 4, tzinfo=UTC)
    found = said(page(f"<article><div class='date'>Published 4 March 2026</div><p>{SENTENCE * 4}</p></article>"))
    assert found.published == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "author"),
    [
        (json_ld(author={"@type": "Person", "name": "By Mira Holt"}), "Mira Holt"),
        (json_ld(author=[{"name": ["Mira Holt", "Jo Ferris"]}, "Mira Holt"]), "Mira Holt; Jo Ferris"),
        (json_ld(author="https://courier.example/mira") + '<meta name="author" content="Mira Holt">', "Mira Holt"),
        ('<meta property="article:author" content="https://social.example/courier">', ""),
        ('<meta name="author" content="mira@courier.example">', ""),
    ],
)
def test_authors(head: str, author: str) -> None:
    assert with_head(head + "<title>Bridge</title>").author == author


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/news/bridge">', "https://courier.example/news/bridge"),
        ('<link rel="shortlink Canonical" href="//m.example/b">', "https://m.example/b"),
        (
            '<meta property="og:url" content="https://courier.example/news/bridge">',
            "https://courier.example/news/bridge",
        ),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="ftp://courier.example/a">', None),
        ('<link rel="canonical" href="https://[bad/">', None),
        ('<link rel="canonical" href="https://courier.example/">', None),  # the front, from a page that is not
        ("", None),
    ],
)
def test_canonical_addresses(head: str, canonical: str | None) -> None:
    assert with_head(head).canonical == canonical


def test_the_front_may_call_itself_the_front() -> None:
    found = with_head('<link rel="canonical" href="https://courier.example/">', url="https://courier.example/")
    assert found.canonical == "https://courier.example/"


@pytest.mark.parametrize(
    ("markup", "header", "language"),
    [
        ('<html lang="pt-BR"><body>', "", "pt-br"),
        ('<html lang="not a language"><head><meta property="og:locale" content="fr_CA"></head><body>', "", "fr-ca"),
        (f"<html><head>{json_ld(inLanguage='sv')}</head><body>", "", "sv"),
        ("<html><body>", "da, en", "da"),
        ("<html><body>", "", None),
    ],
)
def test_languages(markup: str, header: str, language: str | None) -> None:
    body = f"{markup}<p>{SENTENCE * 4}</p></body></html>".encode()
    found = article(Document(ADDRESS, body, content_type="text/html", content_language=header))
    assert isinstance(found, Extracted)
    assert found.language == language


# --- hostile pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body>" + "<div>" * 100_000 + f"<p>{SENTENCE * 3}",
        "<html><body>" + "<b><i><p>" * 200_000,
        "<html><body>" + "<ul><li><a>x</a>" * 100_000,
        "<html><body>" + "<table><tr><td>" * 60_000,
        "<html><head><title>" + " - a" * 400_000,
        "<html><body><p>" + "2020-01-01 " * 180_000,
        "<html><body><p " + "a=b " * 500_000 + ">",
        "<html><body><p>" + "&#xD800;" * 200_000,
        "<html>" + "<" * 2_000_000,
        "<html><body><p>" + "w" * (10 * 1024 * 1024),
    ],
    ids=lambda markup: str(markup[:30]),
)
def test_hostile_pages_cost_a_worker_less_than_it_may_take(markup: str) -> None:
    body = markup.encode()
    with within(PARSE_CPU):
        extract(body)


def test_what_the_parsers_raise_is_a_failure_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*args: object, **options: object) -> None:
        raise ValueError("secret words of the page")

    monkeypatch.setattr("trafilatura.bare_extraction", raises)
    assert extract(page(f"<p>{SENTENCE}</p>")) == ParseFailure(
        "malformed", "The page is damaged: reading it failed (ValueError)."
    )


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<html><body><article><p>", b"<html><head><title>", b"<!doctype html>"]),
)
def test_any_bytes_give_a_value(noise: bytes, start: bytes) -> None:
    found = extract(start + noise + f"<p>{SENTENCE * 3}".encode())
    assert isinstance(found, Extracted | ParseFailure)
    json.dumps(plain(found), ensure_ascii=False).encode()
