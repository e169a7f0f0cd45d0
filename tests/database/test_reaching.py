"""A server as a company has it – on the network, with TLS, with rules about who may come – and each wrong turn on the
way to it as a sentence that names the true cause."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from kam.database import addresses, binaries, cluster, connecting, postmaster
from kam.database.binaries import find_binaries
from kam.database.engine import KamEngine
from kam.database.identity import choose_identity
from kam.errors import Unavailable
from kam.settings import Settings
from tests.server import by_superuser

RULES = """
local all all trust
hostssl all kam 127.0.0.1/32 trust
hostssl all guest 127.0.0.1/32 scram-sha-256
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def folder():
    parent = Path(tempfile.mkdtemp(prefix="kam-tls-"))
    parent.chmod(0o755)
    yield parent
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture(scope="module")
def port(folder):
    """Of a server that lets nobody in without TLS; its certificate is its own, for the name “db.example.com”."""
    identity = choose_identity(folder)
    identity.require_access(folder)
    named = next(iter(binaries._on_the_system()), None)
    if named is None:
        pytest.skip("The PostgreSQL that kam carries has no TLS, and this machine has none of its own.")
    programs = find_binaries(folder, named, identity)
    cluster.create_if_missing(folder, programs, identity)
    data = folder / "data"
    certify(data, identity)
    (data / "pg_hba.conf").write_text(RULES)
    chosen = free_port()
    options = {"listen_addresses": "127.0.0.1", "port": chosen, "unix_socket_directories": str(data), "ssl": "on"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs.program("postgres"), "-D", str(data), *settings],
        stderr=subprocess.DEVNULL, cwd="/", **identity.process_options(),
    )  # fmt: skip
    try:
        while not (found := postmaster.noted(folder)) or found.status != "ready":
            assert server.poll() is None
            time.sleep(0.02)
        made = [programs.program("psql"), "-h", str(data), "-p", str(chosen), "-U", "kam", "-d", "postgres", "-c"]
        subprocess.run([*made, "CREATE DATABASE kam"], check=True, capture_output=True, **identity.process_options())
        yield chosen
    finally:
        server.terminate()
        server.wait()


def certify(data, identity):
    key, certificate = data / "server.key", data / "server.crt"
    subject = ["-subj", "/CN=db.example.com", "-addext", "subjectAltName=DNS:db.example.com"]
    subprocess.run(
        ["openssl", "req", "-new", "-x509", "-days", "2", "-nodes", "-out", certificate, "-keyout", key, *subject],
        check=True, capture_output=True,
    )  # fmt: skip
    for path in (key, certificate):
        identity.own(path)
        path.chmod(0o600 if path == key else 0o644)


@pytest.fixture
def engine(monkeypatch):
    own = KamEngine(config={})
    monkeypatch.setattr(connecting, "DB", own)
    return own


async def refusal(url):
    with pytest.raises(Unavailable) as refused:
        async with connecting.connected(Settings(data=None, database_url=url)):
            pass
    assert "secret" not in str(refused.value)
    return str(refused.value)


async def test_a_server_that_admits_nobody_without_tls_says_so(port, engine):
    assert "sslmode=require" in await refusal(f"postgresql://kam:secret@127.0.0.1:{port}/kam?sslmode=disable")


async def test_a_certificate_that_is_not_known_is_named_as_the_cause(port, engine, folder):
    authority = folder / "data" / "server.crt"
    wrong = f"postgresql://kam:secret@127.0.0.1:{port}/kam?sslmode=verify-full&sslrootcert={authority}"
    assert "certificate" in await refusal(wrong)
    unknown = folder / "data" / "other"
    unknown.mkdir(exist_ok=True)
    certify(unknown, choose_identity(folder))
    wrong = f"postgresql://kam:secret@127.0.0.1:{port}/kam?sslmode=verify-ca&sslrootcert={unknown / 'server.crt'}"
    assert "certificate" in await refusal(wrong)


