"""What each process holds as it grows older: memory and descriptors by the requests it has answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from prometheus_client.mmap_dict import MmapedDict

from kam.database import postmaster
from tests.chaos.served import Served

TENTH = 1.1
WARM = 2000  # requests
FEW = 6  # descriptors: of ten or thirty a tenth is less than what two works at once open, and let go later
MOST = 80  # descriptors of a process that has opened every connection that it may


@dataclass(frozen=True)
class Sample:
    """`age` in requests, `memory` in MB."""

    age: int
    memory: float
    descriptors: int


@dataclass
class Held:
    """The samples of every process that was there, by kind and process."""

    kam: Served
    samples: dict[tuple[str, int, str], list[Sample]] = field(default_factory=lambda: defaultdict(list))
    files: list[tuple[int, int]] = field(default_factory=list)
    born: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def look(self, asked: int) -> None:
        """`asked` requests were sent so far; a web process counts those that it answered itself. Nothing is told of a
        kam that is only starting."""
        if not (self.kam.lives() and self.kam.is_ready()):
            return
        for kind in ("main", "web", "worker"):
            for pid in self.kam.of(kind):
                with suppress(OSError, IndexError):
                    key = (kind, pid, postmaster._began(pid))
                    age = self._answered(pid) if kind == "web" else asked - self.born.setdefault(key, asked)
                    self.samples[key].append(Sample(age, _megabytes(pid), len(list(Path(f"/proc/{pid}/fd").iterdir()))))
        self.files.append((asked, _files(self.kam)))

    def _answered(self, pid: int) -> int:
        for file in self.kam.temporary.glob(f"kam-metrics-*/histogram_{pid}.db"):
            values = MmapedDict.read_all_values_from_file(str(file))
            return int(sum(value for key, value, *_ in values if '_bucket"' in key.split(",")[1]))
        return 0

    def check(self, after: int, least: int) -> list[str]:
        """Who got fat after the first requests, of those that lived on for `least` more; a line for each, and raises
        AssertionError if one is a tenth above. The memory of a process that is hardly warm still grows with all that
        it does for the first time, and opens connections, so that the short form compares only files."""
        told = []
        for (kind, pid, _), samples in self.samples.items():
            old = [sample for sample in samples if sample.age >= after]
            if len(old) < 6 or old[-1].age - old[0].age < least:
                continue
            memory = _growth([sample.memory for sample in old])
            descriptors = _growth([float(sample.descriptors) for sample in old])
            told.append(
                f"{kind} {pid} from its {old[0].age:,}th to its {old[-1].age:,}th request: memory {memory[0]:.0f} to "
                f"{memory[1]:.0f} MB, descriptors {descriptors[0]:.0f} to {descriptors[1]:.0f}"
            )
            assert after < WARM or memory[1] <= memory[0] * TENTH, told[-1]
            assert descriptors[1] <= (descriptors[0] * TENTH + FEW if after >= WARM else MOST), told[-1]
        assert any(line.startswith("web") for line in told), "No web process grew old enough to be compared"
        files = [count for asked, count in self.files if asked >= after]
        told.append(f"files {files[0]} to {files[-1]}")
        assert files[-1] <= files[0] * TENTH, told[-1]
        return told


def _growth(values: Sequence[float]) -> tuple[float, float]:
    """The middle of the first third, and of the last."""
    third = max(1, len(values) // 3)
    return median(values[:third]), median(values[-third:])


def _megabytes(pid: int) -> float:
    """What it has in memory, shared or not: what others share with it changes when they end."""
    lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return next(int(line[1]) for line in lines if line[0] == "Rss:") / 1024


def _files(kam: Served) -> int:
    """Beside those of PostgreSQL itself."""
    ours = [path for path in kam.data.iterdir() if path.name not in ("data", "programs")]
    return sum(1 for path in (*ours, kam.temporary) for _ in [path, *path.rglob("*")])
