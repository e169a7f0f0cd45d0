"""Draws the records of one customer: who works there, what was talked about, bought, complained about and hoped for.

Everything is drawn from the `Random` that is passed in, so the same seed gives the same book of business.
Times are days ago; `filling.py` turns them into dates and calls the verbs.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from kam.demo.content import Company, rows, words
from kam.demo.patterns import PATTERNS, Pattern, feeling, order_days, touch_days

CENT = Decimal("0.01")
TIME_SPENT = {
    "visit": "6.5",
    "meeting": "2.5",
    "event": "3",
    "phone": "0.5",
    "email": "0.3",
    "chat": "0.2",
    "web": "0.2",
}
TRAVEL = {"visit": "185", "event": "320", "meeting": "40"}


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    name_zh: str
    email: str
    job: str
    department: str
    influence: int
    stance: str


@dataclass(frozen=True, slots=True)
class Touch:
    days_ago: int
    hour: int
    channel: str
    direction: str
    purpose: str
    notes: str
    outcome: str
    next_step: str
    feeling: int | None
    hours: Decimal
    cost: Decimal
    contact: int


@dataclass(frozen=True, slots=True)
class Line:
    product: str
    quantity: int
    unit_price: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class Purchase:
    days_ago: int
    channel: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """A service case; `solved_after` is hours, or None while it is open."""

    days_ago: int
    kind: str
    priority: str
    subject: str
    problem: str
    solution: str
    solved_after: int | None


@dataclass(frozen=True, slots=True)
class Hope:
    """An opportunity, open or closed; `days_ago` is when it was engaged, `ahead` the days until it is expected."""

    days_ago: int
    ahead: int
    name: str
    stage: str
    amount: Decimal
    lost_reason: str


def contacts(company: Company, chance: Random, taken: set[str]) -> list[Contact]:
    """Two to six people, the most influential first; nobody has the same name twice in the whole book."""
    scripts = _scripts(company)
    jobs = chance.sample(words()["jobs"], k=min(6, 2 + company.employees // 150))
    jobs.sort(key=lambda job: -job["influence"])
    return [_contact(company, job, _name(scripts, chance, taken), chance) for job in jobs]


def touches(company: Company, people: int, chance: Random) -> list[Touch]:
    pattern = PATTERNS[company.pattern]
    return [_touch(company, pattern, days, people, chance) for days in touch_days(pattern, chance)]


def purchases(company: Company, chance: Random) -> list[Purchase]:
    pattern = PATTERNS[company.pattern]
    products = chance.sample(rows("products"), k=9)
    usual = company.volume * 1000 * max(1, pattern.order_every) / 365
    return [
        Purchase(days, _channel(company, chance), _lines(products, usual * size, chance))
        for days, size in order_days(pattern, chance)
    ]


def matters(company: Company, chance: Random) -> list[Matter]:
    pattern = PATTERNS[company.pattern]
    count = round(pattern.cases_a_year * 2 * chance.uniform(0.6, 1.4))
    earliest, latest = min(pattern.first_touch, 700), pattern.last_touch + 20
    solved = [
        _matter(company, chance.choice(words()["cases"]), chance.randint(latest, max(latest, earliest)), chance, True)
        for _ in range(count)
    ]
    complaints = [case for case in words()["cases"] if case["kind"] in ("complaint", "defect")]
    waiting = [
        _matter(company, chance.choice(complaints[:2] if number < 2 else complaints), 9 + 13 * number, chance, False)
        for number in range(pattern.open_complaints)
    ]
    return [*solved, *waiting, *_everyday(company, pattern, chance)]


def hopes(company: Company, chance: Random) -> list[Hope]:
    pattern = PATTERNS[company.pattern]
    base = max(company.volume, 80) * 1000
    waiting = [
        _hope(company, chance.choice(("prospecting", "engaging", "proposing", "negotiating")), base, chance)
        for _ in range(pattern.opportunities)
    ]
    closed = [_hope(company, chance.choice(("won", "won", "lost")), base, chance) for _ in range(chance.randint(0, 2))]
    return [*waiting, *(closed if pattern.order_every else [])]


def both(company: Company, item: dict[str, Any], key: str, zh: str = "_zh") -> str:
    """Chinese customers are written about in Chinese, others in English."""
    return str(item.get(key + zh if company.speaks_chinese else key, ""))


def _scripts(company: Company) -> tuple[str, ...]:
    by_country = {
        "Germany": "de", "Switzerland": "de", "Norway": "nd", "Sweden": "nd", "Finland": "nd", "Denmark": "nd",
        "Iceland": "nd", "Estonia": "nd", "Italy": "it", "France": "fr", "Morocco": "fr", "Spain": "es",
        "Portugal": "es", "United Kingdom": "en", "Netherlands": "nl",
    }  # fmt: skip
    return ("zh",) if company.speaks_chinese else (by_country.get(company.country, "ee"),)


def _name(scripts: tuple[str, ...], chance: Random, taken: set[str]) -> tuple[str, str]:
    """A given name and a family name of the same language, until nobody in the book has that pair."""
    stock = [row for row in rows("contacts") if row["script"] in scripts]
    while True:
        one, other = chance.choice(stock), chance.choice(stock)
        chinese = scripts == ("zh",)
        name = f"{other['family']} {one['given']}" if chinese else f"{one['given']} {other['family']}"
        if name not in taken:
            taken.add(name)
            return name, other["family_zh"] + one["given_zh"]


def _contact(company: Company, job: dict[str, Any], name: tuple[str, str], chance: Random) -> Contact:
    mood = PATTERNS[company.pattern].lately
    stances = {2: ("champion", "supporter"), 1: ("supporter", "neutral", "champion"), 0: ("neutral", "supporter")}
    stance = chance.choice(stances.get(max(mood), ("sceptic", "opponent", "neutral")))
    local = "".join(
        letter
        for letter in name[0].lower().replace(" ", ".")
        if letter.isascii() and (letter.isalpha() or letter == ".")
    )
    title = job["zh"] if company.speaks_chinese else job["en"]
    return Contact(name[0], name[1], f"{local}@{company.domain}", title, job["department"], job["influence"], stance)


def _touch(company: Company, pattern: Pattern, days: int, people: int, chance: Random) -> Touch:
    mood = feeling(pattern, days, chance)
    item = chance.choice([one for one in words()["interactions"] if one["feeling"] == mood])
    channel = chance.choice(item["channels"])
    return Touch(
        days_ago=days,
        hour=chance.randint(0, 8),
        channel=channel,
        direction="in" if mood < 0 and channel in ("phone", "email") else "out",
        purpose=both(company, item, "purpose"),
        notes=both(company, item, "notes"),
        outcome=both(company, item, "outcome"),
        next_step=both(company, item, "next") if "next" in item else "",
        feeling=mood if chance.random() < 0.85 else None,
        hours=Decimal(TIME_SPENT[channel]),
        cost=Decimal(TRAVEL.get(channel, "0")),
        contact=min(people - 1, int(chance.triangular(0, people, 0))),
    )


def _channel(company: Company, chance: Random) -> str:
    return "distributor" if company.kind == "distributor" else chance.choice(("direct", "direct", "direct", "online"))


def _lines(products: list[dict[str, str]], amount: float, chance: Random) -> tuple[Line, ...]:
    chosen = chance.sample(products, k=chance.randint(1, 4))
    shares = [chance.uniform(0.4, 1.0) for _ in chosen]
    return tuple(
        _line(product, amount * share / sum(shares), chance) for product, share in zip(chosen, shares, strict=True)
    )


def _line(product: dict[str, str], amount: float, chance: Random) -> Line:
    discount = Decimal(chance.randint(0, 14)) / 100
    price = (Decimal(product["list_price"]) * (1 - discount)).quantize(CENT, ROUND_HALF_UP)
    return Line(product["code"], max(1, round(Decimal(amount) / price)), price, Decimal(product["cost"]))


def _matter(company: Company, case: dict[str, Any], days: int, chance: Random, solved: bool) -> Matter:
    after = chance.randint(5, 180) if solved else None
    solution = both(company, case, "solution") if solved else ""
    subject, problem = both(company, case, "subject"), both(company, case, "problem")
    return Matter(days, case["kind"], case["priority"], subject, problem, solution, after)


def _everyday(company: Company, pattern: Pattern, chance: Random) -> list[Matter]:
    """About every fourth customer has something ordinary open."""
    if not pattern.order_every or pattern.open_complaints or chance.random() > 0.28:
        return []
    ordinary = [
        case for case in words()["cases"] if case["kind"] in ("repair", "order_query", "request", "maintenance")
    ]
    return [_matter(company, chance.choice(ordinary), chance.randint(0, 6), chance, False)]


def _hope(company: Company, stage: str, base: int, chance: Random) -> Hope:
    item = chance.choice(words()["opportunities"])
    closed = stage in ("won", "lost")
    return Hope(
        days_ago=chance.randint(150, 420) if closed else chance.randint(10, 110),
        ahead=-chance.randint(20, 120) if closed else chance.randint(12, 150),
        name=item["zh"] if company.speaks_chinese else item["en"],
        stage=stage,
        amount=Decimal(round(base * chance.uniform(0.08, 0.35), -3)).quantize(CENT),
        lost_reason=chance.choice(words()["lost"]["reasons"]) if stage == "lost" else "",
    )
