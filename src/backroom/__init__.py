"""Backroom: the backstage of a small business."""

__version__ = "0.1.0"
