"""One run of wrk (Debian package `wrk`) against a running server: rate, median, 99th percentile and failed answers."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Every connection takes the next line of the file; a line is a path, or a path and a form body after a tab.
_SCRIPT = """
local lines, at = {}, %(first)d
for line in io.lines("%(lines)s") do lines[#lines + 1] = line end
local headers = {["Cookie"] = "%(cookie)s", ["X-CSRF-Token"] = "%(token)s"}
local form = {["Cookie"] = headers["Cookie"], ["X-CSRF-Token"] = headers["X-CSRF-Token"],
              ["Content-Type"] = "application/x-www-form-urlencoded", ["Origin"] = "%(origin)s"}
request = function()
  at = at %% #lines + 1
  local path, body = lines[at]:match("^(.-)\\t(.*)$")
  if path then return wrk.format("POST", path, form, body) end
  return wrk.format("GET", lines[at], headers)
end
response = function(status) if status >= 400 then print("status " .. status) end end
done = function(summary, latency)
  print(string.format('{"requests": %%d, "us": %%d, "failed": %%d, "p50": %%d, "p99": %%d}', summary.requests,
    summary.duration, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Measured:
    """`rate` in requests per second, `median` and `p99` in milliseconds, `failed` answers of status 400 and above."""

    rate: float
    median: float
    p99: float
    requests: int
    failed: int


@dataclass(frozen=True)
class Caller:
    """Who asks: the session's cookie and its proof for forms."""

    cookie: str
    token: str


def run(
    address: str, lines: Sequence[str], caller: Caller, *, connections: int, seconds: int, first: int = 0
) -> Measured:
    """Asks for `lines` one after the other from `connections` connections for `seconds`, beginning after `first`."""
    if shutil.which("wrk") is None:
        raise SystemExit("This benchmark needs wrk: install Debian's package with `apt-get install wrk`.")
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "lines")
        listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
        names: Mapping[str, object] = {
            "lines": listed, "first": first, "cookie": caller.cookie, "token": caller.token, "origin": address,
        }  # fmt: skip
        script = Path(folder, "requests.lua")
        script.write_text(_SCRIPT % names, encoding="utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), address]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result = json.loads(printed[printed.rindex('{"requests"') :].splitlines()[0])
    return Measured(
        rate=result["requests"] / (result["us"] / 1e6), median=result["p50"] / 1000, p99=result["p99"] / 1000,
        requests=result["requests"], failed=result["failed"],
    )  # fmt: skip
