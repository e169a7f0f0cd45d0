"""A workflow is drawn with its numbers, in each language, without a style of its own and without texts in the way."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from kam.language import LANGUAGES, title
from kam.workflow.diagram import svg
from kam.workflow.layout import lay_out, width_of

NAMES = ("relationship", "account_plan", "early_warning", "designation")


@pytest.fixture(params=NAMES)
def definition(request, loaded):
    return loaded.definition(request.param)


def texts(drawing: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(drawing).iter() if element.tag.endswith("text")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_every_step_has_its_name(definition, language):
    found = texts(svg(definition, language=language))
    for one in (*definition.states.values(), *definition.transitions.values()):
        assert title(one.title, language) in found


def test_each_state_shows_how_many_are_there_and_for_how_long(loaded):
    drawing = svg(loaded.definition("early_warning"), {"watch": 1200}, {"watch": 3.25, "exit": 40.6})
    assert "1,200 here · 3.2 days" in drawing
    assert "0 here · 41 days" in drawing


def test_the_present_state_is_marked_once(loaded):
    drawing = svg(loaded.definition("relationship"), state="develop")
    assert re.findall(r'diagram-here" data-state="(\w+)"', drawing) == ["develop"]


def test_it_carries_a_name_and_a_description_and_no_style(definition):
    drawing = svg(definition)
    root = ElementTree.fromstring(drawing)
    ids = {element.get("id") for element in root.iter()} - {None}
    assert set(root.get("aria-labelledby").split()) <= ids
    assert "style=" not in drawing
    assert "<script" not in drawing


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_their_states_and_tracks_do_not_overlap(definition, language):
    numbers = "1,000,000 here · 1,000 days"
    lines = {name: (title(state.title, language), numbers) for name, state in definition.states.items()}
    layout = lay_out(definition, lines, language)
    for name, node in layout.nodes.items():
        assert width_of(lines[name][1]) < node.width
    for side in (-1, 1):
        tracks = [track for track in layout.tracks if track.side == side]
        for one in tracks:
            for other in tracks:
                if one is not other and one.level == other.level:
                    assert one.span[1] < other.span[0] or other.span[1] < one.span[0]
    for step, source, label in layout.straight:
        gap = layout.nodes[step.target].x - layout.nodes[source].x - layout.nodes[source].width
        assert width_of(label) < gap


def test_titles_are_escaped(loaded):
    from dataclasses import replace

    definition = replace(loaded.definition("designation"), title={"en": "<b>&"})
    assert "<b>" not in svg(definition)
