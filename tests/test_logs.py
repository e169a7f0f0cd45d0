"""The log reads alike whoever writes it, as text and as JSON, and names the request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WRITE = """
import logging, structlog
from kam import logs
logs.configure(); logs.configure()
structlog.contextvars.bind_contextvars(request="AB12")
structlog.get_logger().warning("ours", customer="Müller 王")
logging.getLogger("kam.jobs").warning("theirs %s", 7)
try: 1 / 0
except ZeroDivisionError: logging.getLogger("kam").exception("broke")
"""


def written(**environment):
    run = subprocess.run(
        [sys.executable, "-c", WRITE], capture_output=True, text=True, cwd=ROOT, check=True,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )  # fmt: skip
    return run.stderr.splitlines()


def test_as_json_each_event_is_one_line_with_the_request():
    lines = [json.loads(line) for line in written(KAM_LOG="json")]
    assert [line["event"] for line in lines] == ["ours", "theirs 7", "broke"]
    assert {line["request"] for line in lines} == {"AB12"}
    assert lines[0]["customer"] == "Müller 王"
    assert "ZeroDivisionError" in json.dumps(lines[2])


def test_as_text_each_event_is_said_once():
    text = "\n".join(written())
    assert text.count("theirs 7") == text.count("ours") == 1
    assert "ZeroDivisionError: division by zero" in text
    assert text.count("request=AB12") == 3
