"""The words of the 500 mails: people, wishes, form layouts, automatic answers, newsletters, broken mails."""

# ruff: noqa: E501, ISC004 - mails are quoted as they arrive, line by line

from __future__ import annotations

from dataclasses import dataclass

from backroom.records.messages import Fate

_FIRST = (
    "Alma",
    "Bert",
    "Carla",
    "Dwight",
    "Elena",
    "Frank",
    "Grete",
    "Hugo",
    "Ines",
    "Jonas",
    "Kira",
    "Lou",
    "Mona",
    "Nils",
)
_LAST = (
    "Abbott",
    "Brandt",
    "Castillo",
    "Dunne",
    "Eriksen",
    "Fowler",
    "Grant",
    "Hoyle",
    "Iversen",
    "Juarez",
    "Kemp",
    "Lund",
    "Moss",
)
_WISHES = (
    "I would like an estimate for replacing the shingles on a ranch house of about 1,900 square feet.",
    "We see a brown stain on the bedroom ceiling after the storm. Can somebody have a look this week?",
    "Do you also do gutters? Ours are about 25 years old and overflow at the back corner.",
    "Please call me about a flat roof over our garage.\nIt is 20 by 22 feet and holds water.",
    "Our insurance wants a written inspection report by the end of the month. What do you charge?",
    "Looking for a quote for a metal roof on a barn near the county line.",
    "A few shingles came off in the wind last night. Could you fix them before the next rain?",
    "We are buying a house and need a roof inspection before closing.",
)
SUBJECTS = (
    "Estimate",
    "roof question",
    "Quote for a new roof?",
    "Leaking gutter",
    "Hi",
    "Inspection before closing",
    "Re-roofing our barn",
)
ANSWERS = (
    "Thursday at 10 works for us. See you then.",
    "Thanks for getting back so quickly. What would it cost with architectural shingles?",
    "Yes please, go ahead and book it.",
    "Could you come on Saturday instead? I'm out of town until Friday.",
    "The number is right. Please stop by any time, the dog is friendly.",
    "Sounds good.\n\nSent from my iPhone",
)
OPT_OUTS = (
    "STOP",
    "Please stop writing to me.",
    "Unsubscribe",
    "We went with somebody else, please take me off your list.",
    "Do not contact me again.",
    "Hi,\n\nI no longer wish to receive your emails.\n\nThanks",
    "Please don't email me anymore.",
    "remove me",
    "Stop sending me follow-ups.",
    "Please unsubscribe me.",
    "I want to opt out.",
    "Quit",
)
FOREIGN = "Größe des Daches: 120 m². Können Sie für die Rückseite ein Angebot schicken? Der Preis sollte unter 9.000 € bleiben – danke!"
BY_CHARSET = {
    "iso-2022-jp": "屋根の修理をお願いします。見積もりをください。",
    "koi8-r": "Здравствуйте, нужна оценка ремонта крыши.",
}
CHARSETS = (
    ("utf-8", "cp1252"),
    ("iso-8859-1", "utf-8"),
    ("us-ascii", "utf-8"),
    ("", "cp1252"),
    ("x-made-up", "utf-8"),
    ("utf-16", "utf-16"),
    ("utf-8", "utf-16-le"),
    ("iso-2022-jp", "iso-2022-jp"),
    ("koi8-r", "koi8-r"),
    ("windows-1252", "cp1252"),
    ("utf8", "utf-8-sig"),
)


