"""Facts that other systems measure and feed in by name, value and date; `feeding.py` takes them.

The latest value on or before the date counts. A value that was corrected later counts as corrected.
"""

from __future__ import annotations

from kam.facts.declare import DECIMAL, INDEX, MONEY, PERCENT, Fact, FactGroup
from kam.language import N_

_FED = N_("The system that measures it feeds a new value")

_FACTS = (
    Fact(
        name="credit_rating",
        title=N_("Credit rating"),
        unit=INDEX,
        kind=DECIMAL,
        unknown=True,
        help=N_(
            "What a rating agency or the bank thinks of the customer's credit, from 0 (none) to 100 (beyond doubt)."
        ),
        change_by=_FED,
    ),
    Fact(
        name="deposits",
        title=N_("Deposits"),
        unit=MONEY,
        kind=DECIMAL,
        unknown=True,
        help=N_("What the customer has deposited with us, in its own currency."),
        change_by=_FED,
    ),
    Fact(
        name="usage_change",
        title=N_("Change of usage"),
        unit=PERCENT,
        kind=DECIMAL,
        unknown=True,
        help=N_("How much more or less the customer uses what it has from us than in the period before."),
        change_by=_FED,
    ),
)

NAMES = frozenset(fact.name for fact in _FACTS)

_COLUMNS = ", ".join(f"max(value) FILTER (WHERE name = '{fact.name}') AS {fact.name}" for fact in _FACTS)

MEASURED = FactGroup(
    name="measured",
    sql=f"""
        SELECT customer AS subject, {_COLUMNS}
        FROM (
            SELECT DISTINCT ON (customer, name) customer, name, value
            FROM measured_fact
            WHERE {{only:customer}} AND measured_on <= {{as_of}} AND recorded_at < {{end}}
            ORDER BY customer, name, measured_on DESC
        ) latest
        GROUP BY customer
    """,
    facts=_FACTS,
)
