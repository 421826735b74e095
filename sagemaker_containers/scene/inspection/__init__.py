"""Judging a capture from its video alone, before anything is spent on it."""
