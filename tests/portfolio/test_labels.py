"""Names in the matrix: none lies on another, on a dot or outside, and the same portfolio is always drawn the same."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from kam.portfolio.labels import NAMED, Box, Round, place

INSIDE = Box(50, 0, 720, 416)
HEADINGS = [Box(58, 20, 180, 36), Box(560, 390, 696, 406)]
NAMES = ["Qinghe Energy Equipment", "Haichang", "昆岳精密机械有限公司", "海昌", "Mm", "O"]

_dots = st.lists(
    st.tuples(st.floats(50, 704), st.floats(16, 416), st.floats(4, 16), st.sampled_from(NAMES)), max_size=70
)


def placed(rows):
    dots = [Round(x, y, radius) for x, y, radius, _ in rows]
    return dots, place(dots, [name for *_, name in rows], inside=INSIDE, taken=HEADINGS)


@given(_dots)
def test_no_name_lies_on_a_name_a_heading_a_dot_or_the_edge(rows):
    dots, labels = placed(rows)
    boxes = [label.box for label in labels if label]
    assert not any(one.meets(other) for one, other in combinations([*boxes, *HEADINGS], 2) if one not in HEADINGS)
    assert not any(dot.meets(box) for dot in dots for box in boxes)
    assert all(box.within(INSIDE) for box in boxes)


@given(_dots)
def test_the_same_dots_are_named_the_same(rows):
    assert placed(rows) == placed(rows)


def test_a_dot_with_room_has_its_whole_name_at_its_right():
    ((dot,), (label,)) = placed([(200, 200, 10, "Qinghe Energy Equipment")])
    assert label.text == "Qinghe Energy Equipment" and label.box.left > dot.x + dot.radius


def test_at_the_right_edge_the_name_stands_at_the_left():
    (_, (label,)) = placed([(704, 200, 10, "Qinghe Energy Equipment")])
    assert label.box.right < 704


def test_in_a_crowd_the_first_are_named_and_the_others_have_no_name():
    (_, labels) = placed([(400, 200, 12, f"Customer {number}") for number in range(NAMED + 10)])
    assert labels[0] and labels[-1] is None
    assert 0 < sum(label is not None for label in labels) < 10


def test_where_the_whole_name_has_no_room_its_beginning_stands():
    crowd = [(x, 200 + y, 10, "O") for x in (370, 480) for y in (-40, -20, 0, 20, 40)]
    for name, short in (("Qinghe Energy Equipment", "Qinghe"), ("昆岳精密机械有限公司", "昆岳…")):
        (_, labels) = placed([(430, 200, 10, name), *crowd])
        assert labels[0].text == short
    (_, labels) = placed([(400, 200, 10, "昆岳机")])
    assert labels[0].text == "昆岳机"  # a sign in place of one character would save nothing


def test_a_long_name_does_not_cost_another_its_own():
    (_, labels) = placed([(100, 200, 8, "Qinghe Energy Equipment Holding"), (200, 200, 8, "Second")])
    assert all(labels)
