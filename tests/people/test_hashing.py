"""The threads in which passwords are hashed."""

import subprocess
import sys

# As `kam demo` does: it gives people passwords, then forks the processes that let them in.
FORKED = """
import asyncio, os, sys
from kam.people import passwords
hashed = asyncio.run(passwords.hashed("three blind herons"))
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
async def verify():
    async with asyncio.timeout(20):
        return await passwords.verify("three blind herons", hashed)
os._exit(0 if asyncio.run(verify()) else 1)
"""


def test_a_process_that_was_forked_after_something_was_hashed_has_threads_of_its_own():
    assert subprocess.run([sys.executable, "-c", FORKED], timeout=60, check=False).returncode == 0
