"""What the steps of a quotation cause: a version that is kept when it is sent, an order when it is accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kam.database.engine import DB
from kam.errors import NotAllowed
from kam.language import N_
from kam.orders.kind import ORDER
from kam.people.viewer import Viewer
from kam.quotations.tables import Quotation, QuotationLine
from kam.records.adding import add
from kam.records.recording import plain
from kam.sales.lines import said
from kam.workflow.actors import Actor
from kam.workflow.history import Step
from kam.workflow.vocabulary import Effect

_KEEP = """
INSERT INTO quotation_version (id, quotation, number, content, sent_at, sent_by)
SELECT new_id(), $1, 1 + coalesce(max(number), 0), $2::text::jsonb, $3, $4 FROM quotation_version WHERE quotation = $1
RETURNING number
"""
_SAID = ("product", "description", "quantity", "unit", "unit_price", "amount")


async def keep_version(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    content = await Quotation.select().where(Quotation.id == step.subject).first()
    assert content is not None
    kept = {**content, "lines": await _lines(step)}
    sent = json.dumps(kept, default=plain, ensure_ascii=False)
    return {"version": await DB.fetchval(_KEEP, step.subject, sent, now, by.id)}


async def order(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    """Takes the order in the name of whoever notes that the customer has accepted; what they say of it is why it goes
    beyond a guard."""
    if not isinstance(by, Viewer):
        raise NotAllowed(N_("An order is taken by a person."))
    head = await Quotation.select().where(Quotation.id == step.subject).first()
    assert head is not None
    taken = await add(
        ORDER,
        {
            "ordered_on": by.today(now),
            "currency": head["currency"],
            "notes": f"{head['number']} {head['title']}",
            "lines": said(await _lines(step)),
        },
        by=by,
        now=now,
        customer=head["customer"],
        remark=step.comment,
    )
    return {ORDER.name: str(taken)}


async def _lines(step: Step) -> list[dict[str, Any]]:
    asked = QuotationLine.select(*(getattr(QuotationLine, name) for name in _SAID))
    found: list[dict[str, Any]] = await asked.where(QuotationLine.quotation == step.subject).order_by(
        QuotationLine.position
    )
    return found


EFFECTS = {"keep_quotation_version": Effect(cause=keep_version), "order_from_quotation": Effect(cause=order)}
