"""The fonts that documents carry, so that a PDF looks the same on every machine and needs no font of the system.

The Chinese fonts come as variable fonts. WeasyPrint would cut the weights out of them for every single document,
which takes longer than all the rest; so each weight is cut once, at the first document, and kept in the data folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from kam.errors import Unavailable

REGULAR = 400
SEMIBOLD = 600
# Part of the folder's name: a change of this list makes a new folder and leaves the old one alone.
EDITION = "3"
_DRAFT = ".fonts-"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">faces</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Face:
    package: str
    path: str
    weight: int | None = None  # cut this weight out of a variable font

    @property
    def file(self) -> str:
        stem = Path(self.path).stem.split("[")[0]
        return f"{stem}-{self.weight}.ttf" if self.weight else f"{stem}.ttf"


def _of(package: str, *scripts: str) -> list[Face]:
    """Names and quotations in other scripts are short: they are found by their letters, and named in no style sheet."""
    return [
        Face(package, f"fonts/ofl/notosans{script.lower()}/NotoSans{script}[wdth,wght].ttf", weight)
        for script in scripts
        for weight in (REGULAR, SEMIBOLD)
    ]


_CJK = "justmytype_intl_cjk"
_LATIN = "font_source_sans_pro"
FACES = (
    Face(_LATIN, "files/SourceSansPro-Regular.ttf"),
    Face(_LATIN, "files/SourceSansPro-Semibold.ttf"),
    Face(_LATIN, "files/SourceSansPro-It.ttf"),
    Face(_CJK, "fonts/ofl/notosanssc/NotoSansSC[wght].ttf", REGULAR),
    Face(_CJK, "fonts/ofl/notosanssc/NotoSansSC[wght].ttf", SEMIBOLD),
    Face(_CJK, "fonts/ofl/notosanstc/NotoSansTC[wght].ttf", REGULAR),
    Face(_CJK, "fonts/ofl/notosanstc/NotoSansTC[wght].ttf", SEMIBOLD),
    Face(_CJK, "fonts/ofl/notosanskr/NotoSansKR[wght].ttf", REGULAR),
    *_of("justmytype_intl_rtl", "Arabic", "Hebrew"),
    *_of("justmytype_intl_sea", "Thai", "Lao", "Khmer", "Myanmar"),
    *_of("justmytype_intl_south_asia", "Devanagari", "Bengali", "Tamil", "Telugu"),
)


def prepare(data: Path) -> Path:
    """The fontconfig file to render with; the first call on a data folder cuts the fonts (about a second)."""
    folder = data / "fonts" / EDITION
    if not (folder / "fonts.conf").exists():
        _build(folder)
    return folder / "fonts.conf"


def _build(folder: Path) -> None:
    """Built beside the folder and moved into place, so that nobody ever sees half of it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / ".building").open("w") as turn:  # the kernel takes it back from whoever is killed
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not folder.exists():  # another worker was not faster
                _draw_up(folder)
    except OSError as error:
        raise Unavailable(f"The fonts for documents cannot be written to {folder.parent}: {error.strerror}.") from error


def _draw_up(folder: Path) -> None:
    for left in folder.parent.glob(f"{_DRAFT}*"):  # of those who were killed, as it is our turn
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder.parent))
    try:
        (draft / "faces").mkdir()
        for face in FACES:
            (draft / "faces" / face.file).write_bytes(_font(face))
        (draft / "fonts.conf").write_text(_CONFIGURATION.format(cache=escape(str(folder / "cache"))), encoding="utf-8")
        os.chmod(draft, 0o755)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _font(face: Face) -> bytes:
    spec = find_spec(face.package)
    if spec is None or spec.origin is None:
        raise Unavailable(f"The package {face.package} with fonts for documents is missing. Run bin/setup again.")
    source = Path(spec.origin).parent / face.path
    return source.read_bytes() if face.weight is None else _cut(source, face.weight)


def _cut(source: Path, weight: int) -> bytes:
    """One weight at the usual width. HarfBuzz does in 0.2 s what fontTools does in 16 s."""
    import uharfbuzz as hb  # type: ignore[import-untyped]

    face = hb.Face(hb.Blob.from_file_path(str(source)))
    wish = hb.SubsetInput()
    wish.keep_everything()
    for axis in face.axis_infos:
        wish.pin_axis_location(face, axis.tag, float(weight) if axis.tag == "wght" else axis.default_value)
    return bytes(hb.subset(face, wish).blob.data)
