"""The reference and the editor's schema say what the grammar says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.config import load, packaged_folder
from monitor.config.access import AuthForm
from monitor.config.form import Grammar, inner_form
from monitor.config.grammar import ChannelForm, WatchlistForm, known_keys
from monitor.config.reference import main, reference, schema_text
from monitor.config.settings import LATER_SETTINGS, SettingsForm
from monitor.config.words import LATER, MEANT

TOP = Path(__file__).parent.parent.parent


def forms(form: type[Grammar]) -> set[type[Grammar]]:
    inner = {found for field in form.model_fields.values() if (found := inner_form(field.annotation)) is not None}
    return {form}.union(*(forms(found) for found in inner))


FORMS = sorted(forms(WatchlistForm) | forms(SettingsForm), key=lambda form: form.__name__)


def test_both_files_are_as_the_grammar_writes_them(tmp_path: Path) -> None:
    again = "run python -m monitor.config.reference"
    assert (TOP / "docs" / "watchlist.md").read_text() == reference(), again
    assert (TOP / "config" / "watchlist.schema.json").read_text() == schema_text(), again
    (tmp_path / "docs").mkdir()
    (tmp_path / "config").mkdir()
    main(tmp_path)
    assert (tmp_path / "docs" / "watchlist.md").read_text() == reference()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_key_is_explained_with_an_example(form: type[Grammar]) -> None:
    text = reference()
    for key, field in known_keys(form).items():
        assert field.description, key
        assert f"| `{key}` | {field.description} |" in text
        assert field.examples, key


def document(form: type[Grammar], key: str, example: str) -> str | None:
    """A whole watchlist in which an example of the reference stands."""
    around = {
        "TopicForm": f"topics: {{A: {{any: [x], {key}: {example}}}}}",
        "FragmentForm": f"topics: {{A: {{use: F}}}}\nfragments: {{F: {{any: [x], {key}: {example}}}, Ant Group: [y]}}",
        "AmbiguousForm": f"topics: {{A: {{ambiguous: {{any: [x], context: [y], {key}: {example}}}}}}}",
        "NearForm": f"topics: {{A: {{near: {{words: [x, y], {key}: {example}}}}}}}",
        "PhraseForm": f"topics: {{A: [{{phrase: x, {key}: {example}}}]}}",
        "SourceForm": f"sources: {{A: {{url: 'https://example.org/', {key}: {example}}}}}",
        "EmailForm": f"channels: {{A: {{email: {{smtp: h, to: a@b, user: u@v, password: w, {key}: {example}}}}}}}",
        "AuthForm": f"sources: {{A: {{url: 'https://a.example/', auth: {{user: u, password: w, {key}: {example}}}}}}}",
        "ChannelForm": f"channels: {{A: {{{key}: {example}}}}}",
        "WatchlistForm": f"{key}: {example}",
    }.get(form.__name__)
    for name in (
        "phrase: x",
        "any: [x]",
        "context: [y]",
        "words: [x, y]",
        "url: 'https://example.org/'",
        "smtp: h",
        "to: a@b",
        "user: u@v",
        "user: u",
        "password: w",
    ):
        if around is not None and name.startswith(f"{key}: "):
            around = around.replace(f"{name}, ", "", 1)
    if form is AuthForm and key == "token" and around is not None:
        around = around.replace("user: u, password: w, ", "")
    return around


WRITTEN = [
    (form, key, field.examples[0])
    for form in FORMS
    for key, field in known_keys(form).items()
    if document(form, key, field.examples[0]) is not None and (form, key) != (ChannelForm, "optional")
]


@pytest.mark.parametrize(("form", "key", "example"), WRITTEN, ids=lambda value: value if isinstance(value, str) else "")
def test_the_examples_of_the_reference_are_right(form: type[Grammar], key: str, example: str, tmp_path: Path) -> None:
    text = document(form, key, example) or ""
    (tmp_path / "watchlist.yaml").write_text(f"{text}\n")
    hook = {"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T1/B2/C3", "TELEGRAM_URL": "tgram://1/2"}
    mail = {"SMTP_HOST": "h", "SMTP_USER": "u@v", "SMTP_PASSWORD": "w", "MAIL_TO": "a@b"}
    login = {"FEED_USER": "u", "FEED_PASSWORD": "w", "FEED_TOKEN": "t", "FEED_KEY": "k", "PROXY_URL": "http://h:1"}
    errors = [error.message for error in load(tmp_path, hook | mail | login).errors]
    # A name in an example need not be a name of this small file.
    assert [error for error in errors if "there is no" not in error] == [], text


def test_the_first_example_of_the_reference_is_right(tmp_path: Path) -> None:
    example = reference().split("```yaml\n")[1].split("```")[0]
    (tmp_path / "watchlist.yaml").write_text(example)
    found = load(tmp_path, {})
    assert not found.errors
    assert found.watchlist is not None
    assert [topic.name for topic in found.watchlist.topics] == ["Qwen3"]


def accepts(schema: dict[str, Any], part: dict[str, Any], value: Any) -> bool:
    """The few words of JSON schema that ours uses."""
    if "$ref" in part:
        return accepts(schema, schema["$defs"][part["$ref"].rpartition("/")[2]], value)
    if "anyOf" in part:
        return any(accepts(schema, one, value) for one in part["anyOf"])
    if isinstance(value, dict):
        known, other = part.get("properties", {}), part.get("additionalProperties", False)
        fits = all(
            accepts(schema, known[key], inner) if key in known else bool(other) and accepts(schema, other, inner)
            for key, inner in value.items()
        )
        return "object" in part["type"] and fits and all(key in value for key in part.get("required", ()))
    if isinstance(value, list):
        return "array" in part["type"] and all(accepts(schema, part["items"], inner) for inner in value)
    kinds = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
    if isinstance(value, int) and not part.get("minimum", value) <= value <= part.get("maximum", value):
        return False
    allowed = part.get("enum", [part["const"]] if "const" in part else [value])
    return kinds.get(type(value), "?") in part["type"] and value in allowed


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ((packaged_folder() / "watchlist.yaml").read_text(), True),
        ("{topics: {A: [a, {phrase: b}]}, sources: {S: https://example.org/}, channels: {console: }}", True),
        ("{topics: , sources: {}}", True),
        ("{channels: {m: {email: {smtp: h, to: [a@b]}}}}", True),
        ("{topics: {A: {anny: [a]}}}", False),
        ("{fragments: , topics: {A: {use: F, near: {words: [a, {phrase: b, forms: true}], within: 100}}}}", True),
        (
            "{fragments: {F: [a], G: {query: 'a OR b'}}, topics: {A: {use: G, ambiguous: {any: [a], context: [b]}}}}",
            True,
        ),
        (
            "{topics: {A: {any: [a], languages: [en], sources: [S], read: full, report_near: [b]}}}",
            True,
        ),
        (
            "{topics: {A: {any: [a], use: B, languages: en, sources: S, except_sources: T, must_match: m, "
            "must_not_match: n, channels: console}}, fragments: {B: {any: [b], languages: en, sources: S}}, "
            "sources: {S: {url: 'https://example.org/', topics: A}}}",
            True,
        ),
        ("{topics: {A: {any: a}}}", False),
        ("{topics: {A: {ambiguous: {any: [a]}}}}", False),
        ("{topics: {A: {near: {words: [a], within: 101}}}}", False),
        ("{topics: {A: {near: {words: [a], within: few}}}}", False),
        ("{topics: {A: {any: [a], read: all}}}", False),
        ("{fragments: {F: {any: [a], read: full}}}", False),
        ("{fragments: {F: a}}", False),
        ("{topics: {A: a}}", False),
        ("{sources: {S: {every: 10 min}}}", False),
        ("{sources: {S: {url: 'https://example.org/', read: full, auth: 'a:b', skip: a, proxy: 'http://h'}}}", True),
        (
            "{sources: {S: {url: 'https://example.org/', auth: {token: t}, headers: {A: b}, skip: [a, {phrase: b}]}}}",
            True,
        ),
        ("{sources: {S: {url: 'https://example.org/', auth: {pass: t}}}}", False),
        ("{sources: {S: {url: 'https://example.org/', headers: [A]}}}", False),
        ("{sources: {S: {url: 'https://example.org/', read: some}}}", False),
        ("{sources: {S: {url: 'https://example.org/', weight: heavy}}}", False),
    ],
)
def test_the_schema_judges_as_the_program(text: str, fits: bool) -> None:
    schema = json.loads(schema_text())
    assert accepts(schema, schema, YAML(typ="safe", pure=True).load(text)) is fits


def test_words_for_keys_lead_to_keys() -> None:
    keys = {key for form in FORMS for key in known_keys(form)}
    assert {key for meant in MEANT.values() for key in meant} <= keys
    for form, later in (LATER | LATER_SETTINGS).items():
        assert not later & set(known_keys(form)), "a key of this version is called one of a later"
