"""Words, tones and icons of everything that is shown as a badge; nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from markupsafe import Markup, escape

from kam.language import N_, gettext
from kam.web.assets import icon as drawn
from kam.workflow.registry import in_force


@dataclass(frozen=True)
class Badge:
    """`tone` is one of calm, info, good, watch, bad, dark. `titles` are those of a workflow file."""

    title: str
    tone: str = "calm"
    icon: str = ""
    titles: tuple[tuple[str, str], ...] = ()

    def words(self, language: str) -> str:
        return dict(self.titles).get(language) or gettext(language, self.title)


Badges = Mapping[str, Badge]


class StateBadges(Mapping[str, Badge]):
    """Those of a workflow's states: called and shown as its file says. Where that says nothing, or is not in force,
    they are `known`, or shown as the state was that it was renamed from."""

    def __init__(self, workflow: str, known: Mapping[str, Badge]) -> None:
        self.workflow, self.known = workflow, known

    def __getitem__(self, name: str) -> Badge:
        workflows = in_force()
        definition = workflows.definitions.get(self.workflow) if workflows else None
        state = definition.state(name) if definition else None
        if state is None or not state.description:
            return self.known[name]
        former = next((self.known[old] for old in (name, *state.renamed_from) if old in self.known), Badge(name))
        tone = state.toned if state.tone or state.meaning else former.tone
        return Badge(name, tone, state.icon or former.icon, tuple(state.title.items()))

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


_LEVELS = {
    "normal": Badge(N_("Normal"), "good", icon="circle-check"),
    "watch": Badge(N_("Watch"), "watch", icon="eye"),
    "doubtful": Badge(N_("Doubtful"), "bad", icon="triangle-alert"),
    "exit": Badge(N_("Exit"), "dark", icon="log-out"),
}
LEVELS: Badges = StateBadges("early_warning", _LEVELS)
LEVEL_NAMES = ("normal", "watch", "doubtful", "exit")  # by the fact `warning_level`, 0 to 3
_STAGES = {
    "build": Badge(N_("Build"), "info", icon="hammer"),
    "develop": Badge(N_("Develop"), "info", icon="trending-up"),
    "maintain": Badge(N_("Maintain"), "good", icon="shield-check"),
    "break": Badge(N_("Break"), "bad", icon="unlink"),
    "win_back": Badge(N_("Win back"), "watch", icon="undo-2"),
}
_PLAN_STATES = {
    "draft": Badge(N_("Draft"), "calm", icon="pencil"),
    "submitted": Badge(N_("Submitted"), "watch", icon="send"),
    "approved": Badge(N_("Approved"), "good", icon="circle-check"),
    "in_execution": Badge(N_("In execution"), "info", icon="play"),
    "reviewed": Badge(N_("Reviewed"), "good", icon="check-check"),
    "closed": Badge(N_("Closed"), "calm", icon="archive"),
    "superseded": Badge(N_("Superseded"), "calm", icon="rotate-ccw-clock"),
}
_DESIGNATIONS = {
    "ordinary": Badge(N_("Ordinary"), "calm", icon="circle"),
    "proposed": Badge(N_("Proposed"), "watch", icon="send"),
    "designated": Badge(N_("Key account"), "good", icon="star"),
    "withdrawn": Badge(N_("Withdrawn"), "calm", icon="circle-slash"),
}
STAGES: Badges = StateBadges("relationship", _STAGES)
PLAN_STATES: Badges = StateBadges("account_plan", _PLAN_STATES)
DESIGNATIONS: Badges = StateBadges("designation", _DESIGNATIONS)
KINDS: dict[str, Badges] = {
    "level": LEVELS, "stage": STAGES, "designation": DESIGNATIONS,
    "relationship": STAGES, "early_warning": LEVELS, "account_plan": PLAN_STATES,
}  # fmt: skip


@cache
def badges_of(kind: str) -> Badges:
    """Those of a kind, or of the states of a workflow."""
    return KINDS.get(kind) or StateBadges(kind, {})


def badge(badges: Badges, value: object, language: str) -> Markup:
    """The badge of one value; a value without one is shown as it is."""
    if value is None or value == "":
        return Markup("")
    name = LEVEL_NAMES[value] if badges is LEVELS and isinstance(value, int) and 0 <= value <= 3 else str(value)
    known = badges.get(name)
    return _drawn(known, language) if known else Markup(f'<span class="badge">{escape(name)}</span>')


@lru_cache(maxsize=512)
def _drawn(known: Badge, language: str) -> Markup:
    picture = drawn(known.icon) if known.icon else ""
    return Markup(f'<span class="badge" data-tone="{known.tone}">{picture}{escape(known.words(language))}</span>')
