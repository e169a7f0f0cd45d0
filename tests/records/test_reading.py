"""Whatever is written into a field of any type becomes a value that can be judged, or a sentence."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam.records import fields as f
from kam.records import judging, reading
from kam.records.fields import TYPES, Field

FIELDS = [
    Field(name="x", title="X", type=kind, choices={"good": "Good mood"}, of="customer", currency="currency")
    for kind in TYPES
]
WRITTEN = st.one_of(
    st.text(max_size=80),
    st.from_regex(r"\A[-−]?[0-9]{1,20}([.,'  ][0-9]{1,6}){0,4}%?\Z"),
    st.dates().map(str),
    st.datetimes().map(str),
    st.sampled_from(
        ["", " ", "NaN", "Infinity", "1e400", "9" * 400, "\x00", "是", "EUR", "zzz", "Good mood", "0000-00-00"]
    ),
)


def test_every_type_has_a_reader_and_a_rule():
    assert reading.READERS.keys() == judging.TYPES == set(TYPES)


@pytest.mark.parametrize("field", FIELDS, ids=TYPES)
@given(text=WRITTEN)
def test_it_is_a_value_or_a_sentence(field, text):
    try:
        value = reading.read(field, [text])
    except reading.Unfit:
        return
    assert isinstance(judging.fault(field, judging.tidy(field, value)), str)


@pytest.mark.parametrize("field", FIELDS, ids=TYPES)
def test_nothing_is_the_empty_value_and_missing_where_it_is_required(field):
    if field.type == f.YES_NO:
        return
    assert reading.read(field, [" "]) == field.empty
    required = Field(name="x", title="X", type=field.type, required=True)
    assert judging.fault(required, field.empty) == judging.MISSING


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_number_is_read_as_it_is_shown_in_each_way(value):
    shown = f"{value:,.2f}"
    swapped = shown.translate(str.maketrans(",.", ".,"))
    assert reading.decimal(shown) == reading.decimal(swapped) == reading.decimal(str(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1250.50", "1250.50"), ("1.250,50", "1250.50"), ("1 250,5", "1250.5"), ("−3", "-3"), ("1,250", "1250")],
)
def test_numbers_as_people_write_them(text, value):
    assert reading.decimal(text) == Decimal(value)


@given(st.uuids())
def test_an_id_is_one(value):
    assert reading.uuid(str(value)) == UUID(str(value))
