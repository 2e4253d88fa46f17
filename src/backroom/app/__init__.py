"""The composition root: builds every part of an open business, starts it, and stops it in reverse order."""
