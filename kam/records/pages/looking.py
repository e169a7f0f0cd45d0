"""What each key of a choice looks like, where its field says so: the same badge in a list and on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam.records.fields import Field
from kam.web.badges import Badge


def badges_of(field: Field) -> Mapping[str, Badge]:
    return {str(key): Badge(title, *_look(field, key)) for key, title in field.choices.items() if key in field.looks}


def _look(field: Field, key: Any) -> tuple[str, str]:
    return field.looks[key].tone, field.looks[key].icon