def person(number: int) -> tuple[str, str]:
    """Return (name, address) of a made-up person."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    return f"{first} {last}", f"{first}.{last}{number}@post.example".lower()


def phone(number: int) -> str:
    """Return a number from the range kept for fiction."""
    return f"(312) 555-01{number % 100:02d}"


def wish(number: int) -> str:
    """Return what somebody wants, different for every number."""
    return f"{_WISHES[number % len(_WISHES)]} (house {number})"


def quoted(number: int) -> str:
    """Return our quoted mail as different mail programs put it below the answer."""
    ours = "Thank you for writing to Ridgeline Roofing. To hear no more from us, answer STOP or unsubscribe here."
    return (
        f"On Mon, Mar 2, 2026 at 2:03 PM Ridgeline Roofing <\noffice@ridgeline-roofing.example> wrote:\n\n> {ours}\n> Marta\n",
        "________________________________\nFrom: Ridgeline Roofing <office@ridgeline-roofing.example>\nSent: Monday, March 2, 2026 2:03 PM\n"
        f"To: somebody\nSubject: Your enquiry\n\n{ours}\n",
        f"-----Original Message-----\nFrom: Ridgeline Roofing\nSent: Monday\n\n{ours}\n",
        f"Am 02.03.2026 um 14:03 schrieb Ridgeline Roofing:\n> {ours}\n",
    )[number % 4]


@dataclass(frozen=True, slots=True)
class FormLayout:
    """How one website builder writes its notification."""

    sender: str
    subject: str
    body: str
    content: str = "text/plain; charset=utf-8"
    reply_to: bool = True
    automatic: bool = False


FORMS = (
    FormLayout(
        "WordPress <wordpress@ridgeline-roofing.example>",
        'Ridgeline Roofing "Contact"',
        "From: {name} <{address}>\nSubject: Roof\n\nMessage Body:\n{wish}\n\nPhone: {phone}\n\n-- \nThis e-mail was sent from a contact form"
        " on Ridgeline Roofing (https://ridgeline-roofing.example)\n",
    ),
    FormLayout(
        "Wix Forms <no-reply@crm.wix-mail.example>",
        "Ridgeline got a new form submission",
        "<html><head><style>td {{color: red}}</style></head><body><h2>You have a new submission</h2><table><tr><td>First name</td><td>{first}</td></tr>"
        "<tr><td>Last name</td><td>{last}</td></tr><tr><td>Email</td><td><a href='mailto:{address}'>{address}</a></td></tr><tr><td>Phone</td>"
        "<td>{phone}</td></tr><tr><td>How can we help?</td><td>{wish}</td></tr></table><p>Submitted on: March 2</p></body></html>",
        content="text/html; charset=utf-8",
        reply_to=False,
        automatic=True,
    ),
    FormLayout(
        "Squarespace <form-submission@squarespace.example>",
        "Form Submission - Get a quote",
        "Sent via form submission from Ridgeline Roofing\n\nName: {name}\n\nEmail: {address}\n\nPhone: {phone}\n\nMessage: {wish}\n\n"
        "Does this submission look like spam? Report it here.\n",
    ),
    FormLayout(
        "office@ridgeline-roofing.example",
        "New website enquiry from {name}",
        "Your Name\n{name}\n\nYour Email\n{address}\n\nService needed\nRepair\n\nYour Message\n{wish}\n\n---\nDate: March 2, 2026\nRemote IP: 203.0.113.9\n",
    ),
)


@dataclass(frozen=True, slots=True)
class Away:
    """One way in which mail answers itself."""

    subject: str
    body: str
    headers: tuple[str, ...] = ()


AWAY = (
    Away("Automatic reply: {subject}", "I am out of the office until Monday.", ("Auto-Submitted: auto-replied",)),
    Away(
        "Out of Office Re: {subject}",
        "I'm on vacation and will reply on my return.",
        ("X-Auto-Response-Suppress: All",),
    ),
    Away("Abwesenheitsnotiz: {subject}", "Ich bin bis zum 9. März nicht im Büro. Dringendes bitte an die Zentrale."),
    Away("Réponse automatique : {subject}", "Je suis actuellement en congés jusqu'au 9 mars."),
    Away("Respuesta automática: {subject}", "Estoy fuera de la oficina hasta el lunes."),
    Away(
        "Re: {subject}",
        "Thank you for your email. I am currently out of the office until March 9 with limited access to email.",
    ),
    Away("Re: {subject}", "We got your message and will get back to you.", ("X-Autoreply: yes",)),
    Away("Re: {subject}", "Message received, ticket 4471.", ("Precedence: auto_reply",)),
    Away("Autosvar: {subject}", "Jeg er på ferie til mandag."),
    Away("Re: {subject}", "Your ticket was opened.", ("Auto-Submitted: auto-generated", "Return-Path: <>")),
)

BOUNCE = """This is a MIME-encapsulated message.

--B1/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{address}>: host mx.post.example said: 550 5.1.1 User unknown

