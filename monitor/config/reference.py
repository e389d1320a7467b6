"""Writes docs/watchlist.md and the editor's schema from the grammar: ``python -m monitor.config.reference``.

A test compares both with what the grammar says now, so that they cannot drift.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from monitor.config.access import AuthForm
from monitor.config.conditions import AmbiguousForm, FragmentForm, NearForm, TopicForm
from monitor.config.form import Grammar
from monitor.config.grammar import ChannelForm, EmailForm, SourceForm, WatchlistForm, known_keys
from monitor.config.phrases import PhraseForm
from monitor.config.schema import schema
from monitor.config.settings import AlertsForm, FetchForm, LogForm, RetentionForm, SettingsForm, WebForm

_OPENING = """\
# Watchlist and settings

<!-- Written by `python -m monitor.config.reference` from monitor/config; change it there. -->

Two files say what the monitor does. `watchlist.yaml` holds what you look for, where, and who hears of it;
`settings.yaml`, which you may never need, how the program runs. `monitor check` reads both and lists every mistake
with its line; a running monitor takes an edit over by itself, and keeps the old version when the new one has a mistake.

```yaml
topics:
  Qwen3: [Qwen3, 千问3]                       # the short form of {any: [Qwen3, 千问3]}
sources:
  ICIJ: https://www.icij.org/feed/            # the short form of {url: https://www.icij.org/feed/}
channels:
  console: {}
```

## Where the files lie

The first of these that is there: what `--config` names; what `MONITOR_CONFIG` names; `config/local`; `config`;
`$XDG_CONFIG_HOME/coverage-monitor` (by default `~/.config/coverage-monitor`). It is a folder with a `watchlist.yaml`,
or one file; `settings.yaml` lies beside the watchlist. `monitor init` writes a first watchlist.

## How it is written

- The files are YAML 1.2 in UTF-8. Indent with spaces. Names are the keys; a key that stands twice is a mistake.
- Text stays as you write it: `NO`, `1.10` and `2024` are fine as phrases and names. Text that begins with one of
  `* & ! % @ [ { # | >`, or holds `: ` or ` #`, needs quotes, and so does `${...}`.
- `"${NAME}"` is replaced by the environment variable, `"${NAME:-other}"` by `other` where it is not set or empty.
  This happens after the file was read, in values only; `$${` is a plain `${`. Keep secrets out of the file this way:
  no message of the monitor shows what a variable holds, nor any value under `channels` or under `auth`, `headers` and
  `proxy` of a source.
- Times have a unit: `30s`, `10 min`, `2 h`, `90d`, `2 w`; sizes as well: `500MB`, `4GB`.
- A `query` of one line has a language of its own: [query.md](query.md). Put it in single quotes, because its phrases
  stand in double ones: `query: '"Jack Ma" AND Alibaba'`. An apostrophe within single quotes is
  written twice: `'Jack Ma''s call'`. A mistake in the query is told at its character.
- A list of one code, name or headline may be written without brackets: `languages: en`, `channels: console`. Lists of
  phrases have them: `any: [Jack Ma, Alibaba]`. What is written as a query (`AND`, `title:`) has no meaning in a phrase.
- Names are what things are known by. A topic that you rename, or a source whose address changes, says so with `was`
  and keeps its history. What you take out of the file is retired, never deleted.
"""

_PARTS: tuple[tuple[str, type[Grammar]], ...] = (
    ("watchlist.yaml", WatchlistForm),
    ("topics.NAME", TopicForm),
    ("topics.NAME.ambiguous", AmbiguousForm),
    ("topics.NAME.near", NearForm),
    ("A phrase", PhraseForm),
    ("fragments.NAME", FragmentForm),
    ("sources.NAME", SourceForm),
    ("sources.NAME.auth", AuthForm),
    ("channels.NAME", ChannelForm),
    ("channels.NAME.email", EmailForm),
    ("settings.yaml", SettingsForm),
    ("settings.yaml: fetch", FetchForm),
    ("settings.yaml: alerts", AlertsForm),
    ("settings.yaml: retention", RetentionForm),
    ("settings.yaml: web", WebForm),
    ("settings.yaml: log", LogForm),
)


def reference() -> str:
    """The text of docs/watchlist.md."""
    return "\n".join([_OPENING, *(_part(title, form) for title, form in _PARTS)])


def schema_text() -> str:
    """The text of config/watchlist.schema.json."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def main(top: Path) -> None:
    """Writes both files below ``top``, the folder of a checkout."""
    (top / "docs" / "watchlist.md").write_text(reference(), encoding="utf-8")
    (top / "config" / "watchlist.schema.json").write_text(schema_text(), encoding="utf-8")


def _part(title: str, form: type[Grammar]) -> str:
    lines = [f"## {title}", "", " ".join((form.__doc__ or "").split()), ""]
    if form is FragmentForm:
        # Its keys stand in the table of topics.
        return "\n".join(lines)
    lines += ["| Key | What it means | Default | Example |", "| --- | --- | --- | --- |"]
    for key, field in known_keys(form).items():
        cells = f"`{key}`", str(field.description), _default(field), f"`{field.examples[0]}`"
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join([*lines, ""])


def _default(field: Any) -> str:
    default = field.default
    if default is PydanticUndefined:
        return "(needed)"
    if default is None or isinstance(default, Grammar):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, list):
        return f"`[{', '.join(default)}]`"
    return f"`{default}`" if default != {} else ""


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
