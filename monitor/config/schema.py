"""The JSON schema of ``watchlist.yaml``, by which editors complete keys and mark mistakes while one types."""

from __future__ import annotations

import json
from typing import Any

from monitor.config.grammar import WatchlistForm


def schema() -> dict[str, Any]:
    """The schema as a JSON object, made from the grammar.

    It also takes the short forms (a topic as a list, a source as an address, a phrase as text), which
    the grammar turns into full ones before pydantic sees them, and maps that are left empty.
    """
    made = WatchlistForm.model_json_schema()
    forms: dict[str, Any] = {name.removesuffix("Form"): form for name, form in made.pop("$defs").items()}
    short = {
        "Phrase": {"type": "string", "minLength": 1},
        "Topic": {"type": "array", "items": {"$ref": "#/$defs/Phrase"}},
        "Fragment": {"type": "array", "items": {"$ref": "#/$defs/Phrase"}},
        "Source": {"type": "string", "format": "uri"},
        "Auth": {"type": "string", "pattern": ":|\\$\\{"},
        "Channel": {"type": "null"},
    }
    for name, form in short.items():
        forms[name] = {"anyOf": [form, forms[name]]}
    top = made["properties"]
    for part in ("topics", "fragments", "sources", "channels"):
        top[part]["type"] = ["object", "null"]
    conditions = ("use", "languages", "sources", "except_sources")
    for form, keys in (
        (forms["Topic"]["anyOf"][1], (*conditions, "must_match", "must_not_match", "channels")),
        (forms["Fragment"]["anyOf"][1], conditions),
        (forms["Source"]["anyOf"][1], ("topics",)),
        (forms["Email"], ("to",)),
    ):
        for key in keys:
            form["properties"][key]["type"] = ["string", "array"]
    phrases = forms["Source"]["anyOf"][1]["properties"]["skip"]
    one = {"$ref": "#/$defs/Phrase"}
    forms["Source"]["anyOf"][1]["properties"]["skip"] = {
        **{key: value for key, value in phrases.items() if key not in ("type", "items")},
        "anyOf": [one, {"type": "array", "items": one}],
    }
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "$defs": forms}
    named: dict[str, Any] = json.loads(json.dumps(_tidied(made)).replace('Form"', '"'))
    return named


def _tidied(part: Any) -> Any:
    """Without titles, line ends in texts, and ``default: null``, which stands for keys that have no default."""
    if isinstance(part, dict):
        return {
            key: _tidied(value)
            for key, value in part.items()
            if not (key == "default" and value is None) and not (key == "title" and isinstance(value, str))
        }
    if isinstance(part, str):
        return " ".join(part.split())
    if isinstance(part, list):
        return [_tidied(value) for value in part]
    return part
