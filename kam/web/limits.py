"""How much anybody may send and how long it may take. `TABLE` is what the README prints; a test compares the two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from kam.language import N_

KB, MB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one form: bytes and number of its fields, bytes and number of its files."""

    bytes: int
    fields: int
    file_bytes: int = 0
    files: int = 0


SIGNED_OUT = Limits(64 * KB, 100)
FORM = Limits(2 * MB, 5_000)
UPLOAD = Limits(FORM.bytes, FORM.fields, 100 * MB, 10)
UPLOADS = {"uploads": True, "takes_long": True}  # `@post("/imports", opt=UPLOADS)`: this route takes files

NAME = 200
PART_HEAD = 4 * KB
ADDRESS = 16 * KB
PARAMETERS = 1_000

HEAD_SECONDS = 10  # until the head of a request is whole; an idle connection is closed then, too
BODY_SECONDS = 30  # without a further piece of a body
PACE = KB  # bytes per second that a body makes on the average, after its first `BODY_SECONDS`
PAGE_SECONDS = 10  # from the last byte of a request to the first of its answer
LONG_SECONDS = 60  # the same for a file of a whole list, and for what takes a file in
TAKES_LONG = {"takes_long": True}  # `@post("/customers/bulk", opt=TAKES_LONG)`: this route has so many
ANSWER_SECONDS = 30  # in which a visitor takes nothing of an answer

# After an answer that came before the body was read, so that whoever still sends gets to read it.
REST_BYTES = 128 * MB
REST_SECONDS = 30
REST_SILENCE = 3

TABLE = (
    ("Form of somebody who is not signed in", f"{SIGNED_OUT.bytes // KB} KB, {SIGNED_OUT.fields} fields"),
    ("Form", f"{FORM.bytes // MB} MB, {FORM.fields:,} fields"),
    ("Files, where they are taken", f"{UPLOAD.file_bytes // MB} MB, {UPLOAD.files} files"),
    ("Name of a field; head of a part", f"{NAME} characters; {PART_HEAD // KB} KB"),
    ("Address with its query", f"{ADDRESS // KB} KB, {PARAMETERS:,} parameters"),
    ("Head of a request", f"whole within {HEAD_SECONDS} s"),
    ("Body of a request", f"a piece every {BODY_SECONDS} s, {PACE // KB} KB per second on the average"),
    ("Making of an answer", f"{PAGE_SECONDS} s; {LONG_SECONDS} s for exports and imports"),
    ("Answer", f"a piece taken every {ANSWER_SECONDS} s"),
)


class NotTaken(Exception):
    """What was sent is not taken, for a reason that lies in how it was sent; the text says what to do."""

    def __init__(self, status: int, message: str, **params: Any) -> None:
        super().__init__(message)
        self.status, self.params = status, params


class Left(Exception):
    """Who asked is gone: there is nobody to answer, and nothing is wrong."""


def limits_of(opt: Mapping[str, Any], *, signed_in: bool) -> Limits:
    if not signed_in:
        return SIGNED_OUT
    return UPLOAD if opt.get("uploads") else FORM


def seconds_of(request: Request[Any, Any, Any]) -> int:
    """In which an answer has to be made."""
    takes_long = request.route_handler.opt.get("takes_long") or "format" in request.query_params
    return LONG_SECONDS if takes_long else PAGE_SECONDS


def too_large(limits: Limits) -> NotTaken:
    if limits is SIGNED_OUT:
        return NotTaken(
            413,
            N_(
                "You are not signed in, and this is more than can be kept meanwhile (%(most)s). Go back: what you typed"
                " should still be there. Sign in in another tab, then send it again."
            ),
            most=f"{limits.bytes // KB} KB",
        )
    return NotTaken(413, N_("A form may hold %(most)s; this one is larger."), most=f"{limits.bytes // MB} MB")


def too_many_fields(limits: Limits) -> NotTaken:
    return NotTaken(413, N_("A form may have %(most)s fields; this one has more."), most=f"{limits.fields:,}")


def too_large_files(limits: Limits) -> NotTaken:
    if not limits.files:
        return NotTaken(413, N_("No file is taken here."))
    return NotTaken(
        413,
        N_("Files may have %(most)s together; these are larger. Compress or split them."),
        most=f"{limits.file_bytes // MB} MB",
    )


def too_slow() -> NotTaken:
    return NotTaken(
        408, N_("What you sent did not arrive within %(seconds)s seconds. Please try again."), seconds=BODY_SECONDS
    )


def garbled() -> NotTaken:
    return NotTaken(400, N_("The form did not arrive whole. Go back and send it again."))


def check_name(name: str) -> str:
    if len(name) > NAME:
        raise NotTaken(
            400, N_("The name of a field may have %(most)s characters; this form has a longer one."), most=NAME
        )
    return name


def check_host(version: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raises NotTaken for a request with two Hosts, of which a proxy may have looked at the other one, or with none
    where HTTP 1.1 asks for it."""
    hosts = sum(name == b"host" for name, _ in headers)
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        raise NotTaken(400, N_("A request names one host; this one names %(count)s."), count=hosts)


def check_address(path: str, query: bytes) -> None:
    """Raises NotTaken for an address that nobody can have clicked together."""
    if len(path) + len(query) > ADDRESS or query.count(b"&") >= PARAMETERS:
        raise NotTaken(
            414, N_("An address may have %(most)s with its query, and %(parameters)s parameters; this one has more."),
            most=f"{ADDRESS // KB} KB", parameters=f"{PARAMETERS:,}",
        )  # fmt: skip
