"""Every watchlist of tests/data/watchlists gives exactly the complaints beside it, and nothing else is ever raised.

A first line ``# env: A=b C=d`` sets the environment. The word ``s3cretword`` stands for every secret.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.analysis.query.tree import tree
from monitor.config import Loaded, load, render_findings
from monitor.config.intents import REMARKS_CAP
from monitor.config.topics import NESTED_CAP
from monitor.limits import ALIAS_CAP, CONFIG_CAP, PHRASE_CAP, QUERY_TERMS_CAP
from monitor.model import (
    AllOf,
    Ambiguous,
    AnyOf,
    Channel,
    InLanguage,
    InTitle,
    Near,
    Not,
    Phrase,
    Query,
    Secret,
    Weight,
)
from tests.clocks import within

DATA = Path(__file__).parent.parent / "data" / "watchlists"
CASES = sorted(DATA.glob("*.yaml"))
SYSTEM = {"TZ": "Europe/Paris"}


def loaded(folder: Path, text: str | bytes, environ: Mapping[str, str] = SYSTEM) -> Loaded:
    """``text`` as a watchlist that only its owner can read."""
    path = folder / "watchlist.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return load(path, environ)


def messages(found: Loaded) -> list[str]:
    return [f"{finding.line}:{finding.column} {finding.message}" for finding in found.errors]


def environment(text: str) -> dict[str, str]:
    first = text.partition("\n")[0]
    given_pairs = first.removeprefix("# env: ").split() if first.startswith("# env: ") else []
    return SYSTEM | dict(pair.split("=", 1) for pair in given_pairs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_complaints_are_those_beside_the_file(case: Path, tmp_path: Path) -> None:
    text = case.read_text()
    copy = tmp_path / case.name
    shutil.copy(case, copy)
    copy.chmod(0o600)
    found = load(copy, environment(text))
    shown = render_findings([replace(finding, file=case.name) for finding in found.findings])
    assert shown.strip() == case.with_suffix(".expected").read_text().strip()
    assert (found.watchlist is None) == bool(found.errors)
    assert "s3cretword" not in shown
    assert "Wochenblatt" not in shown


def test_short_forms_and_words_that_other_yaml_would_change(tmp_path: Path) -> None:
    watchlist = loaded(tmp_path, (DATA / "good-short.yaml").read_text()).watchlist
    assert watchlist is not None
    qwen, numbers, court = watchlist.topics
    assert qwen.query == Query(any=(Phrase("Qwen3"), Phrase("千问3", not_inside=("千问3部曲",))))
    assert qwen.channels == ("console",)
    assert numbers.name == "1984"
    assert [phrase.text for phrase in numbers.query.any] == ["1984", "NO", "1.10", "yes", "2024-01-01", "0x10"]
    assert (court.channels, court.paused, court.was) == ((), True, "Old")
    assert (court.query.all, court.query.none) == ((Phrase("Alibaba"), Phrase("court")), (Phrase("tennis"),))
    icij, scmp = watchlist.sources
    assert (icij.url, icij.every, icij.topics, icij.weight) == ("https://www.icij.org/feed/", None, None, Weight.NORMAL)
    assert (scmp.every, scmp.weight, scmp.topics) == (timedelta(hours=2), Weight.MAJOR, ("Qwen3",))
    console, desk, mail = watchlist.channels
    assert console == Channel("console")
    assert desk == Channel("desk", "apprise", {"url": Secret("ntfy://example.org/topic")})
    assert mail.options["to"] == Secret("b@example.org, C <c@example.org>")
    assert set(mail.options) == {"smtp", "user", "password", "to"}


def test_variables_fill_values_after_parsing(tmp_path: Path) -> None:
    text = """
