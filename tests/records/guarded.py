"""Guards over the made-up kind, in force while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kam.records import catalogue, guards
from kam.workflow.registry import current

CROWD = """
[guards.crowd]
title = { en = "No crowds", zh_Hans = "不接待人群", zh_Hant = "不接待人群" }
kind = "visit"
fields = ["guests"]
guard = { any = [{ fact = "guests", known = false }, { fact = "guests", at_most = 10 }] }
roles = ["manager"]
"""
BARRED = """
[guards.barred]
title = { en = "Nobody visits who is blacklisted", zh_Hans = "不拜访黑名单客户", zh_Hant = "不拜訪黑名單客戶" }
kind = "visit"
meanings = ["open"]
guard = { fact = "blacklisted", equals = false }
"""


@contextmanager
def guarding(text: str) -> Iterator[None]:
    before = [guard for kind in catalogue.current().values() for guard in guards.of_kind(kind)]
    guards.put_in_force(guards.parse(text, catalogue.current(), current()))
    try:
        yield
    finally:
        guards.put_in_force(before)
