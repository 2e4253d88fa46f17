"""Turns the bytes of a mail into text, whatever the sender claims about their encoding."""

from __future__ import annotations

import binascii
import codecs
import quopri
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Only encodings that turn bytes into text: Python's registry also holds zip, hex, rot13 and "undefined".
_TEXT_CODEC = re.compile(
    r"(utf-?(7|8|16|32)(-?[lb]e)?|(us-)?ascii|(x-)?mac-?roman|iso-?8859-?\d{1,2}|latin-?\d|(windows|cp|x-cp)-?\d{3,4}"
    r"|koi8-?[rtu]|big5(-?hkscs)?|gb(k|2312|18030)|hz(-gb-2312)?|euc-?(jp|kr|cn)|iso-2022-(jp|kr)(-\d)?"
    r"|shift[-_]?jis|s-?jis|ks_c_5601-1987|tis-620|johab)",
    re.IGNORECASE,
)
# What is declared as Latin-1 or ASCII is Windows-1252 in practice, as browsers have long agreed (WHATWG Encoding).
_WESTERN = re.compile(
    r"(us-)?ascii|iso-?8859-?1|latin-?1|ansi_x3\.4-1968|unknown-8bit|8bit|x-unknown|default", re.IGNORECASE
)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def to_text(data: bytes, declared: str = "") -> tuple[str, str]:
    """Decode bytes with the declared charset or a better one; returns (text, problem or an empty string)."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return clean(data.decode(codec, "replace")), ""
    named = declared.strip().strip("\"'").lower()
    if not named or _WESTERN.fullmatch(named):
        return _western(data, named)
    if not _TEXT_CODEC.fullmatch(named):
        return _guess(
            data
        ), f"The mail names an unknown character set, {declared.strip()[:40]!r}; it was read by guess."
    if named.startswith("utf-16") and len(data) % 2:
        data = data[:-1]
    try:
        return clean(data.decode(_python_name(named))), ""
    except (UnicodeDecodeError, LookupError):
        return _guess(data), f"The mail is not in the character set it names ({named}); it was read by guess."


def _western(data: bytes, named: str) -> tuple[str, str]:
    """Read plain 8-bit mail: ASCII as it is, valid UTF-8 as UTF-8, the rest as Windows-1252."""
    if data.isascii() and b"\x00" not in data and b"\x1b$" not in data:
        return clean(data.decode("ascii")), ""
    text = _guess(data)
    wrong = named and not named.endswith("ascii") and _is_utf8(data)
    return text, f"The mail says {named} but was written in UTF-8." if wrong else ""


def _python_name(named: str) -> str:
    """Translate mail names of charsets that Python spells otherwise."""
    return {"ks_c_5601-1987": "cp949", "gb2312": "gb18030", "x-macroman": "mac-roman"}.get(
        named, named.removeprefix("x-")
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes) -> str:
    """Read bytes of unknown encoding: UTF-16 by its zero bytes, ISO-2022-JP by its escapes, UTF-8, Windows-1252."""
    sample = data[:2000]
    zeros = sample.count(0)
    if zeros > len(sample) // 3:
        low_end = sample[1::2].count(0) >= zeros // 2
        return clean(data[: len(data) // 2 * 2].decode("utf-16-le" if low_end else "utf-16-be", "replace"))
    for codec in ("iso-2022-jp", "utf-8") if b"\x1b$" in sample else ("utf-8",):
        try:
            return clean(data.decode(codec))
        except UnicodeDecodeError:
            continue
    # A mail cut in the middle of a character, or one bad byte in a page of good ones, is still UTF-8.
    lenient = data.decode("utf-8", "replace")
    if 0 < lenient.count("\ufffd") * 20 < sum(byte > 0x7F for byte in sample):
        return clean(lenient)
    return clean(data.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Drop control characters, byte order marks and lone surrogates; line ends become plain newlines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def undo_transfer(body: bytes, encoding: str) -> tuple[bytes, str]:
    """Undo base64 or quoted-printable, also where it is damaged; returns (bytes, problem or an empty string)."""
    name = encoding.strip().lower()
    if name == "quoted-printable":
        return quopri.decodestring(body), ""
    if name == "base64":
        return _base64(body)
    if name in {"x-uuencode", "uuencode", "x-uue"}:
        return _uuencoded(body)
    return body, ""


def _base64(body: bytes) -> tuple[bytes, str]:
    """Decode base64; damaged ends are cut to the last whole group, plain text wrongly labelled is kept."""
    try:
        return binascii.a2b_base64(body), ""
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    if b" " in body.strip()[:200]:
        return body, "The mail says it is base64 but is plain text."
    whole = letters[: len(letters) // 4 * 4]
    tail = letters[len(whole) :]
    padded = whole + tail + b"=" * (4 - len(tail)) if len(tail) > 1 else whole
    return binascii.a2b_base64(padded), "The base64 part of the mail is damaged; what could be read was kept."


def _uuencoded(body: bytes) -> tuple[bytes, str]:
    lines: list[bytes] = []
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")):
            continue
        try:
            lines.append(binascii.a2b_uu(line))
        except binascii.Error:
            return b"".join(lines), "The uuencoded part of the mail is damaged; what could be read was kept."
    return b"".join(lines), ""


def header_text(raw: str) -> str:
    """Decode the encoded words of a header (RFC 2047); words split inside a character are joined first."""
    if "=?" not in raw:
        return clean(raw).strip()
    pieces: list[str] = []
    run: tuple[str, bytes] = ("", b"")
    at = 0
    joined = _BETWEEN_WORDS.sub(r"\1\2", raw)
    for word in _ENCODED_WORD.finditer(joined):
        charset, data = word[1].split("*")[0].lower(), _word_bytes(word[2], word[3])
        if word.start() != at or charset != run[0]:
            pieces += [to_text(run[1], run[0])[0], joined[at : word.start()]]
            run = ("", b"")
        run = (charset, run[1] + data)
        at = word.end()
    pieces += [to_text(run[1], run[0])[0], joined[at:]]
    return clean("".join(pieces)).replace("\n", " ").strip()


def _word_bytes(kind: str, payload: str) -> bytes:
    data = payload.encode("ascii", "replace")
    if kind in "bB":
        return _base64(data)[0]
    return quopri.decodestring(data.replace(b"_", b"=20"))
