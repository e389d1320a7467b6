"""What a topic asks for in canonical form: its definition, whose hash is its version."""

from __future__ import annotations

import hashlib

from monitor.analysis.query.language import canonical, render
from monitor.analysis.query.tree import tree
from monitor.model import Topic


def definition(topic: Topic) -> str:
    """The topic's query as one line, equal for equal meaning, whatever the order of phrases and keys; empty where it
    can match nothing.

    The name, channels and examples are no part of it: they do not decide what matches.
    """
    node = tree(topic.query)
    return "" if node is None else render(canonical(node))


def version_hash(topic: Topic) -> str:
    """The sha256 of the definition, hexadecimal: the identity of a topic version."""
    return hashlib.sha256(definition(topic).encode("utf-8", "surrogatepass")).hexdigest()
