"""The commands. Each imports what it needs when it runs, so that `kam --help` and a start are quick."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any

import click

from kam import VERSION, clock
from kam import settings as environment
from kam.errors import DomainError
from kam.people.roles import ACCOUNT_MANAGER, ROLES

_TRIES = 4  # at bringing up to date a database that is killed meanwhile


def main() -> None:
    """Runs a command; what it refuses is one sentence and exit status 1, never a traceback."""
    _write_any_letter()
    try:
        commands(prog_name="kam")
    except DomainError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    except Exception as error:  # of these some are the database's own troubles; all others are faults of ours
        from kam.database.refusals import sentence

        known = sentence(error)
        if known is None:
            raise
        click.echo(known, err=True)
        sys.exit(1)


def _write_any_letter() -> None:
    """A terminal that has no 王 shows a question mark in its place, instead of ending the command there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@click.group(epilog="Data lie in the folder KAM_DATA; docs/operation.md names every setting.")
@click.version_option(package_name="kam", version=VERSION, prog_name="kam")
def commands() -> None:
    """Key accounts: relationships, plans and early warning."""


@asynccontextmanager
async def standing(connections: int = 4) -> AsyncIterator[str]:
    from kam.starting import started

    async with started(environment.read(), pool=connections, prepare=True) as url:
        yield url


