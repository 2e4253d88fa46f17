"""The words of the rule editor."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Return a text of the Automations page in the person's language."""
    return QCoreApplication.translate("Automations", text)


def step_words(key: str, name: str) -> str:
    """Return the name of a kind of step; one this table does not know goes by its own."""
    return {
        "send_message": tr("Send a message"), "wait": tr("Wait"), "branch": tr("Decide: if … then … else"),
        "escalate": tr("Put it in the inbox"), "update_record": tr("Change a record"), "tag": tr("Tag the customer"),
        "assign": tr("Give it to somebody"), "stop_other_runs": tr("Stop other rules"), "stop": tr("Stop here"),
        "note": tr("Write a note in the trace"), "wait_for": tr("Wait until something happens"),
        "for_each": tr("Do it for each of several"), "run_rule": tr("Start another rule"),
        "ask_person": tr("Ask a person yes or no"), "create_record": tr("Make a note, a task or a request"),
        "call_webhook": tr("Tell another program"),
    }.get(key, name)  # fmt: skip


def form_words(name: str) -> str:
    """Return the name of a way to start or of a kind of condition."""
    return QCoreApplication.translate("Automations", name)


def act_words(act: str) -> str:
    """Return what can be done with a step."""
    return {
        "edit": tr("Change it"), "up": tr("Move it up"), "down": tr("Move it down"),
        "after": tr("Add a step after it"), "remove": tr("Take it away"),
    }[act]  # fmt: skip
