"""The states of a workflow to filter by: those of its file, and whatever else something still stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam.language import title
from kam.people.viewer import Viewer
from kam.web.badges import badges_of
from kam.web.current import current
from kam.workflow.queries import states_in_use
from kam.workflow.registry import current as workflows


@dataclass(frozen=True)
class StatesOf:
    workflow: str

    async def __call__(self, viewer: Viewer) -> Sequence[tuple[str, str]]:
        definition, badges = workflows().known_or_absent(self.workflow), badges_of(self.workflow)
        names = dict.fromkeys([*definition.states, *await states_in_use(self.workflow)])
        language = current().language
        return [
            (name, badges[name].words(language) if name in badges else title(definition.state(name).title, language))
            for name in names
        ]
