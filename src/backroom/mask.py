"""The mask: replaces secrets in any text that is written for people or kept on disk."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

MASKED = "•••"
SHORTEST_MASKED = 4

_NAMES = (
    r"pass(?:word|wd|phrase|code)|pwd|secret|token|credential|cookie|signature"
    r"|(?:api|access|private|auth|encryption)[-_ ]?key|authorization"
)
_VALUE = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'&,;)}\]]+)"""
_SHAPES = (
    # A whole key block, a JSON web token, and the keys of well-known services by their first letters.
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?",
    r"\b(?:sk|rk|whsec|pat|shpat|xox[abeprs])[-_][\w-]{12,}",
    r"\bgh[opsur]_\w{20,}",
    r"\bAIza[\w-]{30,}",
    r"\bAKIA[0-9A-Z]{16}\b",
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("|".join(_SHAPES), re.DOTALL), MASKED),
    (re.compile(r"\b(bearer|basic|digest)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {MASKED}"),
    (re.compile(r"\b(AUTH(?:ENTICATE)?\s+[\w-]+\s+)[\w+/=]{4,}", re.IGNORECASE), rf"\1{MASKED}"),
    (re.compile(rf"\b(LOGIN\s+(?:\"[^\"]*\"|\S+)\s+){_VALUE}"), rf"\1{MASKED}"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/]+(?=@)"), rf"\1{MASKED}"),
    (
        re.compile(rf"([\w-]*(?:{_NAMES})[\w-]*[\"']?\s*(?:=>|[:=])\s*)(?!{MASKED}){_VALUE}", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
)


class Mask:
    """Knows the secrets in use and takes them out of texts; safe to use from several threads."""

    def __init__(self) -> None:
        """Know no secret yet; common shapes of secrets are masked all the same."""
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, ...]] = {}
        self._pattern: re.Pattern[str] | None = None

    def register(self, secret: str) -> None:
        """Mask this value from now on, also where it is quoted, escaped or encoded.

        Values under four characters would blot out ordinary words; they are masked only beside a name like “password”.
        """
        if len(secret) < SHORTEST_MASKED or secret in self._known:
            return
        with self._lock:
            self._known = {**self._known, secret: tuple(_forms(secret))}
            self._pattern = self._compiled()

    def forget(self, secret: str) -> None:
        """Stop masking a value that is no secret any more."""
        with self._lock:
            self._known = {known: forms for known, forms in self._known.items() if known != secret}
            self._pattern = self._compiled()

    def clean(self, text: str) -> str:
        """Return the text with every known secret and everything shaped like one replaced."""
        known = self._pattern
        if known is not None:
            text = known.sub(MASKED, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _compiled(self) -> re.Pattern[str] | None:
        forms = {form for each in self._known.values() for form in each}
        # The longest first, so that a secret that contains another one goes as a whole.
        return re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None


def _forms(secret: str) -> Iterator[str]:
    """Yield the ways in which a secret turns up in logs: as it is, in repr, JSON, URLs and base64."""
    yield secret
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    encoded = secret.encode("utf-8", "surrogatepass")
    yield base64.b64encode(encoded).decode().rstrip("=")
    yield base64.urlsafe_b64encode(encoded).decode().rstrip("=")


mask = Mask()
