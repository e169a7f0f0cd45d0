"""The folder in which the web processes count together."""

from __future__ import annotations

import os
import subprocess
import tempfile

from kam.operation import measuring


def test_folders_of_those_that_were_killed_are_cleared_away_and_those_of_the_living_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    names = {who: f"kam-metrics-{os.geteuid()}-{pid}" for who, pid in (("dead", ended.pid), ("alive", os.getppid()))}
    for name in names.values():
        (tmp_path / name).mkdir()
    measuring.begin()
    left = {path.name for path in tmp_path.iterdir()}
    measuring.end()
    assert left == {names["alive"], f"kam-metrics-{os.geteuid()}-{os.getpid()}"}
