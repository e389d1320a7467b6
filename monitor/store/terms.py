"""In how many articles of a language each term was seen: what tells a rare word from a common one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa

from monitor.store.stories import take_fold_lock

ARTICLES: Final = ""
"""The term under which the articles themselves are counted."""

# one text for any number of terms: a statement for each number would be planned anew nearly every time
_SEEN_SQLITE: Final = "SELECT term, df FROM term_df WHERE language = ? AND term IN (SELECT value FROM json_each(?))"
_SEEN_POSTGRES: Final = sa.text("SELECT term, df FROM term_df WHERE language = :language AND term = ANY(:terms)")
_COUNT_SQLITE: Final = (
    "INSERT INTO term_df (language, term, df) VALUES (?, ?, ?)"
    " ON CONFLICT (language, term) DO UPDATE SET df = df + excluded.df"
)
_COUNT_POSTGRES: Final = sa.text(
    "INSERT INTO term_df (language, term, df)"
    " SELECT * FROM unnest(CAST(:languages AS text[]), CAST(:terms AS text[]), CAST(:counts AS int[]))"
    " ON CONFLICT (language, term) DO UPDATE SET df = term_df.df + excluded.df"
)


def frequencies(connection: sa.Connection, language: str, terms: Collection[str]) -> tuple[int, dict[str, int]]:
    """Articles counted of a language, and in how many of them each of ``terms`` stood; those never seen are left out.

    One statement, by primary key: it does not grow with the store.
    """
    wanted = [ARTICLES, *terms]
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(_SEEN_SQLITE, (language, json.dumps(wanted)))
    else:
        rows = connection.execute(_SEEN_POSTGRES, {"language": language, "terms": wanted})
    seen: dict[str, int] = {row[0]: row[1] for row in rows}
    return seen.pop(ARTICLES, 0), seen


def count(connection: sa.Connection, counted: Mapping[str, tuple[int, Mapping[str, int]]]) -> None:
    """Add a document's articles: language to (how many, term to in how many of them).

    One batch in a fixed order. A transaction may count several documents, whose orders together are none, so two
    writers would each wait for the other: they take turns, by the fold lock.
    """
    rows = sorted(
        (language, term, number)
        for language, (articles, terms) in counted.items()
        for term, number in ({**terms, ARTICLES: articles}).items()
        if number
    )
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_COUNT_SQLITE, rows)
        return
    take_fold_lock(connection)
    languages, terms, counts = (list(column) for column in zip(*rows, strict=True))
    connection.execute(_COUNT_POSTGRES, {"languages": languages, "terms": terms, "counts": counts})
