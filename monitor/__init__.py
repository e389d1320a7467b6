"""Watch the news for the topics a person names, and tell the right people once per story."""

__version__ = "0.1.0"
