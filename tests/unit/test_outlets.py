"""Publishers: which spellings, hosts and addresses are one, which stay apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.outlets import publisher_key
from tests.clocks import within

CASES: dict[str, Any] = YAML(typ="safe").load(Path(__file__).parents[1] / "data/stories/outlets.yaml")


def key(spelling: str | list[str]) -> str:
    """Of a name or host; of a name with an address where both are given; of an address alone."""
    if isinstance(spelling, list):
        return publisher_key(*spelling)
    return publisher_key("", spelling) if spelling.startswith("https:") else publisher_key(spelling)


@pytest.mark.parametrize("group", CASES["same"], ids=lambda group: str(group[0]))
def test_spellings_and_hosts_of_one_publisher_have_one_key(group: list[str | list[str]]) -> None:
    assert {str(spelling): key(spelling) for spelling in group} == dict.fromkeys(map(str, group), key(group[0]))
    assert key(group[0])


@pytest.mark.parametrize("group", CASES["different"], ids=lambda group: str(group[0]))
def test_different_publishers_have_different_keys(group: list[str | list[str]]) -> None:
    assert [(one, two) for one, two in combinations(group, 2) if key(one) == key(two)] == []


def test_groups_of_one_publisher_are_different_publishers() -> None:
    firsts = [key(group[0]) for group in CASES["same"]]
    assert len(set(firsts)) == len(firsts)


def test_there_are_enough_cases() -> None:
    assert sum(len(group) - 1 for group in CASES["same"]) >= 100
    assert sum(len(list(combinations(group, 2))) for group in CASES["different"]) >= 100


def test_a_name_with_its_own_host_is_one_publisher_wherever_it_is_named() -> None:
    assert publisher_key("World desk of the Almanac", "https://www.almanac.example/1") == publisher_key("The Almanac")
    assert publisher_key("My feed", "https://www.almanac.example/1") == "myfeed"
    assert publisher_key("", "https://almanac.example/1") == publisher_key("Almanac")


def test_what_says_nothing_has_a_key_all_the_same() -> None:
    assert publisher_key("") == ""
    assert publisher_key("", "nonsense") == ""
    assert publisher_key("The") == "the"
    assert publisher_key("", "http://127.0.0.1:8080/x") == "127.0.0.1"
    assert publisher_key("", "http://[::1]/x")
    assert publisher_key("", "http://localhost/x") == "localhost"


@settings(deadline=None)  # the list of public endings is read at the first call
@given(st.text(), st.text())
def test_no_name_breaks_it(outlet: str, url: str) -> None:
    assert isinstance(publisher_key(outlet, url), str)
    assert publisher_key(outlet, f"https://{url}/x") == publisher_key(outlet, f"https://{url}/x")


def test_it_is_quick() -> None:
    with within(2):
        for n in range(20_000):
            publisher_key(f"Outlet {n % 50}", f"https://host{n % 200}.example/{n}")
    with within(2):
        publisher_key("x - " * 20_000)
