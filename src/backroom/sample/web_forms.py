"""Web-form notifications as three typical website builders send them."""

from __future__ import annotations

from datetime import datetime
from html import escape

from backroom.sample.firm import Company
from backroom.sample.letters import Draft
from backroom.sample.residents import Person, spoken

FORMATS = ("labels", "table", "contact")


def notification(
    style: str, company: Company, person: Person, *, at: datetime, service: str, message: str, message_id: str
) -> Draft:
    """Return the mail a form of this style sends to the office."""
    make = {"labels": _labels, "table": _table, "contact": _contact}[style]
    return make(company, person, at, service, message, message_id)


def _labels(company: Company, person: Person, at: datetime, service: str, message: str, message_id: str) -> Draft:
    text = (
        f"Sent via form submission from {company.name}\n\nName: {person.name}\n\nEmail: {person.mail}\n\n"
        f"Phone: {spoken(person.phone)}\n\nAddress: {person.street}, {person.town}\n\nService: {service}\n\n"
        f"Message: {message}\n\nManage Submissions\n\nDoes this submission look like spam? Report it here."
    )
    return Draft(
        at=at,
        sender=("Sitekit", "form-submission@sitekit.example"),
        to=(company.name, company.mailbox),
        subject="Form Submission - Free estimate",
        text=text,
        message_id=message_id,
        reply_to=(person.name, person.mail),
        shape="both",
    )


def _table(company: Company, person: Person, at: datetime, service: str, message: str, message_id: str) -> Draft:
    # This builder sets no Reply-To and no plain part: the address is only to be found in the table.
    rows = (
        ("Full name", person.name),
        ("Email address", person.mail),
        ("Phone number", spoken(person.phone)),
        ("Town", person.town),
        ("How can we help?", service),
        ("Tell us more", message),
    )
    cells = "\n".join(
        f'<tr><td style="color:#777">{escape(label)}</td><td style="padding:6px">{escape(value)}</td></tr>'
        for label, value in rows
    )
    html = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>td{{font:14px Arial}}</style></head><body>'
        f"<h2>You have a new submission</h2>"
        f"<p>Somebody filled in the form <b>Contact us</b> on {escape(company.website)}</p>\n"
        f'<table border="0" cellspacing="0">\n{cells}\n</table>\n'
        f'<p><a href="https://manage.webstudio.example/inbox">Open in your dashboard</a></p></body></html>'
    )
    return Draft(
        at=at,
        sender=("Webstudio forms", "notifications@webstudio.example"),
        to=(company.name, company.mailbox),
        subject="You have a new submission: Contact us",
        text=message,
        html=html,
        message_id=message_id,
        shape="html_only",
    )


def _contact(company: Company, person: Person, at: datetime, service: str, message: str, message_id: str) -> Draft:
    # The web server sends it in the firm's own name: an own domain does not make it an own mail.
    text = (
        f"From: {person.name} <{person.mail}>\nSubject: {service}\nPhone: {spoken(person.phone)}\n\nMessage Body:\n"
        f"{message}\n\n-- \nThis e-mail was sent from a contact form on {company.name} ({company.website})"
    )
    return Draft(
        at=at,
        sender=(company.name, f"website@{company.domain}"),
        to=(company.name, company.mailbox),
        subject=f'{company.name} "{service}"',
        text=text,
        message_id=message_id,
        reply_to=(person.name, person.mail),
    )
