"""Seconds for the PDF of a plan of eight pages, against bare WeasyPrint on the same HTML with the fonts as delivered.

.venv/bin/python -m tests.benchmarks.pdf
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from kam.documents.rendering import pdf
from kam.plans.printing import html
from tests.plans.examples import content, sheet

ROUNDS = 7
BARE = """
import io, statistics, sys, time
import weasyprint
from weasyprint.text.fonts import FontConfiguration
text, fonts, times = open(sys.argv[1], encoding="utf-8").read(), FontConfiguration(), []
for _ in range(int(sys.argv[2]) + 1):
    begun = time.perf_counter()
    weasyprint.HTML(string=text).write_pdf(font_config=fonts, pdf_variant="pdf/ua-1")
    times.append(time.perf_counter() - begun)
print(statistics.median(times[1:]))
"""
CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>{folders}<cachedir>{cache}</cachedir></fontconfig>"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kam-pdf-") as folder:
        data, of = Path(folder), content()
        first = seconds(lambda: whole(of, data))
        times = [seconds(lambda: whole(of, data)) for _ in range(ROUNDS)]
        warm = statistics.median(times)
        begun = time.process_time()
        whole(of, data)
        busy = time.process_time() - begun
        bare = without_our_fonts(html(of, sheet(of=of), "en"), data)
    print(f"pages                              {pages(of)}")
    print(f"first PDF, fonts cut and read      {first:.2f} s")
    print(f"warm, median of {ROUNDS}                 {warm:.2f} s   (from {min(times):.2f} to {max(times):.2f})")
    print(f"of it, processor time              {busy:.2f} s")
    print(f"bare WeasyPrint, variable fonts    {bare:.2f} s")
    print(f"ratio ours / bare                  {warm / bare:.2f}")


def whole(of: dict[str, object], data: Path) -> bytes:
    return pdf(html(of, sheet(of=of), "en"), data=data, identifier=b"benchmark")


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def without_our_fonts(text: str, folder: Path) -> float:
    """In a process of its own, since the fonts of a process are chosen once."""
    packages = ("justmytype_intl_cjk", "font_source_sans_pro")
    places = [Path(find_spec(package).origin).parent for package in packages]  # type: ignore[union-attr, arg-type]
    dirs = "".join(f"<dir>{place}</dir>" for place in places)
    (folder / "bare.conf").write_text(CONFIGURATION.format(folders=dirs, cache=folder / "cache"), encoding="utf-8")
    (folder / "plan.html").write_text(text, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-c", BARE, str(folder / "plan.html"), str(ROUNDS)],
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "bare.conf")}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(answer.stdout)


def pages(of: dict[str, object]) -> int:
    import io

    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(whole(of, Path(tempfile.gettempdir()) / "kam-pdf-pages"))).pages)


if __name__ == "__main__":
    main()
