"""How the log reads: one line per event with the request it belongs to, as text or, with KAM_LOG=json, as JSON."""

from __future__ import annotations

import logging
import os
import sys

import structlog
from structlog.typing import Processor

_QUIET = {"asyncpg": logging.CRITICAL, "psycopg.pool": logging.CRITICAL, "transitions": logging.WARNING}


def configure() -> None:
    """What asyncpg and psycopg try again by themselves is no news, and transitions tells of each step eight times."""
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_written()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _write_alike(shared)


def _written() -> list[Processor]:
    if os.environ.get("KAM_LOG") == "json":
        return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]


def _write_alike(shared: list[Processor]) -> None:
    """What libraries and our own modules say by the standard library comes out in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written()],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(one for one in root.handlers if not isinstance(one.formatter, _Ours)), handler]


_Ours = structlog.stdlib.ProcessorFormatter
