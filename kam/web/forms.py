"""Reading a form: each value by its kind, all faults collected, nothing that was typed lost.

form = await Form.read(request)
name = form.text("name", required=True, max=300)
budget = form.decimal("budget")
form.valid()                      # raises Invalid with every fault at once
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile

from kam.database.columns import new_id
from kam.errors import Invalid
from kam.language import N_, gettext
from kam.records import reading
from kam.records.rules import FIRST_DAY, LAST_DAY, fit, visible
from kam.web.current import current
from kam.web.returned import Returned
from kam.web.sent import sent
from kam.web.unchanged import never_came, on, shown

_LONGEST = 10_000  # of a text with no limit of its own


class Form(Returned):
    """`values` are as typed (field -> texts), `files` the uploads, `errors` sentences in the reader's language."""

    def __init__(
        self, values: Mapping[str, Sequence[str]] | None = None, files: Mapping[str, UploadFile] | None = None
    ):
        super().__init__(values or {})
        self.files = dict(files or {})
        self.errors: dict[str, str] = {}
        self.whose: UUID | None = None  # the customer whose records may be chosen, once that is known

    @classmethod
    async def read(cls, request: Request[Any, Any, Any]) -> Form:
        values: dict[str, list[str]] = {}
        files: dict[str, UploadFile] = {}
        for name, value in await sent(request).whole():
            if isinstance(value, UploadFile):
                await value.seek(0)  # a change that is tried again reads its file again
                files[name] = value
            else:
                values.setdefault(name, []).append(fit(value.replace("\r\n", "\n")))
        return cls(values, files)

    @classmethod
    def of(cls, record: Mapping[str, Any] | None = None, **more: Any) -> Form:
        """A form that shows a record; for an empty one call it without."""
        stored = {**(record or {}), **more}
        form = cls({name: _texts(value) for name, value in stored.items()})
        form.moments = {name: value for name, value in stored.items() if isinstance(value, datetime)}
        return form

    # What was typed, for the template; more of it in `Returned`
    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    # What was meant, for the verb
    def text(self, name: str, *, required: bool = False, max: int = _LONGEST, label: str = "") -> str:
        text = visible(self.value(name).strip())
        if required and not text:
            self.fault(name, N_("Please fill this in."))
        if len(text) > max:
            self.fault(
                name, N_("Please shorten this to %(max)s characters; it has %(count)s."), max=max, count=len(text)
            )
        return text

    def decimal(
        self, name: str, *, required: bool = False, min: Any = None, max: Any = None, digits: int = 2
    ) -> Decimal | None:
        text = self.text(name, required=required)
        value: Decimal | None = self._read(name, text, lambda one: reading.decimal(one, digits))
        self._within(name, value, min, max)
        return value

    def texts(self, names: Iterable[str], longest: Mapping[str, int]) -> dict[str, str]:
        """Several at once, each no longer than `longest` says of it."""
        return {name: self.text(name, max=longest.get(name, _LONGEST)) for name in names}

    def integer(
        self, name: str, *, required: bool = False, min: int | None = None, max: int | None = None
    ) -> int | None:
        value: int | None = self._read(name, self.text(name, required=required), reading.whole)
        self._within(name, value, -(2**31) if min is None else min, 2**31 - 1 if max is None else max)
        return value

    def seen(self) -> int | None:
        """The revision that the form was opened on. Raises Invalid at once for what is none, so that nobody who sends
        nonsense overwrites what they have not seen."""
        revision = self.integer("revision", min=0)
        if self.error("revision"):
            self.valid()
        return revision

    def date(
        self, name: str, *, required: bool = False, min: date | None = None, max: date | None = None
    ) -> date | None:
        value: date | None = self._read(name, self.text(name, required=required, max=60), reading.day)
        self._within(name, value, min or FIRST_DAY, max or LAST_DAY)
        return value

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """Date and time as `<input type=datetime-local>` sends them: by the clock of who typed them."""
        text = self.text(name, required=required, max=60)
        if text and self.before and name in self.before.moments and self.stays(name):
            return self.before.moments[name]
        value: datetime | None = self._read(name, text, reading.moment)
        if value is None:
            return None
        self._within(name, value.date(), FIRST_DAY, LAST_DAY)
        typed = value if value.tzinfo else value.replace(tzinfo=self.clock(name))
        self.check(name, not never_came(typed), N_("The clocks were put forward past this hour. Give another one."))
        return on(typed, UTC)

    def choice(self, name: str, choices: Iterable[str], *, required: bool = False, default: str = "") -> str:
        text = self.text(name, required=required, max=200)
        if text and text not in set(choices):
            self.fault(name, reading.NOT_LISTED)
        return text or default

    def uuid(self, name: str, *, required: bool = False) -> UUID | None:
        value: UUID | None = self._read(name, self.text(name, required=required, max=60), reading.uuid)
        return value

    def yes(self, name: str) -> bool:
        """A check box."""
        return self.value(name) not in ("", "0", "no", "false")

    def many(self, name: str, *, max: int = 200) -> list[str]:
        """Several values, as several fields or separated by commas or new lines; each once, in order."""
        values = reading.several(self.chosen(name))
        if any(len(value) > max for value in values):
            self.fault(name, N_("Please keep each entry under %(max)s characters."), max=max)
        return values

    def file(self, name: str, *, required: bool = False) -> UploadFile | None:
        upload = self.files.get(name)
        if upload is None or not upload.filename:
            if required:
                self.fault(name, N_("Please choose a file."))
            return None
        return upload

    def check(self, name: str, holds: bool, message: str, **params: Any) -> None:
        """A rule of the page itself: `message` (N_) stands at the field when `holds` is false."""
        if not holds:
            self.fault(name, message, **params)

    def fault(self, name: str, message: str, **params: Any) -> None:
        """The first fault of a field is the one shown. What was not touched has none."""
        if self.stays(name):
            return
        self.errors.setdefault(name, gettext(current().language, message, **params))

    def valid(self) -> None:
        if self.errors:
            raise Invalid(self.errors)

    def heed(self, rules: Callable[[], object]) -> None:
        """Adds the faults that the rules of a verb find, so that they are told together with those of the form."""
        try:
            rules()
        except Invalid as invalid:
            self.refused(invalid)

    def refused(self, invalid: Invalid) -> Form:
        """The same form with the faults a verb found; to be shown again with status 422."""
        for name, message in invalid.fields.items():
            self.errors.setdefault(name, gettext(current().language, message))
        if not invalid.fields:
            self.errors.setdefault("", gettext(current().language, str(invalid)))
        self._begin_anew()
        return self

    def _begin_anew(self) -> None:
        """A key that cannot be used gives way to a new one, so that saving again makes a record of its own."""
        if "key" in self.errors:
            self.errors.setdefault("", self.errors.pop("key"))
            self.values["key"] = [str(new_id())]

    def _read(self, name: str, text: str, reader: Callable[[str], Any]) -> Any:
        """What the reader that all doors share makes of a text; None for an empty one, or with its fault."""
        if not text:
            return None
        try:
            return reader(text)
        except reading.Unfit as unfit:
            self.fault(name, *unfit.args)
            return None

    def _within(self, name: str, value: Any, least: Any, most: Any) -> None:
        if value is not None and least is not None and value < least:
            self.fault(name, N_("Please enter %(least)s or more."), least=least)
        if value is not None and most is not None and value > most:
            self.fault(name, N_("Please enter %(most)s or less."), most=most)


def _texts(value: Any) -> list[str]:
    if value is None:
        return [""]
    if isinstance(value, bool):
        return ["1" if value else ""]
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    if isinstance(value, Decimal):
        return [f"{value.normalize():f}"]
    if isinstance(value, datetime):
        return [shown(value, current().zone)]
    return [str(value)]
