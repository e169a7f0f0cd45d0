"""Building SQL with numbered parameters."""

from __future__ import annotations

from typing import Any


class Params:
    """Collects the values of a statement; calling it with a value gives that value's placeholder.

    >>> p = Params()
    >>> f"SELECT * FROM customer WHERE region = {p('Kanto')}", p.values
    ('SELECT * FROM customer WHERE region = $1', ['Kanto'])
    """

    def __init__(self, *values: Any) -> None:
        self.values: list[Any] = list(values)

    def __call__(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"
