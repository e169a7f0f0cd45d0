"""Compiled templates are kept in the data folder, so that a new process neither parses nor translates what another has.

A page stands on some twenty templates of 15 ms each, which the first visitor of every new process would wait for.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import structlog
from jinja2 import FileSystemBytecodeCache, TemplateNotFound
from jinja2.bccache import Bucket

from kam import language
from kam.language import LANGUAGES
from kam.web import templates
from kam.web.assets import asset
from kam.web.compiling import PageEnvironment

log = structlog.get_logger()

NAME = "templates"  # in the data folder
# What beside a template its compiled form rests upon.
_CODE = ("compiling.py", "templates.py", "assets.py", "csrf.py")
_PACKAGES = ("jinja2", "markupsafe", "python-lucide")


def keep(data: Path) -> None:
    """From here on compiled templates are kept below `data`, and those that are there already are loaded: before the
    web processes fork, so that all of them share it. What cannot be written is compiled anew each time, and said."""
    folder = data / NAME / _edition()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_others(folder)
    except OSError as error:
        log.warning("Compiled templates cannot be kept in %s (%s), so first pages are slow.", folder, error.strerror)
        return
    for one in LANGUAGES:
        (folder / one).mkdir(exist_ok=True)
        environment = templates.environment(one)
        environment.bytecode_cache = _Kept(str(folder / one), "%s")
        _load(environment, folder / one)


def _edition() -> str:
    """Another text, icon or version is another edition; a changed template is known by itself."""
    said = hashlib.sha256()
    code = (Path(__file__).parent / name for name in _CODE)
    for file in (*code, *sorted(language.FOLDER.rglob("*.po"))):
        said.update(file.read_bytes())
    said.update(asset("icons").encode())  # which every icon names
    for package in _PACKAGES:
        said.update(version(package).encode())
    return said.hexdigest()[:16]


def _clear_others(folder: Path) -> None:
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    for draft in folder.rglob("*.tmp"):  # of a process that was killed
        draft.unlink(missing_ok=True)


def _load(environment: PageEnvironment, folder: Path) -> None:
    """Only what was compiled before: the rest is compiled when somebody first needs it."""
    cache = environment.bytecode_cache
    assert isinstance(cache, _Kept) and environment.loader
    there = {file.name for file in folder.iterdir()}
    for name in environment.list_templates(extensions=["html"]):
        if cache.get_cache_key(name, str(templates.FOLDER / name)) in there:
            with suppress(TemplateNotFound):
                environment.get_template(name)


class _Kept(FileSystemBytecodeCache):
    """A full disk slows the next process down and disturbs nobody."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
