"""A definition is checked as a whole, and every fault is named with its line and what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kam.vocabulary import VOCABULARY
from kam.workflow.faults import Faults
from kam.workflow.loading import assemble, load
from kam.workflow.vocabulary import AskedFor

T = 'title = { en = "T", zh_Hans = "题", zh_Hant = "題" }'
D = 'description = { en = "D", zh_Hans = "述", zh_Hant = "述" }'
GOOD = f"""
name = "trial"
subject = "customer"
initial = "open"
{T}
{D}
[states.open]
{T}
{D}
[states.done]
{T}
{D}
kind = "final"
[transitions.finish]
{T}
from = "open"
to = "done"
roles = ["manager"]
"""


def faults(text: str, **changes: object) -> list[str]:
    try:
        assemble([("trial.toml", text)], replace(VOCABULARY, **changes))
    except Faults as found:
        return [str(fault) for fault in found.faults]
    return []


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_sound_definition_has_no_faults():
    assert faults(GOOD) == []


def test_our_own_definitions_have_no_faults():
    assert set(load(Path(__file__).parents[2] / "workflows", VOCABULARY).definitions) >= {
        "relationship", "account_plan", "early_warning", "designation",
    }  # fmt: skip


def test_what_is_no_toml_is_named_with_its_line():
    assert faults("name = \n")[0].startswith("trial.toml:1: This is not TOML")


def test_all_faults_are_named_at_once():
    bad = GOOD.replace('"manager"', '"king"').replace('to = "done"', 'to = "gone"').replace(', zh_Hant = "題"', "")
    assert len(faults(bad)) > 4


RULE = f"""
[[triggers]]
name = "late"
{T}
from = "open"
transition = "finish"
when = {{ fact = "overdue_cases", above = 2 }}
"""
BACK = f"""
[transitions.again]
{T}
from = "done"
to = "open"
automatic = true
"""
DEADLINE = f"""
[[states.open.deadlines]]
name = "soon"
{T}
after = "3 days"
transition = "finish"
"""
GUARD = 'roles = ["manager"]\nguard = '

CASES = {
    "an unknown role": (GOOD.replace('"manager"', '"king"'), '"king"', "There is no role `king`"),
    "a role that only reads": (GOOD.replace('"manager"', '"read_only"'), '"read_only"', "may only read"),
    "an unknown position": (GOOD + 'positions = ["butler"]\n', "butler", "There is no position `butler`"),
    "an unknown exclusion": (GOOD + 'not_by = ["butler"]\n', "butler", "There is no position `butler`"),
    "an unknown effect": (GOOD + 'effects = ["fly"]\n', "fly", "There is no effect `fly`"),
    "an approval of a plan that names no version": (
        GOOD.replace('"customer"', '"plan"') + "approves = true\n", "transitions.finish", "the version that was read",
    ),
    "an unknown subject": (GOOD.replace('"customer"', '"planet"'), "planet", "There is no subject `planet`"),
    "an unknown initial state": (GOOD.replace('initial = "open"', 'initial = "x"'), 'initial', "no state `x`"),
    "an unknown target": (GOOD.replace('to = "done"', 'to = "gone"'), 'to = "gone"', "no state `gone`"),
    "an unknown source": (GOOD.replace('from = "open"', 'from = "gone"'), 'from = "gone"', "no state `gone`"),
    "an unknown fact": (GOOD + 'guard = { fact = "luck", above = 1 }\n', "luck", "There is no fact `luck`"),
    "a wrong type": (GOOD + 'guard = { fact = "orders_12m", above = "x" }\n', "orders_12m", "compared with 'x'"),
    "a broken number": (GOOD + 'guard = { fact = "orders_12m", above = 1.5 }\n', "orders_12m", "whole number"),
    "an order of yes and no": (GOOD + 'guard = { fact = "has_lead", above = 1 }\n', "has_lead", "cannot be above"),
    "a list where one belongs": (GOOD + 'guard = { fact = "orders_12m", equals = [1] }\n', "orders_12m", "a list for"),
    "a condition that never holds": (
        GOOD + 'guard = [{ fact = "champions", above = 5 }, { fact = "champions", below = 5 }]\n', "guard",
        "never hold",
    ),
    "an unknown operator": (GOOD + 'guard = { fact = "champions", over = 5 }\n', "guard", "compared by over"),
    "an unknown key": (GOOD + 'gard = { fact = "champions", above = 5 }\n', "gard", "`gard` means nothing here"),
    "a missing language": (GOOD.replace(', zh_Hant = "題"', "", 1), "title", "`title` is missing in zh_Hant"),
    "an unreachable state": (GOOD + f"[states.lost]\n{T}\n{D}\nkind = 'final'\n", "[states.lost]", "never reached"),
    "a dead end": (GOOD.replace('kind = "final"', ""), "[states.done]", "is a dead end"),
    "a final state that is left": (GOOD + BACK, "kind", "is final, but again leaves it"),
    "a step for nobody": (GOOD.replace('roles = ["manager"]', ""), "[transitions.finish]", "Nobody could take"),
    "an approval for nobody": (
        GOOD.replace('roles = ["manager"]', 'positions = ["author"]\napproves = true'),
        "positions", "Nobody could give the approval `finish`",
    ),
    "a choice without choices": (
        GOOD + f"[[transitions.finish.fields]]\nname = 'why'\n{T}\nkind = 'choice'\n", "fields", "has 0 choices",
    ),
    "an unknown kind of field": (
        GOOD + f"[[transitions.finish.fields]]\nname = 'why'\n{T}\nkind = 'colour'\n", "colour", "`kind` is 'colour'",
    ),
    "a trigger of an unknown step": (
        GOOD + RULE.replace('transition = "finish"', 'transition = "fly"'), '"fly"', "no transition `fly`",
    ),
    "a trigger where the step does not start": (
        GOOD + RULE.replace('from = "open"', 'from = "done"'), 'transition = "finish"', "where it does not start",
    ),
    "a trigger that needs a comment": (GOOD + 'comment = "required"\n' + RULE, "transition =", "needs comment"),
    "a trigger that approves": (GOOD + "approves = true\n" + RULE, "transition =", "which is an approval"),
    "a trigger without a condition": (GOOD + RULE.split("when")[0], "[[triggers]]", "has no condition"),
    "a trigger named twice": (GOOD + RULE + RULE, 'name = "late"', "The trigger `late` is there twice"),
    "triggers that flap": (
        (GOOD + BACK + RULE + RULE.replace("late", "early").replace('"open"', '"done"').replace("finish", "again"))
        .replace('kind = "final"', ""), "[[triggers]]", "in a circle at once: late, early",
    ),
    "a deadline of no length": (GOOD + DEADLINE.replace("3 days", "soon"), 'after = "soon"', "`after` is 'soon'"),
    "a deadline too far away": (GOOD + DEADLINE.replace("3 days", "900 weeks"), "900", "choose at most ten years"),
    "a deadline without a purpose": (
        GOOD + DEADLINE.replace('transition = "finish"', ""), "[[states.open.deadlines]]", "Nothing happens",
    ),
    "a deadline that tells nobody known": (GOOD + DEADLINE + 'tell = ["king"]', "king", "role or position `king`"),
    "a file under another name": (GOOD.replace('"trial"', '"other"'), "name", "defines `other`"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_named_with_its_line(case):
    text, part, said = CASES[case]
    found = faults(text)
    match = next((fault for fault in found if said in fault), None)
    assert match, found
    lines = [number for number, line in enumerate(text.splitlines(), 1) if part in line]
    assert int(match.split(":")[1]) in lines, match
    assert "; " in match


def test_triggers_search_only_by_facts_that_are_stored():
    assert any("cannot search by `overdue_cases`" in fault for fault in faults(GOOD + RULE, stored=frozenset()))


def test_a_rest_keeps_triggers_from_flapping():
    text = CASES["triggers that flap"][0].replace("when =", 'rest = "3 days"\nwhen =')
    assert faults(text) == []


RENAMED = GOOD.replace("[states.done]\n", '[states.done]\nrenamed_from = ["ended", "over"]\n')


def test_a_former_name_is_no_fault():
    assert faults(RENAMED.replace("[transitions.finish]\n", '[transitions.finish]\nrenamed_from = "end"\n')) == []


def test_a_former_name_that_is_still_in_use_is_named_with_its_line():
    text = RENAMED.replace('"over"', '"open"')
    assert faults(text) == [
        f"trial.toml:{line_of(text, 'renamed_from')}: `done` says it was renamed from `open`, but there is a state "
        "`open`; name only what the file no longer has."
    ]
    text = GOOD.replace("[transitions.finish]\n", '[transitions.finish]\nrenamed_from = "finish"\n')
    assert "there is a transition `finish`" in faults(text)[0]


def test_a_former_name_that_two_claim_is_named_with_its_line():
    text = RENAMED.replace("[states.open]\n", '[states.open]\nrenamed_from = "over"\n')
    line = line_of(text, '"ended", "over"')
    assert faults(text) == [
        f"trial.toml:{line}: `open` and `done` both say they were renamed from `over`; leave it to one state."
    ]


def test_no_transition_is_called_as_the_history_calls_a_renaming():
    text = GOOD.replace("[transitions.finish]", "[transitions.renamed]")
    assert "`renamed` is what the history calls the step of a renamed state" in faults(text)[0]


def test_names_that_kam_asks_for_must_stay():
    asked, keep = {"trial": AskedFor(("open", "begun"), ("close",))}, "keep the name, and change the title as you like."
    assert [fault.split(": ")[1] for fault in faults(GOOD, asked_for=asked)] == [
        f"The state `begun` is missing, and kam itself asks for it; {keep}",
        f"The transition `close` is missing, and kam itself takes it; {keep}",
    ]
    assert faults(GOOD, asked_for={"trial": AskedFor(("open", "done"), counted=True)}) == []
    assert "The levels are counted" in faults(GOOD, asked_for={"trial": AskedFor(("open",), counted=True)})[0]


@pytest.mark.parametrize("step", ["submit", "discard"])
def test_no_step_out_of_the_draft_of_a_plan_leaves_it_unfixed(step):
    """What is read, approved or kept of a plan is a version; each way out of the draft fixes one."""
    written = (Path(__file__).parents[2] / "workflows" / "account_plan.toml").read_text(encoding="utf-8")
    before, after = written.split(f"[transitions.{step}]")
    without = f"{before}[transitions.{step}]" + after.replace('effects = ["freeze_plan"]', "", 1)
    fault = f"`{step}` ends the writing without fixing what was written"
    told = [found for found in faults(without) if fault in found]
    assert told and "freeze_plan" in told[0] and not any(fault in found for found in faults(written))
