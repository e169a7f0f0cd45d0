"""What a child needs for its first document, loaded before that comes: half of the two seconds it would take."""

from __future__ import annotations

import os
from pathlib import Path

from kam.documents import rendering

rendering.fonts_of(Path(os.environ["FONTCONFIG_FILE"]))
