"""Addresses and publishers: which are one, which stay apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.address import canonical, host_of, host_port, outlet_key, source_identity
from monitor.limits import URL_CAP

CASES: dict[str, Any] = YAML(typ="safe").load(Path(__file__).parents[1] / "data/stories/addresses.yaml")
HOSTS = "www.ex.com m.www.ex.com:443 www.google.com a.m.ex.com [::1]:80 ex.com. 例え.jp".split()
PIECES = [
    *"amp .amp index.html .. . / a ? & = # !/ %41 %2f % + é ;jsessionid=1".split(),
    *"utm_a=1 ref=b url?q=http://www.ex.com/ amp/s/ex.com/b".split(),
]
ADDRESSES = st.builds(
    "{}://{}/{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(HOSTS),
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
)


@pytest.mark.parametrize("group", CASES["same"], ids=lambda group: group[0])
def test_addresses_of_one_page_have_one_key(group: list[str]) -> None:
    assert len({canonical(url) for url in group}) == 1
    assert canonical(group[0]) is not None


@pytest.mark.parametrize("group", CASES["different"], ids=lambda group: group[0])
def test_addresses_of_different_pages_have_different_keys(group: list[str]) -> None:
    assert all(canonical(one) != canonical(two) for one, two in combinations(group, 2))


@pytest.mark.parametrize("url", CASES["none"])
def test_what_names_no_article_has_no_key(url: str) -> None:
    assert canonical(url) is None


def test_redirects_within_redirects_end() -> None:
    urls = ["https://ex.com/a"]
    for _ in range(20):
        urls.append(f"https://www.google.com/url?q={urls[-1]}")
    assert canonical(urls[5]) == "https://ex.com/a"
    assert canonical(urls[20]) is None
    assert canonical("https://www.google.com//url?q=https://ex.com/a") == "https://ex.com/a"
    assert canonical("https://www.google.com/url?q=ftp://x/y") == "https://google.com/url?q=ftp://x/y"
    assert canonical("https://www.google.com/url?q=http://") is None
    assert canonical("https://www.google.com/search?q=http://ex.com/a") is not None


@given(ADDRESSES | st.text())
def test_canonical_is_idempotent_and_never_raises(url: str) -> None:
    key = canonical(url)
    assert key is None or canonical(key) == key


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("HTTPS://WWW.Example.com:443/Feed.xml?B=2&a=1#top", "https://www.example.com/Feed.xml?B=2&a=1"),
        ("http://127.0.0.1:8080/feed.xml", "http://127.0.0.1:8080/feed.xml"),
        ("http://example.com:443/", "http://example.com:443/"),
        (" https://example.com/a//b/../c/ ", "https://example.com/a//b/../c/"),
        ("https://example.com", "https://example.com/"),
        ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://例え.jp/道", "https://例え.jp/道"),
        ("ftp://example.com/x", None),
        ("example.com/feed", None),
        ("https:///feed", None),
        ("https://user:password@example.com/feed", None),
        ("https://example.com\\x", None),
        ("https://example.com/\tx", None),
        ("https://example.com:0x1f/", None),
        ("https://example.com/" + "x" * URL_CAP, None),
    ],
)
def test_the_identity_of_a_source(url: str, identity: str | None) -> None:
    assert source_identity(url) == identity


@given(ADDRESSES | st.text())
def test_the_identity_is_its_own(url: str) -> None:
    identity = source_identity(url)
    assert identity is None or source_identity(identity) == identity


@pytest.mark.parametrize(
    ("url", "host", "with_port"),
    [
        ("https://Example.com/x", "example.com", "example.com:443"),
        ("http://example.com", "example.com", "example.com:80"),
        ("http://example.com:8080/x", "example.com", "example.com:8080"),
        ("https://[2001:db8::1]/x", "2001:db8::1", "[2001:db8::1]:443"),
        ("nonsense", "", ""),
    ],
)
def test_hosts(url: str, host: str, with_port: str) -> None:
    assert (host_of(url), host_port(url)) == (host, with_port)


def test_outlets_spelled_in_several_ways_are_one() -> None:
    keys = [{outlet_key(name) for name in group} for group in CASES["outlets"]]
    assert [len(group) for group in keys] == [1] * len(keys)
    assert len(set.union(*keys)) == len(keys)