topics: {A: ["${WORD}", "${MISSING:-fallback}", "$${as is}"]}
sources: {S: "https://example.org/${PART}"}
channels: {desk: {slack: "${HOOK}"}}
"""
    hook = "https://hooks.slack.com/services/T1/B2/C3"
    found = loaded(tmp_path, text, SYSTEM | {"WORD": "x], channels: [y", "PART": "feed", "HOOK": hook})
    assert found.watchlist is not None, found.errors
    assert [phrase.text for phrase in found.watchlist.topics[0].query.any] == [
        "x], channels: [y",
        "fallback",
        "${as is}",
    ]
    assert found.watchlist.sources[0].url == "https://example.org/feed"
    assert found.watchlist.channels[1].options == {"webhook": Secret(hook)}
    assert hook not in repr(found.watchlist)


def test_an_optional_channel_without_its_variable_is_off(tmp_path: Path) -> None:
    text = 'topics: {A: [a]}\nchannels: {desk: {slack: "${HOOK}", optional: true}}\n'
    off = loaded(tmp_path, text)
    assert off.watchlist is not None
    assert off.watchlist.channels[1] == Channel("desk", "slack", {}, "set HOOK")
    on = loaded(tmp_path, text, SYSTEM | {"HOOK": "https://hooks.slack.com/services/T1/B2/C3"})
    assert on.watchlist is not None
    assert on.watchlist.channels[1].off is None
    blank = loaded(tmp_path, text, SYSTEM | {"HOOK": ""})
    assert blank.watchlist == off.watchlist


def test_the_environment_never_stands_in_a_message(tmp_path: Path) -> None:
    text = (
        'topics: {A: {any: [a], channels: ["${HOLDS}"], was: "${HOLDS}", must_match: ["${HOLDS}"], paused: "${HOLDS}"}}'
    )
    found = loaded(tmp_path, f"{text}\nowner: ${{HOLDS}}\ntimezone: ${{HOLDS}}", SYSTEM | {"HOLDS": "geheim"})
    assert found.errors
    assert "geheim" not in repr(found.findings)


def test_positions_of_keys_and_items(tmp_path: Path) -> None:
    found = loaded(tmp_path, "topics:\n  A:\n    any: [a, b]\nchannels:\n  desk: {apprise: 'ntfy://x/y'}\n")
    assert found.positions[("topics", "A")] == (2, 3)
    assert found.positions[("topics", "A", "any", "1")] == (3, 14)
    assert found.positions[("channels", "desk")] == (5, 3)
    assert found.positions[("channels", "desk", "apprise")] == (5, 10)


def test_an_edit_changes_the_digest(tmp_path: Path) -> None:
    before = loaded(tmp_path, "topics: {A: [a]}").digest
    assert before == loaded(tmp_path, "topics: {A: [a]}").digest
    assert before != loaded(tmp_path, "topics: {A: [b]}").digest
    (tmp_path / "settings.yaml").write_text("alerts: {first_poll: all}")
    assert before != loaded(tmp_path, "topics: {A: [a]}").digest


def aliases(count: int) -> str:
    return f"channels: {{}}\ntopics: {{A: {{any: &c [a]}}}}\nx: [{', '.join(['*c'] * count)}]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [" + "x, " * (CONFIG_CAP // 3) + "]", "1:1 larger than 1024 KiB"),
        (b"topics:\n  Caf\xe9: [a]\n", "2:6 not UTF-8"),
        ("[" * 3000, "nested deeper than 32 levels"),
        (aliases(ALIAS_CAP + 1), f"more than {ALIAS_CAP} aliases"),
        ("a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
            f"{chr(98 + step)}: &{chr(98 + step)} [{', '.join(['*' + chr(97 + step)] * 8)}]\n" for step in range(8)
        ), "repeat more than 20000 values"),
        ("a: &a [*a]\n", "no anchor"),
        ("topics: {A: ['a\x07']}", "1:16 a control character stands here"),
        ("a: \x01", "a control character"),
        ("%YAML x\n---\na: 1\n", "this is not YAML"),
        ('a: "\\U00ffffff"', "this is not YAML"),
        (f"topics: {{A: [{'a' * (PHRASE_CAP + 1)}]}}", "longer than 500 characters"),
        (f"topics: {{{'A' * 101}: [a]}}", "this name is longer than 100 characters"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)  # fmt: skip
def test_limits(text: str | bytes, message: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, text)
    assert found.watchlist is None
    assert any(message in shown for shown in messages(found)), messages(found)


def test_as_many_aliases_as_are_allowed(tmp_path: Path) -> None:
    assert "aliases" not in " ".join(messages(loaded(tmp_path, aliases(ALIAS_CAP))))


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    found = loaded(tmp_path, b"\xef\xbb\xbftopics:\r\n  A: [a]\r\n  B: x\r\n")
    assert messages(found) == ['3:6 topic "B": expected a list of phrases, or keys with values (any: [...]), got "x"']


def test_a_secret_in_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    text = "topics: {A: [a]}\nchannels: {desk: {slack: 'https://hooks.slack.com/services/T1/B2/s3cretword'}}\n"
    assert not [finding for finding in loaded(tmp_path, text).findings if "others" in finding.message]
    (tmp_path / "watchlist.yaml").chmod(0o644)
    found = load(tmp_path, SYSTEM)
    warned = [finding for finding in found.findings if "others" in finding.message]
    assert [(finding.severity, finding.line) for finding in warned] == [("warning", 2)]
    assert "s3cretword" not in repr(warned)
    assert found.watchlist is not None


def test_the_last_line_says_what_a_running_monitor_does(tmp_path: Path) -> None:
    found = loaded(tmp_path, "topics: {A: [a], B: 1}")
    kept = "the watchlist of 09:02 (12 topics, 41 sources)"
    assert render_findings(found.errors, running=kept).endswith(f"1 error. The running monitor keeps {kept}.")
    warnings = [finding for finding in found.findings if finding.severity == "warning"]
    assert render_findings(warnings, running=kept).endswith("2 warnings.")
    assert render_findings([]) == ""


def test_the_marker_stands_under_wide_signs(tmp_path: Path) -> None:
    found = loaded(tmp_path, "topics: {马云: {any: [马云], paused: 是}}")
    line, marker = found.errors[0].excerpt.splitlines()
    assert line.endswith("paused: 是}}")
    # Each of the four signs before it takes two columns, and so does the sign itself.
    assert marker == "      | " + " " * (line.index("是") - len("    1 | ") + 4) + "^^"


pieces = st.sampled_from(
    ["fragments", "use", "query", "near", "words", "ambiguous", "context", "languages",
     "topics", "sources", "channels", "console", "any", "url", "slack", "email", "to", "a", "${A}", "${", "*a", "&a ",
     "!x ", "{", "}", "[", "]", ": ", ", ", "\n", "\n  ", "- ", "? ", "'", '"', "#", "\t", "|", ">", "~", "<<", "---",
     "https://u:p@h/", "auth", "headers", "proxy", "skip", "user", "\x00", "\ufeff", "\u2028", "%", "\\"]
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.lists(pieces, max_size=40).map("".join))
def test_whatever_the_file_says_becomes_findings(text: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, text)
    assert (found.watchlist is None) == bool(found.errors)
    for finding in found.findings:
        assert finding.message.isprintable()
        assert finding.excerpt.replace("\n", "").isprintable()
    render_findings(found.findings)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(raw=st.binary(max_size=60))
def test_any_bytes_become_findings(raw: bytes, tmp_path: Path) -> None:
    found = loaded(tmp_path, raw)
    assert (found.watchlist is None) == bool(found.errors)


def numbered(count: int, form: str = "word{0}") -> str:
    return ", ".join(form.format(number) for number in range(count))


CHAIN = ", ".join(f"F{nth}: {{all: [w{nth}], use: F{nth + 1}}}" for nth in range(1500))
TWICE = ", ".join(f"{name}{nth + 1}: {{all: [{name}], use: [A{nth}, B{nth}]}}" for nth in range(20) for name in "AB")
IN_A_LINE = ", ".join(f"F{nth + 1}: {{query: 'use:F{nth} OR (w use:F{nth})'}}" for nth in range(19))
DEEP = f"F0: {{query: '{'(a OR b (' * 15}x{'))' * 15}'}}, " + ", ".join(
    f"F{nth + 1}: {{any: [x], use: F{nth}, all: [y], title_only: true, languages: [en]}}" for nth in range(19)
)
TOO_MANY = f"more than {QUERY_TERMS_CAP:,} words and phrases"
HUGE: list[tuple[str, str, str | None]] = [
    ("10,000 phrases", f"topics: {{A: {{any: [{numbered(10_000)}]}}}}", None),
    ("as many without a word", f"topics: {{A: {{any: [{numbered(10_000, '…')}]}}}}", "and 9900 more mistakes"),
    ("as many in each other's way", f"topics: {{A: {{any: [{numbered(5000)}], none: [{numbered(5000)}]}}}}", None),
    ("longer words", f"topics: {{A: [{{phrase: x, not_inside: [{numbered(5000)}]}}]}}", None),
    ("long phrases", f"topics: {{A: {{any: [{numbered(400, '马云' * 200)}], none: [{numbered(400)}]}}}}", None),
    ("10,000 words in a line", f"topics: {{A: {{query: {'a ' * 10_000}}}}}", "at most 10,000 are read"),
    ("words in a line", f"topics: {{A: {{query: {'a ' * 4_900}}}}}", TOO_MANY),
    ("10,000 parentheses", f"topics: {{A: {{query: {'(' * 10_000}}}}}", "nested more than"),
    ("10,000 unknown names", f"topics: {{A: {{use: [{numbered(10_000)}]}}}}", "and 9900 more mistakes"),
    ("10,000 unknown sources",
     f"topics: {{A: {{any: [a], sources: [{numbered(10_000)}]}}}}\nsources: {{S: https://e.org/}}",
     "and 9900 more mistakes"),
    ("a long chain", f"topics: {{A: {{use: F0}}}}\nfragments: {{{CHAIN}, F1500: [end]}}", "more than 20 in a row"),
    ("doubled again and again",
     f"topics: {{A: {{use: A19}}}}\nfragments: {{A0: [x], B0: [y], {TWICE}}}", "more than 200000 parts"),
    ("doubled in a line", f"topics: {{A: {{use: F19}}}}\nfragments: {{F0: [x], {IN_A_LINE}}}", TOO_MANY),
    ("deep", f"topics: {{A: {{use: F19}}}}\nfragments: {{{DEEP}}}", f"nested deeper than {NESTED_CAP} levels"),
    ("a fragment used by many",
     f"topics: {{{numbered(1000, 'T{0}: {{query: use:F}}')}}}\nfragments: {{F: [x, y]}}", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in HUGE], ids=[case[0] for case in HUGE])
def test_whatever_is_huge_takes_bounded_time(text: str, message: str | None, tmp_path: Path) -> None:
    with within(3):
        found = loaded(tmp_path, text)
    assert len(found.findings) < 500
    if message is None:
        assert found.watchlist is not None, messages(found)
    else:
        assert any(message in shown for shown in messages(found)), messages(found)


def test_all_keys_of_a_topic(tmp_path: Path) -> None:
    watchlist = loaded(tmp_path, (DATA / "good-topics.yaml").read_text()).watchlist
    assert watchlist is not None
    jack, court, line, reused = watchlist.topics
    assert jack.query.any == (
        Phrase("Jack Ma"),
        Phrase("马云", not_inside=("海马云",)),
        Phrase("Alibab", prefix=True),
    )
    assert jack.query.ambiguous == Ambiguous((Phrase("Ma Yun"),), (Phrase("Alibaba"), Phrase("阿里巴巴")))
    ant, near = AnyOf((Phrase("Ant"), Phrase("蚂蚁"))), Near((Phrase("Alibaba"), Phrase("court")), 8)
    assert jack.query.used == (ant, near)
    assert jack.query.all == (Phrase("founder", forms=True),)
    assert jack.query.near == Near((Phrase("call"),), 5)
    titled = InTitle(AllOf((Phrase("Alibaba"), Not(Phrase("Ali Baba")))))
    assert jack.query.line == AnyOf((Phrase("Ant Group"), titled))
    assert jack.query.title_only
    assert (jack.query.languages, jack.query.sources, jack.query.except_sources) == (
        ("en", "zh"),
        ("ICIJ",),
        ("Guardian",),
    )
    assert (jack.read, jack.confidential) == ("full", True)
    assert jack.report_near == (Phrase("Jack Mahoney"), Phrase("Ma Y", prefix=True))
    assert court.query == Query(near=near)
    assert (court.read, court.confidential, court.report_near) == ("teaser", False, ())
    assert line.query == Query(line=AllOf((near, Near((ant, Phrase("deal")), 3))))
    deals = AllOf((AnyOf((Phrase("Alibaba"), ant)), Phrase("deal"), InLanguage("en")))
    last = AnyOf((AllOf((Phrase("Ma"), Phrase("Ant"))), deals))
    assert reused.query == Query(used=(tree(jack.query) or ant, last))


def test_a_list_of_one_name_needs_no_brackets(tmp_path: Path) -> None:
    text = """
