"""The pages of imports."""

from __future__ import annotations

from kam.importing.pages import deletion, files

ROUTES = [*files.ROUTES, *deletion.ROUTES]
