"""Words, colours, icons and comments of a file make no new version; what it lets happen does."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.starting import _settled
from kam.vocabulary import VOCABULARY
from kam.workflow import registry
from kam.workflow.history import altered_definitions
from kam.workflow.loading import assemble, remember
from kam.workflow.parsing import substance
from tests.workflow.test_renaming import files

SHOWN = {
    "another word": lambda text: text.replace('en = "Proposed"', 'en = "Put forward"'),
    "another tone": lambda text: text.replace('tone = "watch"', 'tone = "info"'),
    "another icon": lambda text: text.replace('icon = "send"', 'icon = "mail"'),
    "a comment": lambda text: f"# A comment.\n{text}",
    "a step of another name to people": lambda text: text.replace('en = "Decline"', 'en = "Say no"'),
}
DONE = {
    "another meaning": lambda text: text.replace('meaning = "waiting"', 'meaning = "open"'),
    "another role": lambda text: text.replace('roles = ["manager"]', 'roles = ["administrator"]'),
    "another length": lambda text: text.replace("days", "weeks"),
}


@pytest.fixture
async def kept(cast, now):
    """The files of today are kept, and their hashes by workflow."""
    before = registry.current()
    today = assemble(files(), VOCABULARY)
    await remember(today, now=now)
    yield {name: definition.hash for name, definition in today.definitions.items()}
    registry.install(before)


async def started(now, change):
    """The hash by which the changed workflow goes on after a start."""
    text = dict(files(designation=change))["designation.toml"]
    assert text != dict(files())["designation.toml"], "nothing was changed"
    workflows = await _settled(assemble(files(designation=change), VOCABULARY))
    await remember(workflows, now=now)
    return workflows.definitions["designation"]


@pytest.mark.parametrize("what", SHOWN)
async def test_what_is_only_shown_makes_no_new_version(kept, now, what):
    definition = await started(now, SHOWN[what])
    assert definition.hash == kept["designation"]
    assert registry.current().definition("designation").title == definition.title
    assert await DB.fetchval("SELECT count(*) FROM workflow_definition WHERE workflow = 'designation'") == 1
    assert await altered_definitions() == []


@pytest.mark.parametrize("what", DONE)
async def test_what_a_file_lets_happen_makes_one(kept, now, what):
    definition = await started(now, DONE[what])
    assert definition.hash != kept["designation"]
    assert await DB.fetchval("SELECT count(*) FROM workflow_definition WHERE workflow = 'designation'") == 2


def test_a_state_may_be_called_like_a_word_that_is_only_shown():
    text = '[states.title]\nkind = "final"\ntitle = { en = "T" }\n'
    assert substance(text) == '{"states": {"title": {"kind": "final"}}}'
    assert substance("[states.icon]\n") != substance("[states.tone]\n")
