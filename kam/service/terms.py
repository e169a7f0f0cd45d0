"""The words of service: every key that stands in a column of `service_case`, with its title."""

from __future__ import annotations

from datetime import timedelta

from kam.language import N_

COMPLAINT = "complaint"

KINDS = {
    COMPLAINT: N_("Complaint"),
    "defect": N_("Defective goods"),
    "order_query": N_("Order query"),
    "repair": N_("Repair"),
    "maintenance": N_("Maintenance"),
    "request": N_("Request"),
}

PRIORITIES = {
    "urgent": N_("Urgent"),
    "high": N_("High"),
    "normal": N_("Normal"),
    "low": N_("Low"),
}

# How long a case may stay unsolved before it is overdue.
TIME_TO_SOLVE = {
    "urgent": timedelta(hours=8),
    "high": timedelta(days=1),
    "normal": timedelta(days=3),
    "low": timedelta(days=10),
}

OPEN = "open"
IN_PROGRESS = "in_progress"
SOLVED = "solved"
CLOSED = "closed"

STATUSES = {
    OPEN: N_("Open"),
    IN_PROGRESS: N_("In progress"),
    SOLVED: N_("Solved"),
    CLOSED: N_("Closed"),
}
UNSOLVED = (OPEN, IN_PROGRESS)
