"""How the log reads: one line per event, tracebacks in full and in plain text."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # what it tries again by itself is no news
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.WARNING)  # it tells of each step eight times
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
