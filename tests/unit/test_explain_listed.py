"""How a list of questions is read: lines, comments, CSV, and the limits."""

from __future__ import annotations

import pytest

from monitor.errors import UsageError
from monitor.pipeline.explain.listed import LINES_CAP, read_list


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("https://a.example/1\n\n# a comment\n  Jack Ma, again \n",
         [(1, "https://a.example/1"), (4, "Jack Ma, again")]),
        ("title,url\nOne,https://a.example/1\n\n\"Two, and\nmore\",https://a.example/2\nno,\n",
         [(2, "https://a.example/1"), (5, "https://a.example/2")]),
        ("# from the rival\nID;Link\n1;https://a.example/1\n# 2;https://a.example/2\n", [(3, "https://a.example/1")]),
        ("n\tHeadline\n1\tJack Ma returns\n", [(2, "Jack Ma returns")]),
        ("url\nhttps://a.example/1\n", [(2, "https://a.example/1")]),
        ("https://a.example/1,https://a.example/2", [(1, "https://a.example/1,https://a.example/2")]),
    ],
    ids=["lines", "commas", "semicolons", "tabs", "one column", "no head"],
)  # fmt: skip
def test_a_list_is_read(text: str, asked: list[tuple[int, str]]) -> None:
    assert [(one.line, one.question) for one in read_list(text, "list.txt")] == asked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\n# nothing\n", "list.txt holds no address or headline"),
        ("url,x\n", "list.txt holds no address or headline"),
        ("x\n" * (LINES_CAP + 1), "list.txt holds 10,001 questions; at most 10,000"),
        ("url,x\n" + "a" * 200_000, "list.txt:2: field larger than field limit"),
    ],
    ids=["empty", "head only", "too many", "a field without end"],
)
def test_what_is_no_list_is_said(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_list(text, "list.txt")
    assert len(read_list("x\n" * LINES_CAP, "list.txt")) == LINES_CAP
