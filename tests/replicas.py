"""Two PostgreSQL servers as a team has them: a primary, and a replica that has everything that was acknowledged."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from kam.database import cluster, postmaster
from kam.database.binaries import Binaries
from kam.database.identity import Identity
from kam.database.roles import SUPERUSER
from tests.processes import descendants

_MADE = """
CREATE ROLE kam_owner LOGIN; CREATE ROLE kam_serving LOGIN;
CREATE DATABASE kam OWNER kam_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
"""
_IN_STEP = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
_STREAMS = "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'"


class Server:
    """One of the two. `fsync` is off: it is killed, but the machine stays."""

    def __init__(self, folder: Path, programs: Binaries, identity: Identity) -> None:
        self.folder, self.programs, self.identity = folder, programs, identity
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(mode=0o755)
        identity.own(folder)

    def start(self) -> None:
        given = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "fsync": "off",
            "log_min_messages": "fatal",
        }  # fmt: skip
        settings = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [self.programs.program("postgres"), "-D", str(self.folder / "data"), *settings],
            stderr=subprocess.DEVNULL, cwd="/", **self.identity.process_options(),
        )  # fmt: skip
        while not (found := postmaster.noted(self.folder)) or found.pid != self.process.pid or found.status != "ready":
            assert self.process.poll() is None
            time.sleep(0.02)

    def run(self, program: str, *arguments: str) -> str:
        command = [self.programs.program(program), "-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **self.identity.process_options())
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, *sql: str) -> str:
        return self.run("psql", "-X", "-A", "-t", "-d", "postgres", *(part for one in sql for part in ("-c", one)))

    def wait(self, question: str) -> None:
        deadline = time.monotonic() + 30
        while self.ask(question) != "t":
            assert time.monotonic() < deadline, question
            time.sleep(0.05)

    def kill(self) -> None:
        """As by the kernel where memory is short: none of it says farewell."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """As somebody does it who means to switch over."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def freeze(self) -> None:
        """As a machine whose power fails: nothing answers any more, and no connection is closed."""
        for pid in (self.process.pid, *descendants(self.process.pid)):
            os.kill(pid, signal.SIGSTOP)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            for pid in (self.process.pid, *descendants(self.process.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait(20)


class Pair:
    def __init__(self, folder: Path, programs: Binaries, identity: Identity) -> None:
        self.primary, self.replica = (Server(folder / name, programs, identity) for name in ("one", "two"))
        self._hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self.primary, self.replica))
        cluster.create_if_missing(self.primary.folder, programs, identity)
        self.primary.start()
        self.primary.ask(*filter(None, map(str.strip, _MADE.split(";"))))

    def address(self, role: str) -> str:
        """As docs/operation.md has it: both hosts, and the one that can be written to."""
        return f"postgresql://{role}@{self._hosts}/kam?target_session_attrs=read-write"

    def follow(self) -> None:
        """The replica is made anew from the primary, which from then on acknowledges nothing that it alone has."""
        data = self.replica.folder / "data"
        self.replica.end()
        shutil.rmtree(data, ignore_errors=True)
        self.primary.run("pg_basebackup", "-D", str(data), "-X", "stream", "-R", "--checkpoint=fast")
        self.replica.start()
        self.primary.wait(_STREAMS)
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        self.primary.wait(_IN_STEP)

    def promote(self) -> None:
        """The replica takes over; who was the primary is to follow it."""
        assert self.replica.ask("SELECT pg_promote()") == "t"
        self.primary, self.replica = self.replica, self.primary

    def end(self) -> None:
        for server in (self.replica, self.primary):
            server.end()
