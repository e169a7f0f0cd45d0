"""The private server: shared, found again, recovered, and honest about what stands in its way."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from kam.database import cluster, embedded, locks, roles
from kam.database import postmaster as postmaster_of
from kam.errors import Unavailable

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder():
    """Reachable for the user that the server runs as, which pytest's own folders are not when root runs the tests."""
    parent = Path(tempfile.mkdtemp(prefix="kam-embedded-"))
    parent.chmod(0o755)
    yield parent / "data"
    cluster.stop(parent / "data")
    shutil.rmtree(parent, ignore_errors=True)


def ask(server, question):
    async def inside():
        connection = await asyncpg.connect(**server.reached_by(roles.SUPERUSER))
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(inside())


def postmaster(folder):
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def kill_the_server(folder):
    pid = postmaster(folder)
    os.kill(pid, signal.SIGKILL)
    while postmaster_of.lives(pid):
        time.sleep(0.01)


HOLD = """
import sys, time
from pathlib import Path
from kam.database import embedded
with embedded.joined(Path(sys.argv[1])) as server:
    print(server.socket_folder, flush=True)
    time.sleep(60)
"""


def other_kam(folder, **options):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT, **options
    )
    assert process.stdout.readline().strip()
    return process


def test_the_last_one_stops_the_server(folder):
    other = other_kam(folder)
    try:
        with embedded.joined(folder):
            first = postmaster(folder)
        assert cluster.find_running(folder), "the other kam still uses it"
        with embedded.joined(folder):
            other.kill()
            other.wait()
            assert postmaster(folder) == first
    finally:
        other.kill()
        other.wait()
    assert cluster.find_running(folder) is None


def test_four_that_start_at_once_share_one_server(folder):
    started = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(4)
    ]
    try:
        assert len({process.stdout.readline() for process in started}) == 1
        assert cluster.find_running(folder)
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_killed_kam_leaves_a_server_that_the_next_one_uses_with_its_data(folder):
    other = other_kam(folder)
    pid = postmaster(folder)
    other.kill()
    other.wait()
    with embedded.joined(folder) as server:
        assert postmaster(folder) == pid
        assert ask(server, "SELECT 1") == 1


@pytest.mark.parametrize("kam_too", [False, True])
def test_a_killed_server_recovers_at_the_next_start(folder, kam_too):
    other = other_kam(folder)
    with embedded.joined(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS n")
    kill_the_server(folder)
    if kam_too:
        other.kill()
        other.wait()
    try:
        with embedded.joined(folder, durable=False) as server:
            assert ask(server, "SELECT n FROM kept") == 42
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("moment", [0, 0.1, 0.2, 0.4])
def test_a_database_whose_making_was_killed_is_made_anew_while_the_old_making_goes_on(folder, moment):
    killed = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.DEVNULL, cwd=ROOT)
    while not list(folder.glob("data.unfinished*/global")):
        time.sleep(0.005)
    time.sleep(moment)
    killed.kill()
    killed.wait()
    with embedded.joined(folder) as server:
        assert ask(server, "SELECT 1") == 1
        assert list(folder.glob("data.unfinished*")) == []


def test_what_a_killed_server_was_still_computing_holds_up_no_start(folder):
    """Such a process says its last words into the log of the start, too."""
    with embedded.joined(folder) as server:
        computing = threading.Thread(target=compute_for_minutes, args=(server,))
        computing.start()
        while ask(server, f"SELECT count(*) FROM pg_stat_activity WHERE query = '{LONG}'") == 0:
            time.sleep(0.05)
        kill_the_server(folder)
        begun = time.monotonic()
        with embedded.joined(folder) as again:
            assert ask(again, "SELECT 1") == 1
            assert time.monotonic() - begun < 10
        computing.join(5)
        assert not computing.is_alive()


def test_a_server_that_is_killed_while_it_starts_is_started_again(folder, monkeypatch):
    with embedded.joined(folder):
        pass
    launch, launched = cluster._launch, []

    def killed_at_first(*args):
        launched.append(launch(*args))
        if len(launched) == 1:
            launched[0].kill()
        return launched[-1]

    monkeypatch.setattr(cluster, "_launch", killed_at_first)
    with embedded.joined(folder) as server:
        assert ask(server, "SELECT 1") == 1
    assert len(launched) == 2


LONG = "SELECT count(*) FROM generate_series(1, 400) a, generate_series(1, 10000) b, generate_series(1, 1000) c"