async def test_with_tls_it_takes_us(port, engine, folder):
    url = f"postgresql://kam@127.0.0.1:{port}/kam?sslmode=verify-ca&sslrootcert={folder / 'data' / 'server.crt'}"
    async with connecting.connected(Settings(data=None, database_url=url)):
        assert await engine.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


async def test_who_is_not_admitted_and_who_has_the_wrong_password_are_told_apart(port, engine):
    assert "pg_hba.conf" in await refusal(f"postgresql://stranger:secret@127.0.0.1:{port}/kam?sslmode=require")
    assert "password" in await refusal(f"postgresql://guest:secret@127.0.0.1:{port}/kam?sslmode=require")


async def test_a_server_without_tls_is_not_called_down(engine):
    async with plain_server() as port:
        assert "speaks no TLS" in await refusal(f"postgresql://kam:secret@127.0.0.1:{port}/kam?sslmode=require")


async def test_a_silent_first_host_costs_seconds_and_is_asked_last_from_then_on(port, engine):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hosts = f"127.0.0.1:{silent.getsockname()[1]},127.0.0.1:{port}"
        url = f"postgresql://kam@{hosts}/kam?sslmode=require&connect_timeout=5"
        began = time.monotonic()
        async with connecting.connected(Settings(data=None, database_url=url)):
            assert time.monotonic() - began < 5
            began = time.monotonic()
            link = await engine.get_new_connection()
            assert time.monotonic() - began < 1
            await link.close()


async def test_names_need_small_letters_for_all_capitals(database, engine):
    """As PostgreSQL makes databases where the machine has no language set."""
    import asyncpg

    control = await asyncpg.connect(by_superuser(database))
    name = f"letters_{os.getpid()}"
    try:
        await control.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc")
        before, _, after = database.rpartition("/")
        assert "LC_CTYPE" in await refusal(f"{before}/{name}?{after.partition('?')[2]}")
    finally:
        await control.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await control.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://kam:se@cret@host/kam", "“@” as %40"),
        ("postgresql://kam:se/cret@host/kam", "“/” as %2F"),
        ("postgresql://kam:se?cret@host/kam", "“?” as %3F"),
        ("postgresql://kam:se#cret@host/kam", "“#” as %23"),
        ("postgresql://kam:se%cret!@host/kam", "“%”. Write it as %25"),
        ("postgresql://kam:secret@host/kam?search_path=kam", "“search_path”"),
        ("host=db.example.com password=secret", "does not begin with postgresql://"),
    ],
)
def test_an_address_that_is_written_wrongly_says_what_to_write(url, sentence):
    with pytest.raises(Unavailable) as refused:
        addresses.check(url)
    assert sentence in str(refused.value)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://kam:s%40cret@a.example,b.example:5433/kam?target_session_attrs=read-write&keepalives_idle=30",
        "postgresql://kam@/kam?host=%2Ftmp%2Fsocket&port=5432",
        "postgres://db.example.com/kam?application_name=a@b",
        "postgresql:///kam?options=-c%20search_path%3Dkam",
    ],
)
def test_what_the_clients_know_is_taken(url):
    addresses.check(url)


def test_each_host_stands_alone_without_what_only_libpq_knows():
    url = "postgresql://kam:s%40@a.example,b.example:5433/kam?sslmode=require&keepalives=1&connect_timeout=3"
    assert addresses.each_host(url) == [
        "postgresql://kam:s%40@a.example/kam?sslmode=require",
        "postgresql://kam:s%40@b.example:5433/kam?sslmode=require",
    ]
    assert addresses.each_host("postgresql://kam@/kam?host=a,b&port=5432,5433") == [
        "postgresql://kam@/kam?host=a&port=5432",
        "postgresql://kam@/kam?host=b&port=5433",
    ]


class plain_server:
    """Answers the question for TLS with no, as PostgreSQL without a certificate does."""

    async def __aenter__(self):
        import asyncio

        async def answer(reader, writer):
            await reader.read(8)
            writer.write(b"N")
            await writer.drain()
            writer.close()

        self.server = await asyncio.start_server(answer, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def __aexit__(self, *_):
        self.server.close()
