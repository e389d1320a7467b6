"""What the watchlist gives of a source: what lets the monitor in, what is read and left out; and no secret shows."""

from __future__ import annotations

import logging
import pickle
import traceback
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.config import Loaded, load, packaged_folder, render_findings
from monitor.config.access import AuthForm
from monitor.config.grammar import SourceForm
from monitor.config.loading import findings_of
from monitor.model import OPEN, Access, Phrase, Secret, Source

DATA = Path(__file__).parent.parent / "data" / "watchlists"
ENVIRON = {
    "FEED_USER": "anna",
    "FEED_PASSWORD": "s3cretword",
    "FEED_TOKEN": "abc.def==",
    "PROXY": "http://anna:s3cretword@10.0.0.1:3128",
}


def loaded(folder: Path, text: str, *, mode: int = 0o600) -> Loaded:
    path = folder / "watchlist.yaml"
    path.write_text(text)
    path.chmod(mode)
    return load(path, ENVIRON)


def source(folder: Path, options: str, url: str = "https://a.example/") -> Source:
    found = loaded(folder, f"sources: {{S: {{url: '{url}', {options}}}}}\n")
    assert found.watchlist is not None, found.errors
    return found.watchlist.sources[0]


def basic(access: Access) -> str:
    assert access.authorization is not None
    scheme, _, value = access.authorization.reveal().partition(" ")
    assert scheme == "Basic"
    return b64decode(value, validate=True).decode()


def test_all_that_a_source_may_say(tmp_path: Path) -> None:
    found = loaded(tmp_path, (DATA / "good-access.yaml").read_text())
    assert found.watchlist is not None, found.errors
    plain, text, colons, keys, alone, token, headers = found.watchlist.sources
    assert (plain.access, plain.read, plain.skip) == (OPEN, "teaser", ())
    assert (text.read, text.skip) == ("full", (Phrase("Sponsored"),))
    assert basic(text.access) == "anna:s3cretword"
    assert basic(colons.access) == "anna:pa:ss:s3cretword"
    assert basic(keys.access) == "аня:s3cretword"
    assert basic(alone.access) == "s3cretword:"
    assert alone.skip == (Phrase("Quiz", exact=True),)
    assert token.access == Access(authorization=Secret("Bearer abc.def=="), proxy=Secret(ENVIRON["PROXY"]))
    # A login among the headers is a login: one field, whatever way it is written.
    assert headers.access == Access(
        authorization=Secret("Digest s3cretword"),
        headers=(("X-Api-Key", Secret("s3cretword")), ("Accept-Language", Secret("de, en;q=0.5"))),
        proxy=Secret("https://proxy.example"),
    )
    assert (headers.read, headers.skip) == (
        "teaser",
        (Phrase("GGUF"), Phrase("AWQ", not_inside=("AWQ paper",), accents=True)),
    )
    assert not [finding for finding in found.findings if finding.severity != "info"]


@pytest.mark.parametrize(
    ("proxy", "fine"),
    [
        ("http://127.0.0.1:3128", True),
        ("http://proxy.example", True),
        ("https://proxy.example:443/", True),
        ("http://[::1]:3128", True),
        ("HTTP://anna:p%40ss@proxy.example:3128", True),
        ("proxy.example:3128", False),
        ("socks5://proxy.example:1080", False),
        ("ftp://proxy.example", False),
        ("http://", False),
        ("http://:3128", False),
        ("http://proxy.example:0", False),
        ("http://proxy.example:65536", False),
        ("http://proxy.example/?a=b", False),
        ("http://proxy.example:3128\\r\\nX-A: b", False),
        ("", False),
    ],
)
def test_proxies(proxy: str, fine: bool, tmp_path: Path) -> None:
    found = loaded(tmp_path, f'sources: {{S: {{url: "https://a.example/", proxy: "{proxy}"}}}}\n')
    assert (found.watchlist is not None) is fine
    assert fine or found.errors[0].message.startswith('source "S": "proxy": ')


@pytest.mark.parametrize(
    ("url", "options", "warned"),
    [
        ("http://a.example/", "auth: 'a:b'", ["auth"]),
        ("http://a.example/", "headers: {Authorization: b}", ["headers", "Authorization"]),
        ("http://a.example/", "headers: {Accept-Language: de}", []),
        ("https://a.example/", "auth: 'a:b'", []),
        ("http://localhost:8080/", "auth: {token: b}", []),
        ("http://[::1]:8080/", "auth: {token: b}", []),
    ],
)
def test_a_login_that_is_sent_readable(url: str, options: str, warned: list[str], tmp_path: Path) -> None:
    found = loaded(tmp_path, f"sources: {{S: {{url: '{url}', {options}}}}}\n")
    places = [finding for finding in found.findings if "readable" in finding.message]
    expected = [found.positions[("sources", "S", *warned)]] if warned else []
    assert [(finding.line, finding.column) for finding in places] == expected
    assert all(finding.severity == "warning" for finding in places)
    assert found.watchlist is not None


