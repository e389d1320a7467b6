"""A document as the path records it: what the source skips is counted, and only that."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import Document, Phrase, Read, Skipped
from monitor.pipeline.reading import read

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>
<item><guid>1</guid><title>Qwen3-8B</title><link>https://a.example/1</link></item>
<item><guid>2</guid><title>Qwen3-8B-GGUF</title><link>https://a.example/2</link>
<pubDate>Tue, 24 Nov 2026 09:00:00 GMT</pubDate></item>
<item><guid>3</guid><title>Qwen3-8B-AWQ</title><link>https://a.example/3</link></item></channel></rss>"""


def test_what_is_skipped_is_recorded_and_counted() -> None:
    document = Document("https://a.example/feed", FEED, content_type="application/rss+xml")
    whole = read("feed", document, "", "Wire")
    some = read("feed", document, "", "Wire", (Phrase("GGUF"), Phrase("AWQ")))
    assert isinstance(whole, Read)
    assert isinstance(some, Read)
    first, second, third = whole.entries
    assert whole.skipped == ()
    assert some.entries == (first,)
    assert some.skipped == (
        Skipped(second.key_hash, "GGUF", "Qwen3-8B-GGUF https://a.example/2"),
        Skipped(third.key_hash, "AWQ", "Qwen3-8B-AWQ https://a.example/3"),
    )
    assert some.total == whole.total == 3
    # How fresh the document is does not depend on what is wanted of it.
    assert some.newest == whole.newest == datetime(2026, 11, 24, 9, tzinfo=UTC)
