"""robots.txt: what it says of an address, by RFC 9309 and by what real files hold."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.limits import PARSE_CPU, ROBOTS_CAP
from monitor.model import RobotsAnswer
from monitor.sources.robots import AGENT, robots
from tests.clocks import within

PAGE = "https://courier.example/news/bridge.html?page=2"


def answer(text: str | bytes, url: str = PAGE, agent: str = AGENT) -> RobotsAnswer:
    return robots(text if isinstance(text, bytes) else text.encode(), url, agent)


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news", False),
        ("User-agent: *\nDisallow: /News", True),
        ("user-agent:*\ndisallow:/news", False),
        ("User-agent: *\r\nDisallow: /news # not for machines\r\n", False),
        ("User-agent: *\rDisallow: /news\r", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news/bridge", True),  # the longer rule wins
        ("User-agent: *\nDisallow: /news\nAllow: /news", True),  # of equal ones the allowing
        ("User-agent: *\nDisallow: /*.html", False),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: *\nDisallow: /*?page=", False),
        ("User-agent: *\nDisallow: /news/bridge.html?page=2$", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: other\nUser-agent: *\nDisallow: /", False),
        ("User-agent: other\n\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: coverage-monitor\nDisallow: /private", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: Coverage-Monitor/1.0\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: coverage-monitor\nDisallow:", True),
        ("User-agent: coverage-monitor\nDisallow: /a\nUser-agent: coverage-monitor\nDisallow: /news", False),
        ("User-agent: coverage\nDisallow: /", True),  # a namesake
        ("User-agent: monitor\nDisallow: /", True),
        ("User-agent: my-coverage-monitor\nDisallow: /", True),
        ("Disallow: /", True),  # a rule for nobody
        ("Sitemap: https://courier.example/map.xml\nUser-agent: *\nSitemap: /a\nDisallow: /news", False),
        ("<!DOCTYPE html><html><body>User-agent: *\nDisallow: /</body></html>", True),
        (" \n<!-- a --><html>User-agent: *\nDisallow: /", True),
        ("\ufeffUser-agent: *\nDisallow: /news", False),
        ("\x00\x01\x02", True),
    ],
)
def test_allowed(lines: str, allowed: bool) -> None:
    assert answer(lines).allowed == allowed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1251"])
def test_encodings(encoding: str) -> None:
    comment = "Привет" if encoding == "cp1251" else "é"
    assert not answer(f"# {comment}\nUser-agent: *\nDisallow: /news\n".encode(encoding)).allowed
    assert not answer(b"\xfe\xff" + "User-agent: *\nDisallow: /news\n".encode("utf-16-be")).allowed


@pytest.mark.parametrize("path", ["/café", "/caf%C3%A9", "/caf%c3%a9"])
def test_paths_are_compared_as_they_are_requested(path: str) -> None:
    assert not answer("User-agent: *\nDisallow: /café\n", f"https://courier.example{path}/a").allowed
    assert not answer(f"User-agent: *\nDisallow: {path}\n", "https://courier.example/café#top").allowed


@pytest.mark.parametrize(
    ("value", "delay"),
    [("5", 5.0), ("0.5", 0.5), ("0", None), ("-1", None), ("nan", None), ("inf", None), ("soon", None)],
)
def test_delay(value: str, delay: float | None) -> None:
    assert answer(f"User-agent: *\nCrawl-delay: {value}\n") == RobotsAnswer(allowed=True, delay=delay)


def test_the_delay_is_that_of_our_own_group() -> None:
    text = "User-agent: *\nCrawl-delay: 60\n\nUser-agent: coverage-monitor\nCrawl-delay: 7\nDisallow: /x\n"
    assert answer(text).delay == 7.0
    assert answer(text, agent="other").delay == 60.0


@pytest.mark.parametrize(("over", "allowed"), [(-1, False), (0, False), (1, True)])
def test_only_whole_lines_within_the_cap_count(over: int, allowed: bool) -> None:
    rule = "\nUser-agent: *\nDisallow: /news\n"
    text = "#" * (ROBOTS_CAP + over - len(rule)) + rule
    assert answer(text).allowed == allowed


def test_a_rule_cut_by_the_cap_is_not_read() -> None:
    """Half of ``/news-old`` would be ``/news``."""
    head = "User-agent: *\n#"
    text = head + "x" * (ROBOTS_CAP - len(head) - len("\nDisallow: /news")) + "\nDisallow: /news-old\n"
    assert answer(text).allowed


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /" + "*a" * 250_000,
        "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*a*a*b\n" * 15_000,
        "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /$\n" * 20_000,
        "User-agent: *\nDisallow: " + "/$" * 200_000,
        "User-agent: *\n" * 35_000,
    ],
    ids=["one long pattern", "many patterns", "crawlers times rules", "many ends", "many groups"],
)
def test_hostile_patterns_cost_a_worker_less_than_it_may_take(text: str) -> None:
    with within(PARSE_CPU):
        robots(text.encode(), "https://courier.example/" + "a" * 2000, AGENT)


def test_a_worker_can_be_asked_for_it() -> None:
    assert pickle.loads(pickle.dumps(robots)) is robots  # noqa: S301 - written in this line


@given(st.binary(max_size=300), st.sampled_from([b"", b"User-agent: *\nDisallow: ", b"User-agent: "]))
def test_any_bytes_give_an_answer(noise: bytes, start: bytes) -> None:
    found = robots(start + noise, PAGE, AGENT)
    assert found.delay is None or found.delay > 0
