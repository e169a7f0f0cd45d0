"""How many kills hit which kind of work, and how soon kam was back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Toll:
    """`hits` by kind and by who was killed; `back` the seconds until pages came again."""

    seed: int
    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)

    def of(self, kind: str) -> int:
        return sum(count for (of, _), count in self.hits.items() if of == kind)

    def __str__(self) -> str:
        kinds = sorted({kind for kind, _ in self.hits})
        lines = [f"Seed {self.seed}: {self.hits.total()} kills hit work under way ({self.missed.total()} missed it)"]
        for kind in kinds:
            victims = ", ".join(f"{who} {count}" for (of, who), count in sorted(self.hits.items()) if of == kind)
            lines.append(f"  {kind:12} {self.of(kind):4}  ({victims}; missed {self.missed[kind]})")
        waits = sorted(self.back) or [0.0]
        lines.append(f"  back after {waits[len(waits) // 2]:.1f} s in the middle, {waits[-1]:.1f} s at most")
        return "\n".join(lines)
