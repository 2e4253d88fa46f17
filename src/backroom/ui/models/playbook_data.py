"""What the gallery of playbooks shows: how each stands, what it lacks, what it would have done, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from backroom.automation import text_edits
from backroom.automation.playbook import Playbook
from backroom.automation.playbook_history import AT_STAKE, Would, messages_a_month, would_have
from backroom.automation.playbook_needs import NeedState, Supply
from backroom.automation.playbook_undo import text_keys
from backroom.automation.playbooks import PlaybookState, problems, read_states, shipped_playbooks
from backroom.settings import FIRM_CURRENCY, FIRM_REVIEW_LINK
from backroom.store.firm import setting
from backroom.ui.workspace import Found

if TYPE_CHECKING:
    from backroom.automation.texts import MessageTemplate
    from backroom.store.store import Reader

GROUPS = ("Reach", "Work", "Money")


@dataclass(frozen=True, slots=True)
class PlaybookCard:
    """One playbook of the gallery; `messages` and `minutes` are what a month like the last one costs."""

    state: PlaybookState
    needs: tuple[NeedState, ...]
    would: Would
    messages: int
    minutes: int
    fixes: tuple[str, ...]
    currency: str
    texts: tuple[MessageTemplate, ...] = ()
    review_link: str = ""

    @property
    def playbook(self) -> Playbook:
        """Return the playbook itself."""
        return self.state.playbook

    @property
    def missing(self) -> tuple[NeedState, ...]:
        """Return the needs without which it cannot work."""
        return tuple(need for need in self.needs if need.missing)


def read_cards(reader: Reader, now: datetime) -> tuple[PlaybookCard, ...]:
    """Read the whole gallery."""
    supply, words, currency = Supply(reader), problems(), setting(reader, FIRM_CURRENCY)
    texts = {text.key: text for text in text_edits.all_texts(reader)}
    link = setting(reader, FIRM_REVIEW_LINK)
    cards = []
    for state in read_states(reader, shipped_playbooks()):
        playbook = state.playbook
        would = would_have(reader, now, playbook)
        messages, minutes = messages_a_month(playbook, would)
        needs = supply.of(playbook)
        if any(need.need.what == "text_out" and not need.met for need in needs):
            messages = 0  # nothing can leave that way yet
        fixes = tuple(words[one] for one in playbook.fixes)
        used = tuple(texts[key] for key in text_keys(playbook) if key in texts)
        cards.append(PlaybookCard(state, needs, would, messages, minutes, fixes, currency, used, link))
    return tuple(cards)


def suggested(cards: tuple[PlaybookCard, ...]) -> str:
    """Return the key of the playbook to install next: nothing missing, and the most money at stake; empty for none."""
    free = [card for card in cards if not card.state.installed and not card.missing and card.would.cases]
    best = max(free, key=lambda card: (card.would.high_minor or 0) * (card.would.stake == AT_STAKE), default=None)
    return best.playbook.key if best is not None else ""


def find_playbooks(text: str) -> list[Found]:
    """Return playbooks for Ctrl+K, by their names, what they fix and what they do."""
    words = text.casefold().split()
    names = problems()
    found = []
    for one in shipped_playbooks():
        told = " ".join((one.name, one.line, *(names[key] for key in one.fixes))).casefold()
        if all(word in told or word in "playbooks" for word in words):
            found.append(Found(one.name, "", one.icon, "automations", ("playbook", one.key)))
    return found[:6]
