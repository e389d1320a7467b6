"""How well stories and events are told apart: corpora, measures, and what is measured by them."""
