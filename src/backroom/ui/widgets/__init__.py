"""What pages are made of: one widget a file, each with a name for screen readers, a focus ring and its keys."""
