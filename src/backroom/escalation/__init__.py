"""Exceptions to the right person: cases, ladders, claims, and what the inbox shows and does."""
