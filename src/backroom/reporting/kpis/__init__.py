"""Every KPI there is, one file a family; a new family is one file and one line in FAMILIES."""

from backroom.reporting.kpis import bookings, calls, escalations, leads, money, visits

FAMILIES = (leads, bookings, escalations, calls, visits, money)
KPIS = tuple(kpi for family in FAMILIES for kpi in family.KPIS)
KPI_BY_KEY = {kpi.key: kpi for kpi in KPIS}
# What stands on Today, at most three a group; every other number is a key away.
ON_TODAY = frozenset({
    "speed_to_lead", "leads_in_five_minutes", "never_touched_leads", "lead_to_booking",
    "overdue_invoices", "overdue_invoices_30",
    "open_escalations", "overdue_escalations", "escalation_response",
})  # fmt: skip
