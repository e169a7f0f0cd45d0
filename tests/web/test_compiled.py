"""Compiled templates are kept for the next process, and never outlive what they were made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from kam.language import LANGUAGES
from kam.web import compiled, templates
from kam.web.compiling import PageEnvironment


@pytest.fixture(autouse=True)
def anew(monkeypatch):
    """Environments that have compiled nothing yet."""
    templates.environment.cache_clear()
    yield
    templates.environment.cache_clear()


@pytest.fixture
def page() -> str:
    return min(templates.environment("en").list_templates(extensions=["html"]))


@pytest.fixture
def compilations(monkeypatch) -> list[str]:
    """The names of the templates that were compiled since."""
    made: list[str] = []
    compiling = PageEnvironment.compile

    def compile(self, source, name=None, *args, **kwargs):
        made.append(str(name))
        return compiling(self, source, name, *args, **kwargs)

    monkeypatch.setattr(PageEnvironment, "compile", compile)
    return made


def used(data: Path, page: str) -> None:
    compiled.keep(data)
    templates.environment("zh_Hans").get_template(page)
    templates.environment.cache_clear()


def test_what_one_process_has_compiled_the_next_has_loaded_when_it_starts(tmp_path, page, compilations):
    used(tmp_path, page)
    assert compilations == [page]
    compiled.keep(tmp_path)
    environment = templates.environment("zh_Hans")
    assert [name for _, name in environment.cache] == [page]  # type: ignore[union-attr]
    environment.get_template(page)
    assert compilations == [page]


def test_each_language_has_its_own(tmp_path, page, compilations):
    used(tmp_path, page)
    compiled.keep(tmp_path)
    templates.environment("zh_Hant").get_template(page)
    assert compilations == [page, page]


def test_another_edition_begins_anew_and_clears_the_old_one_away(tmp_path, page, compilations, monkeypatch):
    used(tmp_path, page)
    monkeypatch.setattr(compiled, "version", lambda package: "0")
    used(tmp_path, page)
    assert compilations == [page, page]
    assert len(list((tmp_path / compiled.NAME).iterdir())) == 1


def test_a_changed_template_is_compiled_anew(tmp_path, page, compilations, monkeypatch):
    monkeypatch.setattr(templates, "FOLDER", _copied(tmp_path / "copy", page, "<p>old</p>"))
    used(tmp_path, page)
    (templates.FOLDER / page).write_text("<p>new</p>", encoding="utf-8")
    used(tmp_path, page)
    assert compilations == [page, page]


def _copied(folder: Path, page: str, text: str) -> Path:
    (folder / page).parent.mkdir(parents=True)
    (folder / page).write_text(text, encoding="utf-8")
    return folder


def test_a_broken_file_and_a_draft_of_somebody_killed_do_no_harm(tmp_path, page, compilations):
    used(tmp_path, page)
    [kept] = [file for file in (tmp_path / compiled.NAME).rglob("*") if file.is_file()]
    kept.write_bytes(b"j2")
    (kept.parent / f"{kept.name}x.tmp").write_bytes(b"half")
    used(tmp_path, page)
    assert compilations == [page, page] and [file.name for file in kept.parent.iterdir()] == [kept.name]


def test_what_cannot_be_written_is_compiled_each_time(tmp_path, page, compilations):
    (tmp_path / compiled.NAME).write_text("a file where the folder should be")
    used(tmp_path, page)
    used(tmp_path, page)
    assert compilations == [page, page]


def test_a_full_disk_slows_down_and_disturbs_nobody(tmp_path, page, compilations, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jinja2.bccache.tempfile.NamedTemporaryFile", full)
    used(tmp_path, page)
    used(tmp_path, page)
    assert compilations == [page, page]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_from_the_kept_form_is_the_same(tmp_path, language):
    def drawn() -> str:
        templates.environment.cache_clear()
        compiled.keep(tmp_path)
        return templates.environment(language).get_template("shared/empty.html").module.__html__()  # type: ignore

    assert drawn() == drawn()


def test_what_is_kept_holds_nothing_of_the_process_that_compiled_it(tmp_path):
    """Nobody could sign in with the proof of a process that is gone."""
    compiled.keep(tmp_path)
    for name in ("people/sign_in.html", "layouts/_top.html", "shared/steps.html"):
        templates.environment("en").get_template(name)
    kept = [file.read_bytes() for file in (tmp_path / compiled.NAME).rglob("*") if file.is_file()]
    assert kept and not [one for one in kept if templates.PROOF.encode() in one]


def test_another_set_of_icons_is_another_edition(monkeypatch):
    before = compiled._edition()
    monkeypatch.setattr(compiled, "asset", lambda _name: "/static/icons.other.svg")
    assert compiled._edition() != before