def with_database(command: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """For commands that do one thing in the database and end."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        async def inside() -> None:
            async with standing():
                await command(*args, **options)

        asyncio.run(inside())

    return run


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Web processes; by default one per core.")
def serve(host: str, port: int, workers: int | None) -> None:
    """Serve the application, with a job worker beside it."""
    if os.geteuid() == 0:
        click.echo("kam runs as root; better as a user of its own, as docs/operation.md says.", err=True)
    _serve(host, port, workers)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(host: str, port: int) -> None:
    """Serve a filled demonstration, in a data folder of its own."""
    settings = environment.read()
    if settings.database_url:
        raise click.ClickException("The demo has a database of its own. Unset KAM_DATABASE_URL and try again.")
    folder = _of_demo(settings.data)
    os.environ["KAM_DATA"], os.environ["KAM_DEMO"] = str(folder), "yes"

    async def fill() -> None:
        from kam.demo import filling

        await filling.fill(now=clock.now(), say=click.echo)
        click.echo(f"The demo keeps its data in {folder}. To begin anew, stop it and remove that folder.")

    _serve(host, port, None, first=fill)


def _of_demo(data: Path) -> Path:
    """Beside the data folder, so that the demo never touches it; one that is called so already is the demo's own."""
    return data if data.name.endswith("-demo") else data.with_name(data.name + "-demo")


async def _nothing() -> None:
    pass


def _serve(
    host: str, port: int, workers: int | None, *, first: Callable[[], Coroutine[Any, Any, None]] = _nothing
) -> None:
    """Brings the database up to date, does what comes `first`, then serves."""
    from kam import serving

    processes = workers or _cores()

    async def prepare() -> None:
        async with standing():
            await first()
            await _share(processes)

    with serving.ground(environment.read(), host, port):
        _lasting(prepare)
        serving.run(host, port, processes)


def _lasting(prepare: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begun anew where the database is killed meanwhile, which is started again beside us."""
    from kam.database.patience import growing_pauses
    from kam.database.refusals import PASSING, passes

    for pause in islice(growing_pauses(), _TRIES):
        try:
            return asyncio.run(prepare())
        except PASSING as failure:
            if not passes(failure):
                raise
            click.echo(f"The database was interrupted while it was prepared; once more. ({failure})", err=True)
            time.sleep(pause)
    asyncio.run(prepare())


async def _share(processes: int) -> None:
    """Says how many connections there will be at most, and leaves the web processes their part of them."""
    from kam.database.room import shares
    from kam.jobs.connections import CONNECTIONS, OF_QUEUE
    from kam.jobs.crowding import taken_by_others

    others = await taken_by_others()
    found = await shares(processes, beside=CONNECTIONS + OF_QUEUE, pool=environment.read().pool, others=others)
    click.echo(str(found))
    if found.warning:
        click.echo(found.warning, err=True)
    os.environ["KAM_POOL"], os.environ["KAM_CONNECTIONS"] = str(found.pool), str(processes * found.pool)


def _cores() -> int:
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8))


@commands.command()
@click.option("--once", is_flag=True, help="End when no job is left.")
@click.option("--beside", type=int, hidden=True, help="End with this process, which started it.")
def work(once: bool, beside: int | None) -> None:
    """Do the jobs: long work, deadlines, the nightly sweep. Start as many as you like."""

    async def inside() -> None:
        from kam import logs
        from kam.jobs.connections import CONNECTIONS
        from kam.jobs.worker import work as run_worker
        from kam.schedule import SCHEDULE, load_work
        from kam.serving import leave_with

        logs.configure()
        load_work()
        orphaned = asyncio.create_task(leave_with(beside)) if beside else None
        async with standing(CONNECTIONS) as url:
            await run_worker(url, SCHEDULE, once=once)
        if orphaned:
            orphaned.cancel()

    asyncio.run(inside())


@commands.command()
@with_database
async def sweep() -> None:
    """Compute all facts anew and let the triggers act, now."""
    from kam.sweeping import sweep as run_sweep

    click.echo(f"{await run_sweep(clock.now())} customers looked at.")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind", required=True, help="customers, orders, opportunities, products, or the address of a kind of record."
)
@click.option("--as", "email", required=True, help="E-mail address of the person who imports.")
@click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="A column by its name in the header.")
@click.option("--team", default="", help="Name of the team of new customers; by default the importer's own.")
@click.option("--currency", default="EUR", show_default=True, help="Where the file names none.")
@click.option("--source", default="", help="Keeps the order numbers of two systems apart.")
@click.option(
    "--create-customers", is_flag=True, help="Create the customers that an order file names and nobody knows."
)
@click.option("--keep-duplicates", is_flag=True, help="Import exact copies of a line too.")
@click.option("--all-or-nothing", is_flag=True, help="Import nothing if a row fails.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@with_database
async def import_file(file: Path, kind: str, email: str, columns: tuple[str, ...], team: str, **options: Any) -> None:
    """Import customers, orders, products or other records. From CSV, also gzipped, or XLSX."""
    from kam.importing import cli

    await cli.import_as(email, file, kind, columns=columns, team=team, now=clock.now(), say=click.echo, **options)


@commands.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", prompt=True, help="Asked for if it is not given.")
@click.option("--role", default=ACCOUNT_MANAGER, show_default=True, type=click.Choice(list(ROLES)))
@click.option("--password", default=None, help="Without it, one is made and shown.")
@with_database
async def add_user(email: str, name: str, role: str, password: str | None) -> None:
    """Let somebody sign in."""
    from kam.people import adding, passwords
    from kam.workflow.actors import SYSTEM

    secret = password or passwords.temporary()
    await adding.add(name=name, email=email, role=role, by=SYSTEM, now=clock.now(), password=secret)
    click.echo(f"{name} may sign in as {email}." + ("" if password else f" Password: {secret}"))


@user.command("list")
@with_database
async def list_users() -> None:
    """Who is there, with role and teams."""
    from kam.people.listing import everybody

    for person in await everybody():
        click.echo("\t".join((person["email"], person["name"], person["role"], person["state"], person["teams"])))


@user.command("password")
@click.argument("email")
@click.option("--password", default=None, help="Without it, one is made and shown.")
@with_database
async def set_password(email: str, password: str | None) -> None:
    """Give somebody a new password and sign them out everywhere."""
    from kam.people import passwords, resetting

    secret = password or passwords.temporary()
    await resetting.reset_password(email, secret, now=clock.now())
    click.echo(f"{email} has a new password." + ("" if password else f" It is: {secret}"))


@user.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(list(ROLES)))
@click.option("--yes", is_flag=True, help="Also if they could no longer look after what they hold.")
@with_database
async def set_role(email: str, role: str, yes: bool) -> None:
    """Give somebody another role; says first what they hold and could no longer look after."""
    from kam.leaving import cli

    await cli.give_role(email, role, yes=yes, now=clock.now(), say=click.echo)


@user.command("deactivate")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Also if they hold what others wait for.")
@click.option("--to", default="", metavar="EMAIL", help="Who takes over what they looked after.")
@with_database
async def deactivate_user(email: str, yes: bool, to: str) -> None:
    """Let somebody sign in no longer; says first what they hold."""
    from kam.leaving import cli

    await cli.deactivate(email, yes=yes, to=to, now=clock.now(), say=click.echo)


@commands.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything into one file. It is as things stand at this moment; kam may be running."""
    from kam.database.backing_up import back_up
    from kam.starting import WORKFLOWS

    asyncio.run(back_up(environment.read(), file, workflows=WORKFLOWS, now=clock.now(), say=click.echo))


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup in. The data folder (KAM_DATA) or the database (KAM_DATABASE_URL) must be empty."""
    from kam import restoring

    asyncio.run(restoring.restore(environment.read(), file, say=click.echo))


@commands.command()
@click.option("--seal", default="", metavar="HASH", help="A seal that you kept elsewhere, which must still be there.")
@with_database
async def verify(seal: str) -> None:
    """Compute the whole history anew and compare. Plans, files, steps, changes, seals; every fault is named."""
    from kam.verifying import told
    from kam.verifying import verify as look

    found = await look()
    faults = found.faults + found.missing(seal)
    for line in told(found, faults):
        click.echo(line)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)


@commands.command()
def check() -> None:
    """Check workflow files, database, history and fonts. Every fault is named, with what to do."""
    from kam.checking import check_all

    checked = asyncio.run(check_all(environment.read()))
    for fault in checked.faults:
        click.echo(fault, err=True)
    for remark in checked.remarks:
        click.echo(remark)
    if checked.faults:
        sys.exit(1)
    click.echo("Everything is in order.")
