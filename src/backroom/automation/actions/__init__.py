"""One file for each kind of step; a new one is listed here by hand so that it can be found and frozen."""

from __future__ import annotations

from backroom.automation.action import Action
from backroom.automation.actions.ask_person import AskPerson
from backroom.automation.actions.assign import Assign
from backroom.automation.actions.branch import Branch
from backroom.automation.actions.call_webhook import CallWebhook
from backroom.automation.actions.create_record import CreateRecord
from backroom.automation.actions.escalate import Escalate
from backroom.automation.actions.for_each import ForEach
from backroom.automation.actions.note import Note
from backroom.automation.actions.run_rule import RunRule
from backroom.automation.actions.send_message import SendMessage
from backroom.automation.actions.stop import Stop
from backroom.automation.actions.stop_other_runs import StopOtherRuns
from backroom.automation.actions.tag import Tag
from backroom.automation.actions.update_record import UpdateRecord
from backroom.automation.actions.wait import Wait
from backroom.automation.actions.wait_for import WaitFor

ACTIONS: tuple[Action, ...] = (
    SendMessage(),
    Wait(),
    WaitFor(),
    Branch(),
    ForEach(),
    AskPerson(),
    Escalate(),
    UpdateRecord(),
    CreateRecord(),
    Tag(),
    Assign(),
    CallWebhook(),
    RunRule(),
    StopOtherRuns(),
    Stop(),
    Note(),
)
