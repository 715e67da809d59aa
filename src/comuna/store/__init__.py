"""Keeping: the book, the journal, the notebook, texts and people, on SQLite or PostgreSQL."""
