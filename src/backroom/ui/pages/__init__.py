"""The pages, in the order of the sidebar; one file each, named in this tuple and loaded when it is first opened."""

from __future__ import annotations

from backroom.ui.page import LaterPage

PAGES = (
    LaterPage("today", "Today", "layout-dashboard", "backroom.ui.pages.today:Today"),
    LaterPage("inbox", "Inbox", "inbox", "backroom.ui.pages.inbox:Inbox"),
    LaterPage("customers", "Customers", "users", "backroom.ui.pages.customers:Customers"),
    LaterPage("automations", "Automations", "workflow", "backroom.ui.pages.automations:Automations"),
    LaterPage("settings", "Settings", "settings", "backroom.ui.pages.settings:Settings"),
)
