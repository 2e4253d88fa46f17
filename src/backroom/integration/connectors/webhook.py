"""Calls a web address of another program: signed, with an idempotency key, so that a repeat is taken once."""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from backroom.errors import Broken, ConnectorError, InputError, SignInAgain, TryLater
from backroom.integration.contract import Account, Connector, FieldKind, FormField, OutgoingMail, Receipt, Tested
from backroom.integration.mail_server import is_loopback, unusable_settings
from backroom.integration.outbox_webhook import same_server
from backroom.records.runs import EffectClass

if TYPE_CHECKING:
    import httpx

_CONNECT_S, _ANSWER_S = 5.0, 20.0
_SHORTEST_SECRET = 16
_NOT_YET = frozenset({425, 429, 503})  # the other side says that it has not done it
_TEST_BODY = '{"kind":"test"}'
_TEST_KEY = "backroom-test"


class WebhookConnector(Connector):
    """One web address that rules may call.

    The body is signed with HMAC-SHA256 over "<time>.<body>" (header Backroom-Signature: t=<time>,v1=<hex>), the key of
    the call travels as Idempotency-Key: the receiver can tell who calls and answers a repeat without doing it twice.
    """

    key: ClassVar[str] = "webhook"
    title: ClassVar[str] = "Web address to call"
    icon: ClassVar[str] = "link"
    blurb: ClassVar[str] = "Tells another program what happened, by a signed call of its web address."
    effect_class: ClassVar[EffectClass | None] = EffectClass.KEYED
    channels: ClassVar[tuple[str, ...]] = ("webhook",)
    form: ClassVar[tuple[FormField, ...]] = (
        FormField(key="url", label="Web address", help="Begins with https://. The other program's settings show it."),
        FormField(
            key="secret",
            label="Signing secret",
            kind=FieldKind.PASSWORD,
            help="At least 16 characters that both programs know; the other side checks the signature with it.",
        ),
        FormField(
            key="timeout_seconds",
            label="Seconds to wait for an answer",
            kind=FieldKind.NUMBER,
            default=int(_ANSWER_S),
            required=False,
            advanced=True,
        ),
    )

    def test(self, account: Account) -> Tested:
        """Make a signed call that says it is a test; the other program has to answer with a 2xx."""
        url = _address(account)
        if len(account.secrets.get("secret", "")) < _SHORTEST_SECRET:
            what = f"The secret is shorter than {_SHORTEST_SECRET} characters."
            raise InputError(what, field="secret", remedy="Use a longer one on both sides.")
        said = _call(account, url, _TEST_BODY, _TEST_KEY)
        return Tested(account=url, words=f"{urlsplit(url).netloc} answers {said}.")

    def send(self, account: Account, mail: OutgoingMail) -> Receipt:
        """Make one call; TryLater.sent is None when the answer was lost, and then the same key is sent again."""
        with unusable_settings():
            base = _address(account)
        url = mail.to or base
        if not same_server(url, base):
            what = f"{url} is not on the server of this connection."
            raise Broken(what, remedy="Connect that address of its own in Settings, Connections.")
        method = "PUT" if mail.subject == "PUT" else "POST"
        said = _call(account, url, mail.text, mail.message_id.strip("<>"), method)
        return Receipt(provider_id=mail.message_id, evidence=f"{urlsplit(url).netloc} answered {said}.")


def signature(secret: str, body: bytes, at: int) -> str:
    """Return the header value that proves who calls; `at` is seconds since 1970."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _address(account: Account) -> str:
    url = str(account.settings.get("url") or "").strip()
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError("This is not a web address.", field="url", remedy="It begins with https://.")
    if parts.username or parts.password:
        raise InputError("The address holds a password.", field="url", remedy="Take it out; the secret signs the call.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        what = "Without encryption everybody on the way could read what is told."
        raise InputError(what, field="url", remedy="Use the address that begins with https://.")
    return url


def _call(account: Account, url: str, text: str, key: str, method: str = "POST") -> str:
    import httpx  # needed by the first call, not by the start of the program

    body = text.encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Backroom-Signature": signature(account.secrets.get("secret", ""), body, int(time.time())),
        "User-Agent": "Backroom",
    }
    waits = httpx.Timeout(float(account.settings.get("timeout_seconds") or _ANSWER_S), connect=_CONNECT_S)
    host = urlsplit(url).netloc
    try:
        with httpx.Client(timeout=waits, follow_redirects=False) as client:
            answer = client.request(method, url, content=body, headers=headers)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        if "CERTIFICATE" in str(error).upper():
            remedy = "Check the address; if it is right, its owner has to renew or correct the certificate."
            raise Broken(f"The certificate of {host} is not valid.", remedy=remedy) from error
        raise TryLater(f"{host} cannot be reached just now.", sent=False) from error
    except httpx.HTTPError as error:
        raise TryLater(f"{host} did not answer ({type(error).__name__}).", sent=None) from error
    if answer.is_success:
        return str(answer.status_code)
    raise _refusal(host, answer)


def _refusal(host: str, answer: httpx.Response) -> ConnectorError:
    code = answer.status_code
    words = f"{host} answered {code}: {' '.join(answer.text[:200].split())}".rstrip(": ")
    if code in {401, 403}:
        return SignInAgain(f"{words}. It does not accept the signing secret.")
    if code in _NOT_YET:
        return TryLater(words, after=_asked_wait(answer), sent=False)
    if code >= 500 or code == 408:
        return TryLater(words, after=_asked_wait(answer), sent=None)
    if 300 <= code < 400:
        return Broken(f"{words}. It sends the call elsewhere.", remedy="Use the address it leads to in the connection.")
    return Broken(words, meaning="It was surely not taken.", remedy="Ask the owner of that program what it wants.")


def _asked_wait(answer: httpx.Response) -> timedelta | None:
    """Read Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return timedelta(seconds=min(int(said), 86_400))
    try:
        return max(parsedate_to_datetime(said) - datetime.now(UTC), timedelta())
    except (TypeError, ValueError):
        return None
