"""Every medium knows every type of field."""

import pytest

from kam.records import judging, reading
from kam.records.fields import TYPES, Field
from kam.records.pages import columns, controls, forming, telling
from kam.web.templates import environment


@pytest.mark.parametrize(
    "table",
    [
        columns.COLUMNS, columns.FILTERS, controls.CONTROLS, forming.READ, telling.VALUES, telling.SENTENCES,
        reading.READERS, dict.fromkeys(judging.TYPES),
    ],
)  # fmt: skip
def test_each_table_knows_each_type(table):
    assert table.keys() == set(TYPES)


def test_each_look_is_drawn():
    looks = environment("en").get_template("records/_controls.html").module.looks
    fields = [Field(name="x", title="X", type=one, of="customer") for one in TYPES]
    assert {controls.CONTROLS[one.type](one).look for one in fields} == looks.keys()