topics:
  A: {any: [a], use: F, languages: en, sources: S, must_match: "Ma, again", must_not_match: b, channels: desk}
  B: {any: [b], except_sources: S}
fragments: {F: {any: [f], languages: zh, sources: S}}
sources: {S: {url: https://example.org/feed, topics: A}}
channels: {desk: {apprise: 'ntfy://x/y'}}
"""
    found = loaded(tmp_path, text)
    assert found.watchlist is not None, messages(found)
    first, second = found.watchlist.topics
    assert (first.query.languages, first.query.sources, first.channels) == (("en",), ("S",), ("desk",))
    assert (first.must_match, first.must_not_match) == (("Ma, again",), ("b",))
    assert second.query.except_sources == ("S",)
    assert found.watchlist.sources[0].topics == ("A",)


def test_ten_thousand_phrases_that_are_queries_are_told_of_briefly(tmp_path: Path) -> None:
    found = loaded(tmp_path, f"topics: {{A: {{any: [{numbered(10_000, 'w{0} AND x')}]}}}}")
    assert sum("looks for the words" in finding.message for finding in found.findings) == REMARKS_CAP


@pytest.mark.parametrize(("every", "fine"), [("365d", True), ("366d", False), ("900000d", False)])
def test_a_pause_has_a_longest(tmp_path: Path, every: str, fine: bool) -> None:
    (tmp_path / "watchlist.yaml").write_text(f"sources: {{A: {{url: https://a.example/f, every: {every}}}}}\n")
    assert (load(tmp_path, {}).watchlist is not None) is fine


def test_an_address_with_a_variable_is_shown_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text("sources: {A: 'https://a.example/${FEED_KEY}/rss?u=${FEED_KEY}'}\n")
    loaded = load(tmp_path, {"FEED_KEY": "s3cret-value"})
    assert loaded.watchlist is not None
    (source,) = loaded.watchlist.sources
    assert source.url == "https://a.example/s3cret-value/rss?u=s3cret-value"
    assert source.shown == "https://a.example/${FEED_KEY}/rss?u=${FEED_KEY}"
