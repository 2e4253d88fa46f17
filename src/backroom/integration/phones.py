"""Telephone numbers as one spelling: E.164 (ITU-T), read as of the firm's country where they name none."""

from __future__ import annotations

import functools


@functools.lru_cache(maxsize=8192)
def to_e164(number: str, country: str) -> str:
    """Return the number in E.164, an empty string for what cannot be one ("anonymous", an extension, a typo)."""
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat

    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
