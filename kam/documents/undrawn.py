"""Which characters a document cannot show, because none of the fonts that it carries has them."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from kam.documents.fonts import prepare

BOX = "□"
_NOTHING_TO_DRAW = ("Cc", "Cf", "Zs", "Zl", "Zp")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def undrawn(text: str, data: Path) -> str:
    """Each of them once, in the order in which they come."""
    known = _letters(prepare(data).parent)
    return "".join(letter for letter in dict.fromkeys(text) if ord(letter) not in known and _is_drawn(letter))


def boxed(text: str, missing: str) -> str:
    """The text with a box for each of them. A font's own box would cost the file the text of all its neighbours:
    what is drawn by glyph zero can no longer be searched, copied or read aloud."""
    return text.translate({ord(letter): BOX for letter in missing})


def name(letter: str) -> str:
    """Such as `U+1F600 grinning face`, for where the character itself would be an empty box."""
    said = unicodedata.name(letter, "").lower()
    return f"U+{ord(letter):04X} {said}".strip()


def _is_drawn(letter: str) -> bool:
    """Spaces, controls and what only chooses among glyphs leave no mark of their own."""
    return unicodedata.category(letter) not in _NOTHING_TO_DRAW and not any(ord(letter) in some for some in _SELECTORS)


@cache
def _letters(folder: Path) -> frozenset[int]:
    """All code points of the fonts: a hundredth of a second, once per process."""
    import uharfbuzz as hb  # type: ignore[import-untyped]

    faces = (hb.Face(hb.Blob.from_file_path(str(path))) for path in sorted((folder / "faces").iterdir()))
    return frozenset(code for face in faces for code in face.unicodes)