OPEN_SECRETS = [
    ("auth: 'anna:s3cretword'", True),
    ("auth: {user: anna, password: s3cretword}", True),
    ("auth: {token: s3cretword}", True),
    ("proxy: 'http://anna:s3cretword@proxy.example'", True),
    ("headers: {X-Api-Key: s3cretword}", True),
    ("headers: {Authorization: s3cretword}", True),
    ("auth: '${FEED_USER}:${FEED_PASSWORD}'", False),
    ("auth: {user: anna, password: '${FEED_PASSWORD}'}", False),
    ("proxy: 'http://proxy.example'", False),
    ("proxy: '${PROXY}'", False),
    ("headers: {Accept-Language: de}", False),
]


@pytest.mark.parametrize(("options", "warned"), OPEN_SECRETS)
def test_a_secret_in_a_file_that_others_can_read(options: str, warned: bool, tmp_path: Path) -> None:
    text = f"sources: {{S: {{url: 'https://a.example/', {options}}}}}\n"
    assert not [one for one in loaded(tmp_path, text).findings if "others" in one.message]
    found = loaded(tmp_path, text, mode=0o644)
    shown = [one for one in found.findings if "others" in one.message]
    assert [one.severity for one in shown] == ["warning"] * warned
    assert all("${NAME}" in one.excerpt for one in shown)
    assert "s3cretword" not in render_findings(found.findings)
    assert found.watchlist is not None


@pytest.mark.parametrize("case", sorted(DATA.glob("*.yaml")), ids=lambda case: case.stem)
def test_no_secret_is_shown_or_logged(case: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = loaded(tmp_path, case.read_text(), mode=0o644)
        shown = [repr(found), str(found), render_findings(found.findings), repr(found.watchlist), caplog.text]
        shown += [repr(found.hidden), f"{found.watchlist}"]
        if found.watchlist is not None:
            shown.append(found.masked)
    assert "s3cretword" not in "\n".join(shown)


def test_what_is_stored_of_a_watchlist_has_no_secret_and_is_one(tmp_path: Path) -> None:
    text = (DATA / "good-access.yaml").read_text() + "# auth: anna:s3cretword\n"
    masked = loaded(tmp_path, text).masked
    assert "s3cretword" not in masked
    assert "auth: ***, read: full, skip: Sponsored}" in masked
    assert masked.count("\n") == text.count("\n")
    shipped = load(packaged_folder(), {})
    assert "Jack Ma" in shipped.masked
    assert findings_of(shipped).masked() == shipped.masked


DAMAGED = (DATA / "good-access.yaml").read_text().partition("\n")[2].replace(
    "{console: {}}",
    """
  desk: {slack: "https://hooks.slack.com/services/T1/B2/s3cretword"}
  mail:
    email:
      smtp: mail.example.org
      user: anna@example.org
      password: s3cretword
      to: b@example.org
""",
)  # fmt: skip
SIGNS = ["", "{", "}", "[", "]", ":", " ", "\n", "\n  ", '"', "'", "#", ",", "- ", "|", "\t", "&a ", "*a "]


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(at=DAMAGED.index('auth: "anna') + 3, sign="{", over=1)
@given(at=st.integers(0, len(DAMAGED) - 1), sign=st.sampled_from(SIGNS), over=st.integers(0, 1))
def test_a_slip_of_the_finger_shows_no_secret(at: int, sign: str, over: int, tmp_path: Path) -> None:
    text = DAMAGED[:at] + sign + DAMAGED[at + over :]
    shown = render_findings(loaded(tmp_path, text).findings)
    # Where the slip is within the word itself, the rest of it is as little to be seen.
    assert "s3cretw" not in shown
    assert "cretword" not in shown


@pytest.mark.parametrize(
    "form",
    [
        {"url": "https://a.example/", "auth": {"user": "s3cretword", "password": ["s3cretword"]}},
        {"url": "https://a.example/", "auth": "s3cretword"},
        {"url": "https://a.example/", "headers": {"Cookie": "s3cretword", "X": ["s3cretword"]}},
        {"url": "https://a.example/", "proxy": "socks5://s3cretword@a.example"},
    ],
)
def test_even_an_error_that_nobody_caught_keeps_the_secret(form: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        SourceForm.model_validate(form)
    assert "s3cretword" not in "".join(traceback.format_exception(caught.value))


def test_a_form_shows_nothing_of_what_it_holds() -> None:
    form = AuthForm(user="anna", password="s3cretword")
    whole = SourceForm.model_validate(
        {"url": "https://a.example/", "auth": form, "proxy": "http://s3cretword@a.example"}
    )
    assert "s3cretword" not in f"{form} {form!r} {whole} {whole!r}"


def test_a_source_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    one = source(tmp_path, "auth: 'anna:s3cretword', skip: [a]")
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes


def test_the_shipped_watchlist_reads_icij_in_full() -> None:
    shipped = load(packaged_folder(), {}).watchlist
    assert shipped is not None
    assert [one.name for one in shipped.sources if one.read == "full"] == ["ICIJ"]
