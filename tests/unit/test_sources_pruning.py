"""Known entries are passed over, and nothing of the others changes: pruned = unpruned less the known ones."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.normalise import normalise
from monitor.limits import ENTRIES_CAP, MEMORY_CAP
from monitor.model import Document, Parsed
from monitor.sources import Feed
from monitor.sources.memory import Memory, load

DATA = Path(__file__).parent.parent / "data" / "feed"
CASES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))
ADDRESS = "https://feeds.example/dir/feed.xml"
SPACES = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:x='urn:x'"


def read(body: str | bytes, memory: str = "", url: str = ADDRESS) -> Parsed:
    found = Feed.parse(Document(url, body if isinstance(body, bytes) else body.encode()), memory)
    assert isinstance(found, Parsed), found
    return found


def rss(items: Sequence[str], head: str = "", tail: str = "", root: str = f"rss version='2.0' {SPACES}") -> str:
    return (
        f"<?xml version='1.0'?><{root}><channel><title>t</title><link>https://a.example/</link>{head}"
        f"{''.join(items)}{tail}</channel></rss>"
    )


def items(count: int, inside: str = "", start: int = 0) -> list[str]:
    return [
        f"<item><guid isPermaLink='false'>{n}</guid><title>No. {n}</title>{inside.replace('@', str(n))}</item>\n"
        for n in range(start, start + count)
    ]


def atom(entries: Sequence[str], head: str = "", attributes: str = "") -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom' {attributes}><title>t</title>{head}{''.join(entries)}</feed>"


def entry(n: int, inside: str = "") -> str:
    return f"<entry><id>tag:{n}</id><title>No. {n}</title>{inside}</entry>"


def rdf(count: int) -> str:
    listed = "".join(
        f"<item rdf:about='https://a.example/{n}'><title>No. {n}</title><dc:date>2026-11-{n + 1:02}</dc:date></item>"
        for n in range(count)
    )
    return (
        "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        f"{SPACES}><channel rdf:about='https://a.example/'><title>t</title><image rdf:resource='x'/><items><rdf:Seq>"
        f"<rdf:li rdf:resource='x'/></rdf:Seq></items></channel><image><title>i</title></image>{listed}</rdf:RDF>"
    )


def jsonfeed(count: int) -> str:
    listed = [{"id": str(n), "title": f"No. {n}", "content_text": "words"} for n in range(count)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": listed})


PRUNED = {
    "rss": rss(items(6)),
    "rss with children": rss(items(6, "<dc:creator>c</dc:creator><source url='https://b.example/'>B</source>")),
    "rss with comments and sections": rss(items(6, "<!-- <item> --><description><![CDATA[</item>]]></description>")),
    "rss with space and comments between": rss(["<!-- one -->\n", *items(6), "\n<!-- <item/> --> "]),
    "podcast": rss(
        items(6, "<itunes:summary xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>s</itunes:summary>"),
        head="<itunes:summary xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>h</itunes:summary>"
        "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>h</content:encoded>",
    ),
    "rss that declares what feedparser knows in every item": rss(
        items(6, "<media:title xmlns:media='http://search.yahoo.com/mrss/'>m</media:title>")
    ),
    "atom": atom([entry(n) for n in range(6)]),
    "atom with xhtml": atom(
        [
            entry(n, "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>in</p></div></content>")
            for n in range(6)
        ]
    ),
    "atom with a base of its own": atom(
        [entry(n, f"<content type='html' xml:base='https://b.example/{n}'>c</content>") for n in range(6)]
    ),
    "atom in another language": atom([entry(n) for n in range(6)], attributes="xml:lang='de'"),
    "rdf": rdf(6),
    "image of the items where the feed has none": rss(items(6, "<image><url>https://a.example/@</url></image>")),
    "latin 1": rss(items(6, "<description>caf\xe9</description>")).replace(
        "<?xml version='1.0'?>", "<?xml version='1.0' encoding='iso-8859-1'?>"
    ),
    "json": jsonfeed(6),
}
"""Documents of six entries each, of which any may be left out."""

WHOLE = {
    "not well-formed": rss(items(6)) + "&",
    "cut off": rss(items(6))[:-20],
    "entities": "<!DOCTYPE rss [<!ENTITY e '<b/>'>]>" + rss(items(6)).removeprefix("<?xml version='1.0'?>"),
    "doctype": "<!DOCTYPE rss SYSTEM 'rss.dtd'>" + rss(items(6)).removeprefix("<?xml version='1.0'?>"),
    "nested": rss([*items(5), f"<item><title>out</title>{items(1, start=9)[0]}</item>"]),
    "no root of a feed": "<x><item><title>1</title></item></x>",
    "two channels": "<rss version='2.0'><channel>" + "".join(items(3)) + "</channel><channel><title>b</title>"
    "</channel></rss>",
    "items outside the channel": "<rss version='2.0'><channel><title>t</title></channel>"
    + "".join(items(6))
    + "</rss>",
    "something after the items": rss(items(6), tail="<title>another</title>"),
    "something between the items": rss([*items(3), "<category>c</category>", *items(3, start=3)]),
    "items in two spaces": rss([*items(5), "<item xmlns='http://purl.org/rss/1.0/'><title>6</title></item>"]),
    "an empty item": rss([*items(5), "<item/>"]),
    "an item that writes into the feed's image": rss(
        items(6, "<image><url>https://a.example/@</url></image>"), head="<image><url>https://a.example/0</url></image>"
    ),
    "an item that leaves a namespace": rss(items(6, "<y:a xmlns:y='urn:@'>b</y:a>")),
    "an item that renames a namespace": rss(
        items(6, "<dc:title xmlns:dc='http://search.yahoo.com/mrss/'>b</dc:title>")
    ),
    "an item that leaves a content open": rss(items(6, "<description>a <p><summary>b</summary></p></description>")),
    "an item that leaves its base": rss(
        items(6, "<description>a <div xml:base='https://b.example/'>b</div></description>")
    ),
    "no entries": rss([]),
}
"""Documents that are always read whole."""


def encoded(name: str) -> bytes:
    body = PRUNED.get(name) or WHOLE[name]
    return body.encode("iso-8859-1" if name == "latin 1" else "utf-8")


def knowing(memory: str, keep: Callable[[int], bool]) -> str:
    """A memory that knows only the entries at some positions."""
    whole = load(memory)
    entries = {one: key for n, (one, key) in enumerate(whole.entries.items()) if keep(n)}
    return dataclasses.replace(whole, entries=entries).dumped()


@pytest.mark.parametrize("name", PRUNED)
def test_what_is_known_is_passed_over_and_the_rest_is_as_it_was(name: str) -> None:
    body = encoded(name)
    whole = read(body)
    assert len(whole.entries) == 6
    assert whole.known == 0
    for pattern in range(1, 64):
        known = [n for n in range(6) if pattern >> n & 1]
        found = read(body, knowing(whole.memory, known.__contains__))
        assert found.known == len(known)
        assert found.entries == tuple(one for n, one in enumerate(whole.entries) if n not in known)
        assert dataclasses.replace(found, entries=(), known=0, titles=()) == dataclasses.replace(
            whole, entries=(), memory=found.memory
        )
        assert load(found.memory).entries == load(whole.memory).entries
        assert set(normalise(found, "Outlet")) <= set(normalise(whole, "Outlet"))


@pytest.mark.parametrize("name", WHOLE)
def test_in_doubt_everything_is_read(name: str) -> None:
    whole = read(encoded(name))
    assert whole.memory == ""
    entries = load(read(encoded("rss")).memory)
    assert read(encoded(name), entries.dumped()) == whole


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_every_document_of_the_repository(path: Path) -> None:
    document = Document(ADDRESS, path.read_bytes())
    whole = Feed.parse(document, "")
    if not isinstance(whole, Parsed) or not whole.memory:
        assert Feed.parse(document, read(rss(items(3))).memory) == whole
        return
    chance = random.Random(path.name)
    for _ in range(4):
        found = read(document.body, knowing(whole.memory, lambda _: chance.random() < 0.5))
        assert found.known + len(found.entries) + len(found.rejected) == len(whole.entries) + len(whole.rejected)
        assert set(found.entries) <= set(whole.entries)
        assert (found.title, found.form, found.hints) == (whole.title, whole.form, whole.hints)


def test_the_next_document() -> None:
    first = read(rss(items(4)))
    later = read(rss([*items(2, start=8), *items(3)], head="<ttl>9</ttl>"), first.memory)
    assert [one.id for one in later.entries] == ["8", "9"]
    assert later.known == 3
    assert later.hints == {"ttl": "9"}
    again = read(rss([*items(2, start=8), *items(3)]), later.memory)
    assert (again.entries, again.known) == ((), 5)
    # what has left the document is forgotten, and read anew if it returns
    assert [one.id for one in read(rss(items(4)), later.memory).entries] == ["3"]


def test_a_changed_entry_is_read() -> None:
    changed = [*items(3), "<item><guid isPermaLink='false'>3</guid><title>No. 3, updated</title></item>\n"]
    found = read(rss(changed), read(rss(items(4))).memory)
    assert [one.title for one in found.entries] == ["No. 3, updated"]


@pytest.mark.parametrize(
    "body",
    [
        rss(items(4), root="rss version='2.0' xmlns:y='urn:y'"),
        rss(items(4), root=f"rss version='2.0' {SPACES} xml:base='https://b.example/'"),
        rss(items(4), head="<image><url>https://a.example/i</url></image>"),
        rss(items(4), head="<y:a xmlns:y='urn:y'/>"),
        atom([entry(n) for n in range(4)]),
    ],
)
def test_where_the_entries_stand_in_something_else_everything_is_read(body: str) -> None:
    assert read(body, read(rss(items(4))).memory) == read(body)


def test_at_another_address_everything_is_read() -> None:
    memory = read(rss(items(4))).memory
    assert read(rss(items(4)), memory, "https://moved.example/").known == 0
    assert read(jsonfeed(4), read(jsonfeed(4)).memory, "https://moved.example/").known == 0


@pytest.mark.parametrize("form", ["xml", "json"])
def test_entries_that_share_a_key_are_read_in_company(form: str) -> None:
    """Their keys are made apart by all of them: a new one alone would take the key of a known one."""

    def body(titles: Sequence[str]) -> str:
        if form == "json":
            listed = [{"id": "all", "title": title} for title in titles]
            return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": listed})
        return rss([f"<item><guid isPermaLink='false'>all</guid><title>{title}</title></item>" for title in titles])

    first = read(body(["a", "b"]))
    later = read(body(["c", "a", "b"]), first.memory)
    assert later.known == 0
    assert normalise(later, "x") == normalise(read(body(["c", "a", "b"])), "x")


@pytest.mark.parametrize("inside", ["\u200b", "\u00ad", "\x0b" * 3])
def test_a_key_is_the_same_whatever_is_hidden_in_it(inside: str) -> None:
    def body(ids: Sequence[str]) -> str:
        listed = [{"id": one, "title": f"No. {n}"} for n, one in enumerate(ids)]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": listed})

    assert read(body([f"x{inside}y", "xy"]), read(body([f"x{inside}y"])).memory).known == 0


def test_the_outlet_behind_new_titles_is_told_by_known_ones() -> None:
    def body(count: int) -> str:
        return rss([f"<item><title>The number of the day is {n} | The Courier</title></item>" for n in range(count)])

    first, whole = read(body(20)), read(body(21))
    later = read(body(21), first.memory)
    assert len(later.entries) == 1
    assert normalise(later, "x")[0] == normalise(whole, "x")[-1]


@pytest.mark.parametrize("count", [ENTRIES_CAP - 1, ENTRIES_CAP, ENTRIES_CAP + 1, ENTRIES_CAP + 40])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_the_cap_counts_known_entries_too(count: int, form: str) -> None:
    body = jsonfeed(count) if form == "json" else rss(items(count))
    whole = read(body)
    assert len(whole.memory) <= MEMORY_CAP
    assert len(load(whole.memory).entries) == min(count, ENTRIES_CAP)
    found = read(body, knowing(whole.memory, lambda n: n >= 100))
    assert found.known == min(count, ENTRIES_CAP) - 100
    assert found.entries == whole.entries[:100]
    assert found.rejected == whole.rejected
    over = [one.sample for one in found.rejected if one.reason == "over_cap"]
    assert over == ([f"{count - ENTRIES_CAP} further entries"] if count > ENTRIES_CAP else [])


def test_what_could_not_become_an_entry_is_told_once() -> None:
    body = rss([*items(2), "<item></item>"])
    whole = read(body)
    assert [one.reason for one in whole.rejected] == ["empty"]
    again = read(body, whole.memory)
    assert (again.entries, again.rejected, again.known) == ((), (), 3)


GOOD = {"v": 1, "frame": "f", "state": "s", "entries": "AAAAAAAAAAAAAAAA", "titles": ["t"]}


def test_the_good_memory_that_the_bad_ones_below_are_made_of() -> None:
    assert load(json.dumps(GOOD)) == Memory("f", "s", {bytes(8): bytes(4)}, ("t",))


@pytest.mark.parametrize(
    "memory",
    [
        *("null", "[]", "{}", "7", '"x"', "{", "[" * 30_000),
        *(
            json.dumps(GOOD | wrong)
            for wrong in (
                {"v": 0}, {"v": None}, {"frame": 1}, {"state": None}, {"entries": 7}, {"entries": "AAA"},
                {"entries": "AAAA"}, {"entries": "\u00e4"}, {"entries": "!" * 16}, {"titles": None}, {"titles": [1]},
                {"titles": "t"}, {"titles": ["x" * MEMORY_CAP]},
            )
        ),
    ],
)  # fmt: skip
def test_any_other_memory_is_none(memory: str) -> None:
    assert load(memory) == Memory()
    assert read(encoded("rss"), memory) == read(encoded("rss"))


@given(st.text())
def test_no_memory_is_believed_that_we_did_not_write(memory: str) -> None:
    assert load(memory) == Memory()


@given(
    st.integers(0, ENTRIES_CAP + 5),
    st.lists(st.text(max_size=300), max_size=20),
)
def test_a_memory_is_read_back_and_fits(count: int, titles: list[str]) -> None:
    entries = {n.to_bytes(8, "big"): n.to_bytes(4, "big") for n in range(count)}
    written = Memory("f" * 16, "s" * 16, entries, tuple(titles)).dumped()
    assert len(written.encode()) <= MEMORY_CAP
    found = load(written)
    assert list(found.entries.items()) == list(entries.items())[:ENTRIES_CAP]
    assert set(found.titles) <= set(titles)
    assert found.dumped() == written


@pytest.mark.parametrize("room", [-1, 0, 1, 15, 16, 17])
def test_what_does_not_fit_into_a_memory_is_read_again(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = len(Memory().dumped())
    monkeypatch.setattr("monitor.sources.memory.MEMORY_CAP", bare + room)
    memory = Memory("", "", {b"12345678": b"1234", b"abcdefgh": b"abcd"})
    written = memory.dumped()
    assert list(load(written).entries) == ([b"12345678"] if room >= 16 else [])
    assert len(written) <= bare + max(room, 0)