--B1/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Sender: rfc822; {shop}

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--B1/mx.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Ridgeline Roofing <{shop}>
To: {address}
Subject: {subject}
Message-ID: {message_id}

--B1/mx.example--
"""
OLD_BOUNCE = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
192.0.2.9 does not like recipient.
Remote host said: 550 no such user here

--- Below this line is a copy of the message.

Return-Path: <office@ridgeline-roofing.example>
Message-ID: {message_id}
Subject: {subject}
"""


@dataclass(frozen=True, slots=True)
class Newsletter:
    """One kind of mass mail."""

    sender: str
    subject: str
    body: str
    headers: tuple[str, ...]
    content: str = "text/plain; charset=utf-8"


NEWS = (
    Newsletter(
        "Shingle World <news@shingle-world.example>", "Spring deals no. {number}", "Save 20 % on ridge vents.\nUnsubscribe: https://x.example/u",
        ("List-Unsubscribe: <https://x.example/u>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
    ),
    Newsletter(
        "Trade Digest <digest@trade.example>", "Weekly digest {number}", "<h1>This week</h1><p>Prices of asphalt.</p>",
        ("List-Id: Trade digest <digest.trade.example>", "List-Unsubscribe: <mailto:leave@trade.example>", "Precedence: bulk"),
        "text/html; charset=utf-8",
    ),
    Newsletter("Toolshop <shop@tools.example>", "Name your price, urgent sale {number}", "Emergency sale! Everything must go.", ("Precedence: bulk",)),
    Newsletter("Chamber <hello@chamber.example>", "Invitation {number}", "Come to our breakfast.", ("Feedback-ID: 77:chamber", "X-CampaignId: 4")),
)  # fmt: skip

LISTS = (
    ("List-Id: Roofers talk <roofers.lists.example>", "List-Post: <mailto:roofers@lists.example>", "Precedence: list"),
    (
        "List-Id: <roofers.groups.example>",
        "List-Post: <mailto:roofers@groups.example>",
        "List-Unsubscribe: <mailto:leave@groups.example>",
    ),
    ("Precedence: list", "X-Mailing-List: roofers"),
)

HTML = (
    "<html><body><div>Hello,</div><div><br></div><div>{wish}</div><div>Best, {name}</div></body></html>",
    "<!DOCTYPE html><html><head><title>x</title><style>p {{margin:0}}</style></head><body><p>{wish}</p><p>&mdash;&nbsp;{name}</p></body></html>",
    "<p>{wish}<p>Regards<br>{name}<script>alert('x')</script><!-- hidden words",
    '<table><tr><td><font color="blue">{wish}</font></td></tr></table><blockquote type="cite">older words</blockquote>',
)


@dataclass(frozen=True, slots=True)
class BrokenMail:
    """One way in which mail is damaged, and whether a person's words can still be read."""

    body: str
    content: str
    fate: Fate
    transfer: str = ""
    subject: str = "My roof"


BROKEN = (
    BrokenMail("--x\r\nContent-Type: text/plain\r\n\r\n{wish}\r\n", "multipart/mixed; boundary=x", Fate.LEAD),
    BrokenMail("{wish}\r\n", "multipart/mixed", Fate.LEAD),
    BrokenMail("{coded}", "text/plain; charset=utf-8", Fate.LEAD, "base64"),
    BrokenMail("{coded}=\r\n!!garbage", "text/plain", Fate.LEAD, "base64"),
    BrokenMail("{wish}=ZZ =\r\n", "text/plain", Fate.LEAD, "quoted-printable"),
    BrokenMail("{wish}", "nonsense", Fate.LEAD),
    BrokenMail("\x01\x02\x03", "text/plain", Fate.UNREADABLE, "", ""),
    BrokenMail(
        "-----BEGIN PGP MESSAGE-----\r\nhQEMA\r\n-----END PGP MESSAGE-----",
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=q', Fate.UNREADABLE, "", "...",
    ),
    BrokenMail(
        "--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--",
        "multipart/mixed; boundary=x", Fate.UNREADABLE, "", "",
    ),
    BrokenMail("--y\r\n\r\n{wish}\r\n--y--", "multipart/alternative; boundary=y; boundary=y", Fate.LEAD),
)  # fmt: skip
