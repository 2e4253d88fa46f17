"""Everything the owner may set: typed, with a default and words, so that forms and help draw themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", str, int, bool)


@dataclass(frozen=True)
class Option(Generic[T]):
    """One setting: its key in the store, its default and what a person reads; `choices` limits a text."""

    key: str
    default: T
    label: str
    help: str = ""
    choices: tuple[str, ...] = ()


FIRM_NAME = Option("firm.name", "", "Name of the business", "Stands in the sender line and under every message.")
FIRM_ZONE = Option("firm.zone", "America/Chicago", "Time zone", "Opening hours and days are counted in this zone.")
FIRM_CURRENCY = Option("firm.currency", "USD", "Currency", "Three letters, for example USD or EUR.")
FIRM_LOCALE = Option("firm.locale", "en_US", "Language and format of numbers and dates")
FIRM_COUNTRY = Option("firm.country", "US", "Country", "Phone numbers without a country code are read as of here.")
FIRM_ADDRESS = Option("firm.address", "", "Postal address", "Stands under messages that follow up by themselves.")
FIRM_REVIEW_LINK = Option(
    "firm.review_link", "", "Review page", "The address where customers can write a review; requests for one carry it."
)
FIRM_IS_SAMPLE = Option("firm.is_sample", False, "This is the sample business")
UNDO_SECONDS = Option("inbox.undo_seconds", 15, "Seconds a message is held", "Until then Undo takes it back.")
LEASE_MINUTES = Option("inbox.lease_minutes", 10, "Minutes a claim lasts", "Without activity the item is free again.")
QUIET_FROM = Option("quiet.from_hour", 21, "Quiet hours start", "No automatic message after this hour.")
QUIET_TO = Option("quiet.to_hour", 8, "Quiet hours end", "No automatic message before this hour.")
THEME = Option("look.theme", "system", "Appearance", choices=("system", "light", "dark", "contrast"))
TEXT_SCALE = Option("look.text_scale", 100, "Text size in per cent")
PERSON_HERE = Option("app.person_here", 0, "Who sits at this computer", "Whatever is done here is done in this name.")
KEEP_WORKING = Option("app.keep_working", True, "Keep working when the window is closed")
LEADS_FROM_CALLS = Option(
    "intake.leads_from_calls", False, "Calls of unknown numbers become leads", "Off: a call is only listed as a call."
)
JOIN_DAYS = Option("intake.join_days", 14, "Days in which a second enquiry joins the open one")
SPACING_MINUTES = Option("outbox.spacing_minutes", 10, "Minutes between automatic messages to one address")
TEXTS_A_DAY = Option(
    "outbox.texts_a_day", 1, "Text messages to one number a day", "What is more waits for the next day."
)
CONTACT_A_DAY = Option(
    "budget.contact_a_day", 5, "Automatic messages to one person a day", "With more they are held and you are asked."
)
RULE_A_DAY = Option(
    "budget.rule_a_day", 200, "Messages of one rule a day", "With more they are held and you are asked."
)
ALL_A_DAY = Option(
    "budget.all_a_day", 1000, "Automatic messages a day in all", "With more they are held and you are asked."
)
MONEY_A_DAY = Option(
    "budget.money_a_day", 20, "What messages may cost a day", "In your currency; with more they are held."
)
BACKUP_HOUR = Option("backup.hour", 3, "Hour of the daily backup", "In the business's zone.")
BACKUP_FOLDER = Option("backup.folder", "", "Folder for backups", "Empty = beside the database.")
STORAGE_BUDGET_MB = Option("storage.budget_mb", 2000, "Space Backroom may use, in MB")
WORTH_ANSWER_FROM = Option(
    "worth.answer_from_min", 0, "Minutes an answer takes by hand, at least", "0 = nobody has timed it yet."
)
WORTH_ANSWER_TO = Option("worth.answer_to_min", 0, "Minutes an answer takes by hand, at most")
WORTH_CASE_FROM = Option(
    "worth.case_from_min", 0, "Minutes an inbox item takes, at least", "Taken off what the automation saves."
)
WORTH_HOUR = Option(
    "worth.hour", 0, "What an hour of office work costs", "In whole units of your currency. 0 = nobody has said it yet."
)
WORTH_CASE_TO = Option("worth.case_to_min", 0, "Minutes an inbox item takes, at most")

OPTIONS: tuple[Option[str] | Option[int] | Option[bool], ...] = (
    FIRM_NAME,
    FIRM_ZONE,
    FIRM_CURRENCY,
    FIRM_LOCALE,
    FIRM_COUNTRY,
    FIRM_ADDRESS,
    FIRM_REVIEW_LINK,
    FIRM_IS_SAMPLE,
    UNDO_SECONDS,
    LEASE_MINUTES,
    QUIET_FROM,
    QUIET_TO,
    LEADS_FROM_CALLS,
    JOIN_DAYS,
    SPACING_MINUTES,
    TEXTS_A_DAY,
    CONTACT_A_DAY,
    RULE_A_DAY,
    ALL_A_DAY,
    MONEY_A_DAY,
    THEME,
    TEXT_SCALE,
    PERSON_HERE,
    KEEP_WORKING,
    BACKUP_HOUR,
    BACKUP_FOLDER,
    STORAGE_BUDGET_MB,
    WORTH_ANSWER_FROM,
    WORTH_ANSWER_TO,
    WORTH_CASE_FROM,
    WORTH_CASE_TO,
    WORTH_HOUR,
)
