"""The rates by which amounts are compared, from `workflows/currencies.toml`.

Facts of a customer are in the customer's currency. An order in another currency counts at the rate of the file.
Where customers are compared with each other (score, segment, share of revenue), amounts are turned into the base.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from kam.errors import Unavailable
from kam.language import N_

FILE = "currencies.toml"


@dataclass(frozen=True)
class Currencies:
    """`rates` says how many units of a currency one unit of `base` is worth; `cost_of_an_hour` is in `base`."""

    base: str
    rates: Mapping[str, Decimal]
    cost_of_an_hour: Decimal

    @cached_property
    def _cases(self) -> str:
        return " ".join(f"WHEN '{code}' THEN {rate}" for code, rate in self.rates.items())

    def sql(self, source: str, target: str) -> str:
        """SQL for what one unit of the currency in column `source` is worth in that of column `target`."""
        return f"(CASE WHEN {source} = {target} THEN 1 ELSE {self.per_base(target)} / {self.per_base(source)} END)"

    def per_base(self, column: str) -> str:
        return f"(CASE {column} {self._cases} END)::numeric"

    def in_base(self, amount: Decimal, currency: str) -> Decimal:
        return amount / self.rates[currency]


def load(folder: Path) -> Currencies:
    """Raises `Unavailable` with the place and the remedy when the file cannot be used."""
    path = folder / FILE
    source = _read(path)
    try:
        rates = {code: Decimal(str(rate)) for code, rate in source["rates"].items()}
        currencies = Currencies(source["base"], rates, Decimal(str(source["cost_of_an_hour"])))
    except (KeyError, ArithmeticError, AttributeError) as fault:
        raise _fault(path, N_("%(key)s is missing or not a number"), key=str(fault)) from fault
    _check(path, currencies)
    return currencies


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise _fault(path, N_("it cannot be read: %(fault)s"), fault=str(fault)) from fault


def _check(path: Path, currencies: Currencies) -> None:
    if currencies.rates.get(currencies.base) != 1:
        raise _fault(path, N_("the base %(base)s must have the rate 1"), base=currencies.base)
    for code, rate in currencies.rates.items():
        if len(code) != 3 or not (code.isascii() and code.isalpha()) or rate <= 0:
            raise _fault(
                path, N_("the rate of %(code)s must be a number above 0 for a code of three letters"), code=code
            )


def _fault(path: Path, message: str, **values: str) -> Unavailable:
    return Unavailable(f"{path}: {message % values}")
