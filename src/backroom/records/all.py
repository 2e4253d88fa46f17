"""Importing this module makes every record known to the metadata (needed by migrations and mapper set-up)."""

from backroom.records import (
    appointments,
    billing,
    calls,
    connections,
    customers,
    escalations,
    jobs,
    kpis,
    messages,
    people,
    playbooks,
    reach,
    runs,
    upkeep,
)
from backroom.records.columns import Record

FAMILIES = (
    appointments,
    billing,
    calls,
    connections,
    customers,
    escalations,
    jobs,
    kpis,
    messages,
    people,
    playbooks,
    reach,
    runs,
    upkeep,
)
metadata = Record.metadata
