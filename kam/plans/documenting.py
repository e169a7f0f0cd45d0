"""Making the PDF of a plan: asked for on the page, drawn in a worker process, kept as a document of the customer."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any
from uuid import UUID

from kam.clock import day
from kam.database.engine import DB
from kam.documents.drawing import drawn
from kam.documents.storing import store
from kam.errors import NotFound
from kam.jobs.asking import ask
from kam.jobs.tasks import WorkHandle, long_work
from kam.language import LANGUAGES, N_
from kam.people.queries import clock_of
from kam.people.viewer import Viewer
from kam.plans import versions
from kam.plans.content import fingerprint, of_plan
from kam.plans.drawing import draw
from kam.plans.printing import Sheet
from kam.plans.queries import NO_SUCH_PLAN, Row, find
from kam.settings import read

KIND = "plan_pdf"


async def ask_for_pdf(plan: UUID, *, number: int | None = None, language: str, by: Viewer, now: datetime) -> UUID:
    """The work to watch. Without a number it is the approved version, else the submitted one, else the draft.

    Asked again for the same by the same person it is the same work; a draft that was written on since is not the same.
    """
    row = await find(by, plan)
    chosen = await versions.version(plan, number) if number else await versions.standing_for(row)
    spoken = language if language in LANGUAGES else "en"
    asked: dict[str, Any] = {"plan": str(plan), "number": chosen["number"] if chosen else None, "language": spoken}
    if chosen is None:
        asked["written"] = fingerprint(await of_plan(plan, as_of=by.as_of(now)))
    return await ask(KIND, title=f"{row['customer_name']} – {row['title']}", by=by.id, input=asked, now=now)


@long_work(KIND)
async def make_pdf(work: WorkHandle) -> None:
    """One that was interrupted after its document was stored is not drawn again."""
    if work.settled:
        return
    plan, number, language = UUID(work.input["plan"]), work.input["number"], work.input["language"]
    row = await _plan(plan)
    chosen = await versions.version(plan, number) if number else None
    clock = await clock_of(work.asked_by)
    content = (
        chosen["content"] if chosen else await of_plan(plan, as_of=max(day(work.asked_at), day(work.asked_at, clock)))
    )
    sheet = sheet_of(row, chosen, content, made_at=work.asked_at, clock=clock)
    await work.progress(1, 3, N_("Drawing the pages"))
    file, missing = await work.unless_cancelled(drawn(draw, content, sheet, language, data=read().data))
    await work.progress(2, 3, N_("Storing the document"))
    async with DB.transaction():
        document = await store(
            "plan", file_name(row, sheet, language), file, subject=plan, customer=row["customer"],
            by=work.asked_by, at=work.asked_at,
        )  # fmt: skip
        told = {"undrawn": missing} if missing else {}
        await work.settle(N_("The document is ready"), result=told, document=document)


def sheet_of(
    plan: Row, chosen: dict[str, Any] | None, content: dict[str, Any], *, made_at: datetime, clock: tzinfo = UTC
) -> Sheet:
    """Dates are those of `clock`, by which whoever asked for it lives."""

    def told(moment: datetime | None) -> str:
        return moment.astimezone(clock).isoformat(timespec="seconds") if moment else ""

    mark = versions.mark(plan, chosen)
    if chosen is None:
        begun = made_at.astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)
        return Sheet(mark=mark, hash=fingerprint(content), made_at=begun.isoformat())
    return Sheet(
        mark=mark, hash=chosen["hash"], made_at=told(chosen["made_at"]),
        number=chosen["number"], made_by=chosen["made_by_name"] or "",
        approved_at=told(chosen["approved_at"]),
        approved_by=chosen["approved_by_name"] or "",
    )  # fmt: skip


def file_name(plan: Row, sheet: Sheet, language: str) -> str:
    """Such as `C-0042 Key-account plan 2027 v3 en.pdf`; without what file systems do not take."""
    version = f"v{sheet.number}" if sheet.number else "draft"
    name = f"{plan['customer_code']} {plan['title']} {version} {language}"
    words = "".join(" " if letter in '\\/:*?"<>|' else letter for letter in name).split()
    return " ".join(words)[:200].strip() + ".pdf"


async def _plan(plan: UUID) -> Row:
    """For the worker, which draws what `ask_for_pdf` has allowed."""
    row: Row | None = await DB.fetchrow(
        """
        SELECT plan.*, customer.code AS customer_code, instance.state FROM plan
        JOIN customer ON customer.id = plan.customer
        JOIN workflow_instance instance ON instance.workflow = 'account_plan' AND instance.subject = plan.id
        WHERE plan.id = $1
        """,
        plan,
    )
    if row is None:
        raise NotFound(NO_SUCH_PLAN)
    return row