def compute_for_minutes(server):
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        ask(server, LONG)


def test_a_number_in_the_pid_file_that_now_belongs_to_another_program_is_not_believed(folder):
    with embedded.joined(folder, durable=False):
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    (folder / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with embedded.joined(folder, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_server_of_another_folder_with_the_number_in_the_pid_file_is_neither_used_nor_stopped(folder):
    """Numbers repeat, in containers above all; what has ours now may be somebody's database."""
    strange = folder.with_name("strange")
    try:
        with embedded.joined(strange, durable=False) as other:
            with embedded.joined(folder, durable=False):
                lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
            (folder / "data" / "postmaster.pid").write_text("\n".join([str(postmaster(strange)), *lines[1:]]) + "\n")
            begun = time.monotonic()
            with embedded.joined(folder, durable=False) as server:
                assert server.socket_folder != other.socket_folder
                assert time.monotonic() - begun < 5
            assert ask(other, "SELECT 1") == 1
    finally:
        cluster.stop(strange)


def test_a_server_is_known_without_our_note_of_it(folder):
    """It may have been started by a kam that was killed before it wrote one."""
    other = other_kam(folder)
    pid = postmaster(folder)
    other.kill()
    other.wait()
    (folder / "server.began").unlink()
    with embedded.joined(folder, durable=False):
        assert postmaster(folder) == pid


def test_a_lock_does_not_live_on_in_a_child_that_was_made_meanwhile(folder):
    folder.mkdir()
    with locks.turn(folder / "start.lock"):
        child = os.fork()
        if not child:
            time.sleep(20)
            os._exit(0)
    try:
        begun = time.monotonic()
        with locks.turn(folder / "start.lock"):
            assert time.monotonic() - begun < 5
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_who_waits_for_another_start_says_for_whom_and_what_to_do(folder, monkeypatch, capfd):
    monkeypatch.setattr("kam.database.patience._FIRST", 0.1)
    folder.mkdir()
    waiting = threading.Thread(target=lambda: locks.turn(folder / "start.lock").__enter__(), daemon=True)
    with locks.turn(folder / "start.lock"):
        waiting.start()
        time.sleep(0.5)
    waiting.join(5)
    assert not waiting.is_alive()
    told = capfd.readouterr().err
    assert f"process number {os.getpid()}" in told
    assert "end that process" in told


def test_a_server_that_hangs_while_it_stops_is_ended_and_loses_nothing(folder, monkeypatch, capfd):
    """As after a full disk: its checkpoint never comes to an end."""
    monkeypatch.setattr(cluster, "_PATIENCE", 1.0)
    with embedded.joined(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS n")
        names = Path(f"/proc/{postmaster(folder)}/task/{postmaster(folder)}/children").read_text().split()
        checkpointer = next(int(pid) for pid in names if "checkpointer" in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(checkpointer, signal.SIGSTOP)
    assert "did not stop" in capfd.readouterr().err
    assert cluster.find_running(folder) is None
    with embedded.joined(folder) as server:
        assert ask(server, "SELECT n FROM kept") == 42


def test_the_guardian_goes_on_after_a_fault_of_its_own(folder, monkeypatch, capfd):
    faults = iter([RuntimeError("a fault of ours"), OSError("no memory")])

    def alive(_folder, _alive=cluster.is_alive):
        for fault in faults:
            raise fault
        return _alive(_folder)

    monkeypatch.setattr(embedded, "growing_pauses", lambda _longest: iter([0.1] * 9))
    with embedded.kept(folder, durable=False) as server:
        monkeypatch.setattr(cluster, "is_alive", alive)
        time.sleep(2)
        kill_the_server(folder)
        until_it_answers(server)
    assert "a fault of ours" in capfd.readouterr().err


def until_it_answers(server):
    deadline = time.monotonic() + 20
    while True:
        try:
            return ask(server, "SELECT 1")
        except (OSError, asyncpg.PostgresError):
            assert time.monotonic() < deadline
            time.sleep(0.1)


START_INSIDE = """
import sys
from pathlib import Path
from kam.database import embedded
from kam.database.identity import choose_identity
embedded._running_or_started(Path(sys.argv[1]), None, choose_identity(Path(sys.argv[1])), False)
"""


def test_a_server_that_died_does_not_lie_about_when_another_kam_has_started_the_next(folder):
    with embedded.kept(folder, durable=False) as server:
        died = postmaster(folder)
        with locks.turn(folder / "start.lock"):
            kill_the_server(folder)
            subprocess.run([sys.executable, "-c", START_INSIDE, str(folder)], cwd=ROOT, check=True)
        deadline = time.monotonic() + 5
        while Path(f"/proc/{died}").exists():
            assert time.monotonic() < deadline, postmaster_of._state(died)
            time.sleep(0.05)
        assert ask(server, "SELECT 1") == 1


def test_what_the_server_said_is_kept_over_starts_and_cut_when_it_has_grown(folder, monkeypatch):
    with embedded.joined(folder, durable=False):
        pass
    first = (folder / "postgres.log").read_text()
    with embedded.joined(folder, durable=False):
        pass
    assert (folder / "postgres.log").read_text().startswith(first)
    monkeypatch.setattr("kam.database.server_log.LARGEST", 10)
    with embedded.joined(folder, durable=False):
        assert (folder / "postgres.log.1").read_text().startswith(first)


def test_nobody_else_may_enter_the_data_folder_or_read_what_lies_in_it(folder):
    with embedded.joined(folder, durable=False):
        assert folder.stat().st_mode & 0o777 == 0o700
        for name in ("postgres.log", "users.lock", "start.lock"):
            assert (folder / name).stat().st_mode & 0o077 == 0


def test_a_folder_with_other_things_in_it_keeps_its_rights(folder):
    folder.mkdir(mode=0o755)
    (folder / "thesis.txt").write_text("not kam's")
    with embedded.joined(folder, durable=False):
        assert folder.stat().st_mode & 0o777 == 0o755


def test_a_path_with_spaces_and_chinese_that_is_too_long_for_a_socket_works(folder):
    long = folder / ("大客户 管理 " * 6)
    with embedded.joined(long, durable=False) as server:
        assert len(os.fsencode(server.socket_folder)) < 90
        assert ask(server, "SELECT '客户'") == "客户"
    shutil.rmtree(server.socket_folder, ignore_errors=True)


def test_nobody_else_may_enter_the_socket_folder(folder):
    with embedded.joined(folder, durable=False) as server:
        assert Path(server.socket_folder).stat().st_mode & 0o777 == 0o700
        assert ask(server, "SHOW listen_addresses") == ""


# Everything is imported before root becomes somebody else, who may not be able to read our Python.
AS_NOBODY = """
import asyncio, asyncpg, encodings.idna, os, pwd, sys, subprocess
from importlib.metadata import version
from pathlib import Path
from kam.database import embedded
from kam.errors import Unavailable
entry = pwd.getpwnam("nobody")
os.setgroups([]); os.setgid(entry.pw_gid); os.setuid(entry.pw_uid)
try:
    with embedded.joined(Path(sys.argv[1]), durable=False) as server:
        print("started", (Path(sys.argv[1]) / "data").stat().st_uid == entry.pw_uid)
except Unavailable as refusal:
    print(refusal)
"""


def as_nobody(folder):
    command = [sys.executable, "-c", AS_NOBODY, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False).stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_the_server_as_themselves(folder):
    folder.mkdir()
    os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    assert as_nobody(folder) == "started True\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_one_may_not_write_to_is_a_sentence(folder):
    folder.mkdir(mode=0o755)
    assert "cannot be written to" in as_nobody(folder)
    folder.chmod(0o700)
    assert "cannot be" in as_nobody(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root")
def test_root_hears_when_the_user_of_the_server_cannot_reach_the_folder(folder):
    folder.parent.chmod(0o700)
    with pytest.raises(Unavailable, match="cannot enter"), embedded.joined(folder):
        pass


def test_data_of_another_version_are_not_touched(folder):
    with embedded.joined(folder, durable=False):
        pass
    (folder / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Unavailable, match="written by PostgreSQL 14"), embedded.joined(folder):
        pass


def test_a_folder_that_cannot_be_made_is_a_sentence(folder):
    folder.parent.joinpath("file").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be used"), embedded.joined(folder.parent / "file" / "data"):
        pass


def test_programs_that_are_not_there_are_a_sentence(folder):
    with pytest.raises(Unavailable, match="KAM_PG_BIN"), embedded.joined(folder, Path("/nowhere")):
        pass


def test_a_second_start_takes_less_than_a_second(folder):
    with embedded.joined(folder):
        pass
    begun = time.monotonic()
    with embedded.joined(folder):
        took = time.monotonic() - begun
    assert took < 2
