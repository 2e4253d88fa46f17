"""Every KPI there is, one file a family; a new family is one file and one line in FAMILIES."""

from backroom.reporting.kpis import bookings, escalations, leads

FAMILIES = (leads, bookings, escalations)
KPIS = tuple(kpi for family in FAMILIES for kpi in family.KPIS)
KPI_BY_KEY = {kpi.key: kpi for kpi in KPIS}
