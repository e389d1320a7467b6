"""How names change in a language, and which language a text is in."""
