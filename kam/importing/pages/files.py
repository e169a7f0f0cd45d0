"""Bringing files in: upload, look at what was understood, correct it, check, import, fetch what failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.importing import apart, kinds, mapping, queries, seen, starting, uploading
from kam.importing.fields import FileKind
from kam.importing.layout import DATE_ORDERS, DECIMAL_MARKS, ENCODINGS, SEPARATORS, Layout
from kam.importing.oddities import ODDITIES
from kam.importing.reading import Opened
from kam.keeping.times import in_force
from kam.language import N_
from kam.orders.kind import ORDER
from kam.people.owning import require_owner
from kam.people.pages.choosing import offered, settled
from kam.people.queries import team_choices
from kam.records import judging
from kam.web.errors import wants_json
from kam.web.forms import Form
from kam.web.leaving import while_waited_for
from kam.web.limits import TAKES_LONG, UPLOADS
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]
ORDER_TITLES = {"dmy": N_("Day before month (31.12.)"), "mdy": N_("Month before day (12/31)")}
MARK_TITLES = {".": N_("Point (1,234.50)"), ",": N_("Comma (1.234,50)")}
SEPARATOR_TITLES = {",": N_("Comma"), ";": N_("Semicolon"), "\t": N_("Tab"), "|": N_("Vertical bar")}
_OPTIONS = ("header", "create_customers", "keep_duplicates", "all_or_nothing")
SHOWN = 8
LONGEST_SAMPLE = 24
UNDER_WAY = ("waiting", "running")
# Where to look at what came in.
RECORDS = {
    "customers": ("/customers", N_("Show the customers")),
    "orders": ("/orders", N_("Show the orders")),
}


def _titles() -> dict[str, str]:
    return {name: kind.title for name, kind in kinds.every().items()}


def _where(kind: FileKind) -> tuple[str, str]:
    return RECORDS.get(kind.name) or (f"/{kind.name}", N_("Show the records"))


@get("/imports")
async def index(request: Asked) -> Response[Any]:
    request.user.require("import")
    apart.READERS.warm()
    return await _index(request, Form.of({"kind": "customers"}))


async def _index(request: Asked, form: Form, status: int = 200, sent_name: str = "") -> Response[Any]:
    """`sent_name` is that of a file that was not taken: no page can choose it again for somebody."""
    return page(
        request, "importing/index.html", status=status, form=form, kinds=_titles(),
        files=await queries.recent(request.user), kept=in_force().get("uploads"), largest=uploading.LARGEST,
        too_large=uploading.TOO_LARGE, sent_name=sent_name)  # fmt: skip


@post("/imports", opt=UPLOADS)
async def upload(request: Asked) -> Response[Any]:
    """A page that shows how far a large file is sends it by script, and is answered with where to go on."""
    request.user.require("import")
    form, named = await Form.read(request), ""
    try:
        kind = form.choice("kind", kinds.every(), required=True)
        sent = form.file("file", required=True)
        named = sent.filename if sent else ""
        form.valid()
        assert sent is not None
        content = await sent.read()
        file = await while_waited_for(
            request, uploading.upload(kind, sent.filename, content, by=request.user, now=now())
        )
    except Invalid as invalid:
        form.refused(invalid)
        if wants_json(request):
            return Response({"message": " ".join(form.errors.values())}, status_code=422)
        return await _index(request, form, 422, sent_name=named)
    return Response({"path": f"/imports/{file}"}) if wants_json(request) else redirect(f"/imports/{file}")


@get("/imports/{file:uuid}", opt=TAKES_LONG)
async def show(request: Asked, file: UUID) -> Response[Any]:
    request.user.require("import")
    record = await queries.find(request.user, file)
    opened = await seen.opened(record, request.user)
    return await _show(request, record, opened, _form_of(record, opened))


async def _show(request: Asked, record: dict[str, Any], opened: Opened, form: Form, status: int = 200) -> Response[Any]:
    kind = kinds.every()[record["kind"]]
    work = await queries.work_of(record)
    busy = work is not None and work["state"] in UNDER_WAY
    return page(
        request, "importing/show.html", status=status, file=record, kind=kind, form=form, opened=opened,
        columns=_columns(opened), not_taken=mapping.not_taken(opened.header, opened.first, _chosen(form, kind, opened)),
        busy=busy, records=_where(kind),
        first=opened.first[:SHOWN], encodings=ENCODINGS, separators=SEPARATOR_TITLES, orders=ORDER_TITLES,
        marks=MARK_TITLES, teams=await team_choices(request.user), people=await offered(form, request.user, "owner"),
        work=work, report=work["result"] if work and work["state"] == "done" else None, oddities=ODDITIES,
        titles=_titles() | {"orders": N_("Orders"), "lines": N_("Order lines")})  # fmt: skip


def _columns(opened: Opened) -> list[tuple[str, str]]:
    """What can be chosen: each column by its place, with its name and what stands in it first."""
    named = [(str(place), name or str(place + 1)) for place, name in enumerate(opened.header)]
    return [(place, f"{name} ({sample})" if (sample := _sample(opened, int(place))) else name) for place, name in named]


def _sample(opened: Opened, place: int) -> str:
    cells = (row[place].strip() for row in opened.first if place < len(row))
    found = next(filter(None, cells), "")
    return found if len(found) <= LONGEST_SAMPLE else f"{found[:LONGEST_SAMPLE]}…"


@post("/imports/{file:uuid}", opt=TAKES_LONG)
async def decide(request: Asked, file: UUID) -> Response[Any]:
    """Keeps the choices; `then` says whether to look again, to check, or to import."""
    request.user.require("import")
    record = await queries.find(request.user, file)
    form, opened = await settled(await Form.read(request), request.user, "owner"), None
    try:
        opened = await seen.opened(record, request.user, _layout(form, record))
        await _decide(request, record, form, opened)
        then = form.choice("then", ("look", "check", "import"), default="look")
        if then != "look":
            record = await queries.find(request.user, file)
            await starting.start(record, dry_run=then == "check", by=request.user, now=now())
    except Invalid as invalid:
        opened = opened or await seen.opened(record, request.user)
        return await _show(request, record, opened, form.refused(invalid), 422)
    return redirect(f"/imports/{file}")


async def _decide(request: Asked, record: dict[str, Any], form: Form, opened: Opened) -> None:
    currency = form.text("currency", required=True, max=3).upper()
    fault = judging.fault(ORDER.by_name["currency"], currency)
    form.check("currency", not fault, fault)
    settings = {
        "currency": currency, "source": form.text("source", max=40),
        "team": str(form.uuid("team") or ""), "owner": str(form.uuid("owner") or ""),
        **{name: form.yes(name) for name in _OPTIONS if name != "header"},
    }  # fmt: skip
    await _check_offered(request, form)
    form.valid()
    starting.settings_of(settings, request.user, now(), dry_run=True)
    columns = _chosen(form, kinds.every()[record["kind"]], opened)
    await uploading.decide(record["id"], opened, columns, settings, by=request.user)


def _chosen(form: Form, kind: FileKind, opened: Opened) -> dict[str, int]:
    """The column chosen for each field, as far as the file has it."""
    places = {str(place): place for place in range(len(opened.header))}
    texts = {field.name: form.value(mapping.column_of(field.name)) for field in kind.fields}
    return {name: places[text] for name, text in texts.items() if text in places}


async def _check_offered(request: Asked, form: Form) -> None:
    """A person who has left or a team of others would fail every row; it is told beside the field instead."""
    known = {value for value, _ in await team_choices(request.user)}
    form.check("team", form.value("team") in known | {""}, N_("Please choose one of the list."))
    try:
        await require_owner(form.uuid("owner"))
    except Invalid as invalid:
        form.refused(invalid)


@get("/imports/{file:uuid}/failed-rows", opt=TAKES_LONG)
async def failed_rows(request: Asked, file: UUID) -> Response[Any]:
    name, content = await queries.failed_rows(request.user, file)
    plain = name.encode("ascii", "replace").decode().replace('"', "'")
    return Response(
        content, media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{plain}"'})  # fmt: skip


def _layout(form: Form, record: dict[str, Any]) -> Layout:
    stored = seen.layout_of(record)
    return replace(
        stored,
        encoding=form.choice("encoding", ENCODINGS, default=stored.encoding),
        separator=form.value("separator") if form.value("separator") in SEPARATORS else stored.separator,
        date_order=form.choice("date_order", DATE_ORDERS, default=stored.date_order),
        decimal_mark=form.choice("decimal_mark", DECIMAL_MARKS, default=stored.decimal_mark),
        header=form.yes("header"),
    )


def _form_of(record: dict[str, Any], opened: Opened) -> Form:
    columns = {mapping.column_of(name): place for name, place in record["mapping"].items()}
    guessed = {} if record["mapping"] else mapping.guess(kinds.every()[record["kind"]], opened.header)
    columns |= {mapping.column_of(name): place for name, place in guessed.items()}
    return Form.of(opened.layout.stored() | record["options"]["settings"] | columns)


ROUTES = [index, upload, show, decide, failed_rows]
