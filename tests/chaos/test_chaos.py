"""Whatever is killed, kam comes back with everything that was acknowledged; and it grows no fatter while it is used.

The seed is printed, and taken from KAM_CHAOS_SEED where that is set; otherwise the long forms get another one each
time, and the short ones always the same. The long form of kills runs several kams at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from tests.attacks.besieging import ROOT

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("KAM_CHAOS_SEED") or 5)
ANY_SEED = int(os.environ.get("KAM_CHAOS_SEED") or time.time())
AT_ONCE = 3


def begun(module: str, seed: int, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.chaos.{module}", "--seed", str(seed), *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ended(process: subprocess.Popen[str], seconds: float) -> str:
    """What it said; it printed its seed first."""
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.terminate()  # it ends what it started
        said, _ = process.communicate()
    print(said)
    assert process.returncode == 0, said[-4000:]
    return said


def hits(said: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(said.rsplit("Hits: ", 1)[1].splitlines()[0])
    return found


@pytest.fixture(scope="module")
def short():
    """Both short forms at once: most of the time is spent waiting for a kam that was killed."""
    running = {
        "killing": begun("killing", SEED, "--share", "0.01"),
        "soaking": begun("soaking", SEED, "--requests", "600"),
    }
    yield running
    for process in running.values():
        process.terminate()
        process.communicate()


def test_each_kind_of_work_is_killed_and_comes_back(short):
    found = hits(ended(short["killing"], 500))
    assert len(found) == 8
    assert min(found.values()) >= 1


def test_some_hundred_requests_with_kills_between(short):
    ended(short["soaking"], 500)


@pytest.mark.long
def test_three_hundred_kills():
    share = str(1.02 / AT_ONCE)
    running = [begun("killing", ANY_SEED + number, "--share", share) for number in range(AT_ONCE)]
    found = [hits(ended(process, 5400)) for process in running]
    assert sum(sum(each.values()) for each in found) >= 300


@pytest.mark.long
def test_twenty_thousand_requests():
    ended(begun("soaking", ANY_SEED, "--requests", "20000"), 3600)
