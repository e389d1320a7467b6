"""settings.yaml: every key has a default, each mistake is named, the environment overrides the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Loaded, load, render_findings
from monitor.model import Secret, Settings
from monitor.store.database import Store
from monitor.store.upkeep import housekeep


def loaded(folder: Path, text: str | None, environ: Mapping[str, str] | None = None) -> Loaded:
    (folder / "watchlist.yaml").write_text("timezone: UTC\ntopics: {A: [a]}\n")
    if text is not None:
        (folder / "settings.yaml").write_text(text)
    return load(folder, environ or {})


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "fetch: {}\nweb: {}\n"])
def test_without_settings_all_is_default(text: str | None, tmp_path: Path) -> None:
    found = loaded(tmp_path, text)
    assert found.settings == Settings()
    assert not found.errors


def test_every_key(tmp_path: Path) -> None:
    text = """
fetch:
  user_agent: ExampleNews-Monitor/1.0
  host_gap: 5s
  allow_private: ["127.0.0.1:8080", Intranet.Example, 10.0.0.0/8, "[::1]:80", "::1", "10.1.2.3"]
alerts: {first_poll: silent}
retention: {unmatched: 30d, matched: forever, polls: forever, keys: forever, max_size: 500 MB}
heartbeat: https://hc.example.org/${ID}
web: {listen: "localhost:9000", public_url: "https://monitor.example.org"}
log: {level: debug, format: json}
"""
    found = loaded(tmp_path, text, {"ID": "1234-5678"})
    assert found.settings == Settings(
        user_agent="ExampleNews-Monitor/1.0",
        host_gap=timedelta(seconds=5),
        allow_private=("127.0.0.1:8080", "intranet.example", "10.0.0.0/8", "[::1]:80", "::1", "10.1.2.3"),
        first_poll="silent",
        keep_unmatched=timedelta(days=30),
        keep_polls=None,
        max_size=500 * 1024**2,
        heartbeat=Secret("https://hc.example.org/1234-5678"),
        web_listen=("127.0.0.1", 9000),
        public_url="https://monitor.example.org",
        log_level="debug",
        log_format="json",
    )


MISTAKES = [
    ("fetsh: {}", '1:1 unknown key "fetsh". Did you mean "fetch"?'),
    ("fetch: {gap: 5s}", '1:9 unknown key "gap". Did you mean "host_gap"?'),
    ("fetch: {host_gap: 0s}", '1:19 "fetch.host_gap": "0s": shorter than 1s: publishers block readers that hurry'),
    ("fetch: {host_gap: 5}", '1:19 "fetch.host_gap": "5": expected a time with its unit: 30s, 10 min, 2 h, 90d'),
    ("fetch: {user_agent: 'Ünews'}", '1:21 "fetch.user_agent": "Ünews": expected up to 200 plain Latin characters'),
    (
        "fetch: {allow_private: ['ok.example', 'http://no']}",
        '1:39 "fetch.allow_private": "http://no": expected host:port, host or network: '
        "127.0.0.1:8080, intranet.example, 10.0.0.0/8",
    ),
    (
        "fetch: {allow_private: [0.0.0.0/0]}",
        '1:25 "fetch.allow_private": "0.0.0.0/0": this network is wider than any private one',
    ),
    ("alerts: {first_poll: none}", '1:22 "alerts.first_poll": expected list, silent or all, got "none"'),
    ("retention: {matched: 90d}", '1:22 "retention.matched": expected forever, got "90d"'),
    ("retention: {keys: 1d}", '1:19 "retention.keys": expected forever, got "1d"'),
    (
        "retention: {unmatched: 900000d}",
        '1:24 "retention.unmatched": "900000d": longer than 100 years: to keep all of it, write forever',
    ),
    (
        "retention: {polls: 36526d}",
        '1:20 "retention.polls": "36526d": longer than 100 years: to keep all of it, write forever',
    ),
    ("fetch: {host_gap: 999999w}", '1:19 "fetch.host_gap": "999999w": longer than 100 years'),
    ("retention: {max_size: 4}", '1:23 "retention.max_size": "4": expected a size with its unit: 500MB, 4GB'),
    ("retention: {max_size: 1KB}", '1:23 "retention.max_size": "1KB": expected at least 1MB'),
    ("heartbeat: s3cretword", '1:12 "heartbeat": expected an address that begins with https:// or http://'),
    ("heartbeet: https://hc.example.org/s3cretword", '1:1 unknown key "heartbeet". Did you mean "heartbeat"?'),
    (
        "web: {listen: '0.0.0.0:80'}",
        '1:15 "web.listen": "0.0.0.0:80": only this machine\'s own addresses (127.0.0.1, ::1, localhost): '
        "the page has no password yet",
    ),
    ("web: {listen: '8321'}", '1:15 "web.listen": "8321": expected host:port or off: 127.0.0.1:8321'),
    ("web: {password: s3cretword}", '1:7 "password" is not part of this version yet; take it out for now'),
    ("web: off", '1:6 "web": expected keys with values, got "off"'),
    ("log: {level: loud}", '1:14 "log.level": expected debug, info, warning or error, got "loud"'),
    ("log: {format: ${UNSET}}", "1:6 a bracket opened here is not closed, or a comma is missing"),
    ('log: {format: "${UNSET}"}', "1:15 the environment variable UNSET is not set"),
    ("- a", "1:1 expected keys with values, got a list"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes(text: str, message: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, text)
    assert [f"{finding.line}:{finding.column} {finding.message}" for finding in found.errors] == [message]
    assert found.settings is None
    assert found.watchlist is not None
    assert "s3cretword" not in render_findings(found.findings)
    assert all(finding.file.endswith("settings.yaml") for finding in found.errors)


def test_off_and_forever(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "web: {listen: off}\nretention: {unmatched: forever}\n").settings
    assert settings is not None
    assert settings.web_listen is None
    assert settings.keep_unmatched is None


def test_the_longest_time_can_be_kept_house_by(store: Store, tmp_path: Path) -> None:
    settings = loaded(tmp_path, "retention: {unmatched: 36525d, polls: 36525d}\n").settings
    assert settings is not None
    assert not housekeep(store, settings, datetime(2026, 11, 24, tzinfo=UTC)).changed


def test_the_environment_overrides_the_log(tmp_path: Path) -> None:
    environ = {"MONITOR_LOG_LEVEL": "WARNING", "MONITOR_LOG_FORMAT": "json"}
    settings = loaded(tmp_path, "log: {level: debug, format: text}", environ).settings
    assert settings is not None
    assert (settings.log_level, settings.log_format) == ("warning", "json")


def test_a_wrong_override_is_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, "", {"MONITOR_LOG_FORMAT": "xml"})
    assert found.settings is None
    text = render_findings(found.errors)
    assert text == "MONITOR_LOG_FORMAT: the environment variable MONITOR_LOG_FORMAT must be text or json\n1 error."
