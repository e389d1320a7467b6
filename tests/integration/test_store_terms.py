"""Document frequencies by language, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from monitor.model import Article
from monitor.pipeline.settle import SAMPLED, WELL_KNOWN, count_terms
from monitor.store import terms
from monitor.store.database import Store


def test_what_was_counted_adds_up_by_language(any_store: Store) -> None:
    with any_store.write() as connection:
        terms.count(connection, {"en": (2, {"whale": 2, "harbour": 1}), "sv": (1, {"val": 1, "hamn": 0})})
        terms.count(connection, {"en": (3, {"whale": 1, "鲸": 1, "it's": 1})})
        terms.count(connection, {})
        terms.count(connection, {"fr": (0, {})})
        assert terms.frequencies(connection, "en", ["whale", "harbour", "鲸", "it's", "val"]) == (
            5, {"whale": 3, "harbour": 1, "鲸": 1, "it's": 1},
        )  # fmt: skip
        assert terms.frequencies(connection, "sv", {"val", "hamn", "whale"}) == (1, {"val": 1})
        assert terms.frequencies(connection, "fr", ()) == (0, {})
        assert terms.frequencies(connection, "en", ()) == (5, {})


def test_a_document_of_many_terms_is_one_statement(any_store: Store) -> None:
    asked: list[str] = []
    many = {f"term{n}": 1 for n in range(3_000)}
    with any_store.write() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *of: asked.append(of[2]))
        terms.count(connection, {"en": (1, many), "de": (1, many)})
        assert len([one for one in asked if "INSERT" in one]) == 1
        total, seen = terms.frequencies(connection, "en", many)
        assert (total, seen) == (1, many)


@pytest.mark.parametrize(("known", "counted"), [(0, 80), (WELL_KNOWN - 1, 80), (WELL_KNOWN, 80 // SAMPLED)])
def test_of_a_language_that_is_well_known_a_sample_is_counted(any_store: Store, known: int, counted: int) -> None:
    articles = [
        Article(n, f"The minister said of the harbour that it is to be a port, {n}", "Courier",
                datetime(2026, 5, 1, tzinfo=UTC), None, None, None)
        for n in range(1, 81)
    ]  # fmt: skip
    with any_store.write() as connection:
        terms.count(connection, {"en": (known, {"harbo": known // 2})})
        count_terms(connection, articles)
        total, seen = terms.frequencies(connection, "en", {"harbo", "port"})
    assert total == known + counted
    assert seen == {"harbo": known // 2 + counted, "port": counted}


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_two_writers_never_wait_for_each_other(any_store: Store, database_url: str) -> None:
    """Several documents of one transaction have no common order: without turns this is a deadlock."""
    engine = sa.create_engine(database_url)
    failed: list[sa.exc.DBAPIError] = []

    def write(words: list[str]) -> None:
        try:
            for _ in range(20):
                with engine.begin() as connection:
                    for word in words:
                        terms.count(connection, {"en": (1, {word: 1})})
        except sa.exc.DBAPIError as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(order,)) for order in (["a", "b", "c"], ["c", "b", "a"])]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    engine.dispose()
    assert failed == []
    with any_store.read() as connection:
        assert terms.frequencies(connection, "en", ["a", "b", "c"]) == (120, {"a": 40, "b": 40, "c": 40})
