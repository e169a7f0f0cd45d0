"""`bin/setup` and `bin/kam` where uv, apt and Python are stand-ins that write down how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTE = 'echo "$(basename "$0") $*" >> "$KAM_TEST_NOTES"\n'
UV = (
    '[ "$1" = --version ] && exit 0\n'
    + NOTE
    + "mkdir -p .venv/bin; touch .venv/pyvenv.cfg; cp python .venv/bin/python\n"
)
LIBRARIES = "echo libpango-1.0.so.0 libpangoft2-1.0.so.0\n"


class Checkout:
    """A folder with our scripts, and the programs that they find before those of the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs, self.notes = folder, folder / ".uv" / "bin", folder / "notes"
        self.programs.mkdir(parents=True)
        shutil.copytree(ROOT / "bin", folder / "bin")
        shutil.copy(ROOT / "pyproject.toml", folder)
        self.python("exit 0\n")
        self.program("uv", UV)
        self.program("ldconfig", LIBRARIES)

    def program(self, name: str, body: str, folder: Path | None = None) -> None:
        path = (folder or self.programs) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n" + body)
        path.chmod(0o755)

    def python(self, body: str) -> None:
        """What will stand in `.venv`."""
        (self.folder / "python").write_text("#!/bin/sh\n" + body)
        (self.folder / "python").chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        self.notes.write_text("")
        env = {
            **os.environ,
            "PATH": f"{self.programs}:{self.folder}/machine:{os.environ['PATH']}",
            "KAM_TEST_NOTES": str(self.notes),
        }
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        return self.run("bin/setup")

    @property
    def complete(self) -> bool:
        return (self.folder / ".venv" / ".made-from").exists()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path / "kam")


def test_a_set_up_that_ran_through_is_marked_complete(checkout):
    assert checkout.set_up().returncode == 0
    assert checkout.complete
    assert "--reinstall" not in checkout.notes.read_text()


def test_after_an_interrupted_one_every_package_is_installed_anew(checkout):
    checkout.program("uv", UV + "kill -KILL $PPID\n")
    assert checkout.set_up().returncode != 0
    assert not checkout.complete
    checkout.program("uv", UV)
    told = checkout.set_up()
    assert "interrupted" in told.stderr
    assert "--reinstall" in checkout.notes.read_text()
    assert checkout.complete


def test_one_interrupted_while_it_took_new_dependencies_is_not_complete_either(checkout):
    checkout.set_up()
    checkout.program("uv", UV + "exit 2\n")
    assert checkout.set_up().returncode == 1
    assert not checkout.complete


def test_packages_that_do_not_work_together_are_said_and_not_called_ready(checkout):
    checkout.python("echo ModuleNotFoundError >&2; exit 1\n")
    told = checkout.set_up()
    assert told.returncode == 1
    assert "do not work together" in told.stderr
    assert "Ready" not in told.stderr
    assert not checkout.complete


def test_kam_sets_up_again_until_that_is_complete_and_then_no_more(checkout):
    (checkout.folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(checkout.folder / "python", checkout.folder / ".venv" / "bin" / "python")
    assert "Ready." in checkout.run("bin/kam", "--version").stderr
    assert checkout.run("bin/kam", "--version").stderr == ""


def test_a_long_list_of_libraries_is_read_to_its_end(checkout):
    """What is found early must not make the program that lists them fail."""
    many = "i=0; while [ $i -lt 3000 ]; do echo lib$i.so.0 in some long folder; i=$((i+1)); done\n"
    checkout.program("ldconfig", LIBRARIES + many)
    checkout.program("apt-get", NOTE + "exit 1\n")
    assert checkout.set_up().returncode == 0
    assert "apt-get" not in checkout.notes.read_text()


def test_an_interrupted_installation_of_uv_is_begun_anew_with_the_python_of_the_machine(checkout):
    """The Python that it left is found first, and goes with it."""
    checkout.program("uv", "exit 1\n")
    checkout.program("python3", "exit 0\n")
    pip = "mkdir -p .uv/bin; printf '#!/bin/sh\\necho pip\\nexit 7\\n' > .uv/bin/pip; chmod +x .uv/bin/pip\n"
    checkout.program("python3", '[ "$1" = -m ] && { ' + pip.strip() + "; }; exit 0\n", checkout.folder / "machine")
    told = checkout.set_up()
    assert "No such file" not in told.stderr
    assert told.stdout == "pip\n"


def test_kam_is_found_through_links(checkout, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "first").symlink_to(checkout.folder / "bin" / "kam")
    (tmp_path / "elsewhere" / "second").symlink_to("first")
    checkout.python('echo "$PYTHONPATH"\n')
    told = checkout.run(str(tmp_path / "elsewhere" / "second"))
    assert told.returncode == 0
    assert told.stdout.splitlines()[-1].split(":")[0] == str(checkout.folder)


@pytest.mark.parametrize(("libraries", "asked"), [("echo none\n", True), (LIBRARIES, False)])
def test_the_clocks_for_tests_come_along_and_stop_nobody(checkout, libraries, asked):
    checkout.program("ldconfig", libraries)
    checkout.program("chromium", "exit 0\n")
    checkout.program("id", "echo 0\n")
    checkout.program("apt-get", NOTE)
    assert checkout.run("bin/setup", "--tests").returncode == 0
    assert ("faketime" in checkout.notes.read_text()) is asked


def test_an_apt_that_fails_is_told_with_what_to_do(checkout):
    checkout.program("ldconfig", "exit 0\n")
    checkout.program("id", "echo 0\n")
    checkout.program("apt-get", '[ "$1" = update ] && exit 0\necho "E: no space" >&2\nexit 100\n')
    told = checkout.set_up()
    assert told.returncode == 1
    assert "E: no space" in told.stderr
    assert "could not install" in told.stderr
    assert "may take" in told.stderr


@pytest.mark.parametrize(
    ("sudo", "line"),
    [
        (True, "sudo apt-get update && sudo apt-get install -y"),
        (False, "as root: apt-get update && apt-get install -y"),
    ],
)
def test_an_ordinary_user_is_told_what_to_type(checkout, sudo, line):
    checkout.program("ldconfig", "exit 0\n")
    checkout.program("id", "echo 1000\n")
    checkout.program("apt-get", "exit 1\n")
    if sudo:
        checkout.program("sudo", "exit 1\n")
    elif shutil.which("sudo"):
        pytest.skip("This machine has sudo.")
    told = checkout.set_up()
    assert told.returncode == 1
    assert line in told.stderr
