"""How a question is read: addresses in every spelling, ids, words, and what is none of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import UsageError
from monitor.pipeline.explain.question import (
    Address,
    AlertId,
    Id,
    Question,
    Words,
    day_in,
    host_forms,
    read_question,
    spellings,
)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("https://icij.org/a", Address("https://icij.org/a")),
        (" HTTP://icij.org/a ", Address("HTTP://icij.org/a")),
        ("icij.org/a", Address("https://icij.org/a")),
        ("пример.рф/новость", Address("https://пример.рф/новость")),
        ("e12", Id("entry", 12)),
        ("d3", Id("delivery", 3)),
        ("a9f2c1", AlertId("a9f2c1")),
        ("Jack  Ma", Words(("Jack", "Ma"))),
        ("icij.org", Words(("icij.org",))),
        ("", Words(())),
    ],
)
def test_a_question_is_read(text: str, question: Question) -> None:
    assert read_question(text) == question


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://icij.org:99999/a", "its host or port is wrong"),
        ("https://[::1/a", "its host or port is wrong"),
        ("https://icij.org/" + "a" * 2048, "too long for an address (2065 characters; at most 2048)"),
        ("word " * 201, "too long for a headline (1004 characters; at most 1000)"),
        ("p9", "p9 is a source"),
        ("a\x00b", "no text has"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says.replace("(", r"\(").replace(")", r"\)")):
        read_question(text)


@pytest.mark.parametrize(
    ("word", "host"),
    [
        ("icij.org", "icij.org"),
        ("WWW.ICIJ.org", "www.icij.org"),
        ("пример.рф", "пример.рф"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("v1.5", None),
        ("word", None),
        (".NET", None),
    ],
)
def test_one_word_may_be_a_host(word: str, host: str | None) -> None:
    assert Words((word,)).host == host
    assert Words((word, "more")).host is None


@pytest.mark.parametrize(
    ("host", "forms"),
    [
        ("icij.org", ("icij.org",)),
        ("пример.рф", ("xn--e1afmkfd.xn--p1ai", "пример.рф")),
        ("xn--e1afmkfd.xn--p1ai", ("xn--e1afmkfd.xn--p1ai", "пример.рф")),
        ("a" * 70 + ".example", ("a" * 70 + ".example",)),
    ],
)
def test_a_host_has_two_forms_at_most(host: str, forms: tuple[str, ...]) -> None:
    assert host_forms(host) == forms


def test_an_address_is_looked_for_in_all_its_spellings() -> None:
    urls, keys = spellings("http://www.пример.рф:8080/a?utm_source=x#top")
    assert urls[0] == "http://www.пример.рф:8080/a?utm_source=x#top"
    assert "http://www.xn--e1afmkfd.xn--p1ai:8080/a?utm_source=x#top" in urls
    assert keys == ("https://xn--e1afmkfd.xn--p1ai:8080/a",)
    assert spellings("https://a.example/x#part")[1] == ("https://a.example/x#part", "https://a.example/x")
    assert spellings("https://icij.org/") == (("https://icij.org/",), ())


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/11/24/x", 24),
        ("https://a.example/2026/nov/24/x", 24),
        ("https://a.example/x-20261124", 24),
        ("https://a.example/2026/nox/24/x", None),
        ("https://a.example/2026/02/31/x", None),
        ("https://a.example/x", None),
    ],
)
def test_the_day_of_an_address(url: str, day: int | None) -> None:
    found = day_in(url)
    assert found == (None if day is None else (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC)))
