"""The pages, in the order of the sidebar; one file each, named in this tuple."""

from __future__ import annotations

from backroom.ui.page import Page
from backroom.ui.pages.automations import Automations
from backroom.ui.pages.customers import Customers
from backroom.ui.pages.inbox import Inbox
from backroom.ui.pages.settings import Settings
from backroom.ui.pages.today import Today

PAGES: tuple[type[Page], ...] = (Today, Inbox, Customers, Automations, Settings)
