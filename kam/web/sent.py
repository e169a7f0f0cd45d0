"""A form as it arrives: its first field, which proves where it comes from, can be asked for before the rest is read.

Both ways in which browsers send forms are read piece by piece within the limits of whoever sends; files go to disk. No
step holds the event loop for longer than it takes to read a slice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from kam.web.arriving import Body
from kam.web.limits import (
    PART_HEAD,
    Limits,
    NotTaken,
    check_name,
    garbled,
    limits_of,
    too_large,
    too_large_files,
    too_many_fields,
)
from kam.web.urlencoded import fields, turn

_SLICE = 32 * 1024
_AT_ONCE = 50  # events of the parser
TOKEN = "_csrf"
Part = tuple[str, str | UploadFile]


class FileUnproven(Exception):
    """A file comes before it is known that the form is one of ours."""


class Sent:
    """What is being sent. `parts` are those read so far; `proven` says that the form comes from one of our pages."""

    def __init__(self, kind: str, body: Body, limits: Limits) -> None:
        self.parts: list[Part] = []
        self.proven = False
        self._body, self._limits = body, limits
        self._coming = self._read(kind)

    async def token(self) -> str:
        """The field `_csrf`, which is the first of each of our forms; without it an empty text."""
        async for name, value in self._coming:
            self.parts.append((name, value))
            return value if name == TOKEN and isinstance(value, str) else ""
        return ""

    async def whole(self) -> list[Part]:
        async for part in self._coming:
            self.parts.append(part)
        return self.parts

    async def close(self) -> None:
        for _, value in self.parts:
            if isinstance(value, UploadFile):
                await value.close()

    async def _read(self, kind: str) -> AsyncIterator[Part]:
        media, options = parse_options_header(kind)
        if media not in ("application/x-www-form-urlencoded", "multipart/form-data"):
            return
        if (self._body.length or 0) > self._limits.bytes + self._limits.file_bytes:
            raise self._too_large()
        if media == "application/x-www-form-urlencoded":
            async for field in fields(self._body, self._limits):
                yield field
        else:
            async for part in self._multipart(options.get("boundary", "")):
                yield part

    async def _multipart(self, boundary: str) -> AsyncIterator[Part]:
        limits, reading = self._limits, _Parts(self)
        try:
            parser = PushMultipartParser(
                boundary, max_header_size=PART_HEAD, max_segment_count=limits.fields + limits.files + 1
            )
            async for piece in self._slices():
                for number, event in enumerate(() if parser.closed else parser.parse(piece)):
                    if part := await reading.take(event):
                        yield part
                    if number % _AT_ONCE == _AT_ONCE - 1:
                        await turn()
            parser.close()
        except ParserLimitReached:
            raise too_many_fields(limits) from None
        except MultipartError:
            raise garbled() from None

    async def _slices(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._body.pieces():
            size += len(piece)
            if size > self._limits.bytes + self._limits.file_bytes:
                raise self._too_large()
            for start in range(0, len(piece), _SLICE):
                yield piece[start : start + _SLICE]

    def _too_large(self) -> NotTaken:
        return too_large_files(self._limits) if self._limits.files else too_large(self._limits)


class _Parts:
    """Puts the parts of a multipart form together from the events of the parser, counting what they take."""

    def __init__(self, sent: Sent) -> None:
        self.sent, self.limits = sent, sent._limits
        self.bytes = self.fields = self.file_bytes = self.files = 0
        self.name = ""
        self.value: bytearray | UploadFile = bytearray()

    async def take(self, event: Any) -> Part | None:
        """The part that this event completes."""
        if isinstance(event, MultipartSegment):
            await self._begin(event)
        elif event is not None:
            await self._add(event)
        else:
            return await self._end()
        return None

    async def _begin(self, segment: MultipartSegment) -> None:
        self.name = check_name(segment.name or "")
        self._count(fields=0 if segment.filename else 1, files=1 if segment.filename else 0, size=len(self.name))
        if not segment.filename:
            self.value = bytearray()
        elif self.sent.proven:
            self.value = UploadFile(segment.content_type or "application/octet-stream", segment.filename)
        else:
            raise FileUnproven

    def _count(self, *, fields: int = 0, files: int = 0, size: int = 0, file_size: int = 0) -> None:
        self.fields, self.files = self.fields + fields, self.files + files
        self.bytes, self.file_bytes = self.bytes + size, self.file_bytes + file_size
        if self.fields > self.limits.fields:
            raise too_many_fields(self.limits)
        if self.bytes > self.limits.bytes:
            raise too_large(self.limits)
        if self.file_bytes > self.limits.file_bytes or self.files > self.limits.files:
            raise too_large_files(self.limits)

    async def _add(self, piece: bytes) -> None:
        if isinstance(self.value, UploadFile):
            self._count(file_size=len(piece))
            await self.value.write(piece)
        else:
            self._count(size=len(piece))
            self.value += piece

    async def _end(self) -> Part:
        if isinstance(self.value, UploadFile):
            await self.value.seek(0)
            return self.name, self.value
        return self.name, self.value.decode("utf-8", "replace")


def sent(request: Request[Any, Any, Any]) -> Sent:
    """The form of this request; nothing of it is read before somebody asks."""
    state = request.scope.setdefault("state", {})
    if "sent" not in state:
        limits = limits_of(request.route_handler.opt, signed_in=state["asked"].viewer is not None)
        state["sent"] = Sent(request.headers.get("content-type", ""), state["body"], limits)
    found: Sent = state["sent"]
    return found
