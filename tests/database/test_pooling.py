"""A pooler that gives each transaction another session is refused with what to set; one that pools sessions is not."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kam.database import connecting, pooling
from kam.database.engine import KamEngine
from kam.database.identity import choose_identity
from kam.errors import Unavailable
from kam.settings import Settings
from tests.database.test_reaching import free_port

pytestmark = pytest.mark.skipif(not shutil.which("pgbouncer"), reason="needs PgBouncer")

IGNORED = "extra_float_digits, jit, search_path"


@pytest.fixture
def pooled(database, monkeypatch):
    """`pooled(mode, ignored)`: the address of the database behind a PgBouncer of that mode."""
    engine = KamEngine(config={})
    monkeypatch.setattr(connecting, "DB", engine)
    monkeypatch.setattr(pooling, "DB", engine)
    folder = Path(tempfile.mkdtemp(prefix="kam-pooler-"))
    folder.chmod(0o755)
    identity = choose_identity(folder)
    running = []

    def start(mode: str, ignored: str = IGNORED) -> str:
        parts, port = urlsplit(database), free_port()
        said = parse_qs(parts.query)
        (folder / "users").write_text(f'"{parts.username}" ""\n')
        (folder / "ini").write_text(
            f"[databases]\n* = host={said['host'][0]} port={said.get('port', ['5432'])[0]}\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = trust\nauth_file = {folder / 'users'}\n"
            f"pool_mode = {mode}\nunix_socket_dir =\nignore_startup_parameters = {ignored}\n"
        )
        command = [shutil.which("pgbouncer"), "-q", str(folder / "ini")]
        running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd="/", **identity.process_options()))
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        return f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"

    yield start
    for process in running:
        process.terminate()
        process.wait()
    shutil.rmtree(folder)


async def opened(url: str) -> None:
    async with connecting.connected(Settings(data=None, database_url=url), pool=3):
        assert await connecting.DB.fetchval("SELECT count(*) FROM migration") > 0


async def test_pooling_of_transactions_is_refused_with_what_to_set(pooled):
    with pytest.raises(Unavailable, match="pool_mode = session"):
        await opened(pooled("transaction"))


async def test_pooling_of_sessions_is_taken(pooled):
    await opened(pooled("session"))


async def test_a_pooler_that_takes_no_settings_of_a_session_is_named_as_the_cause(pooled):
    with pytest.raises(Unavailable, match="takes no settings of a session"):
        await opened(pooled("session", "extra_float_digits"))
