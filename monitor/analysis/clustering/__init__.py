"""Which story an article belongs to, and which happening the story is about."""
