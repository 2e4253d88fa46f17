"""The nouns of the business, one module a family; each is defined once and passed around by every layer."""
