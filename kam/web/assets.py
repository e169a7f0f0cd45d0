"""Our style sheet, script and icons: bundled once at start, named by their hash, compressed, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import structlog
from lucide import lucide_icon
from markupsafe import Markup

log = structlog.get_logger()

STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parents[2] / "templates"
WORKFLOWS = Path(__file__).parents[2] / "workflows"


@dataclass(frozen=True)
class Asset:
    path: str
    media_type: str
    content: bytes
    gzipped: bytes


def asset(kind: str) -> str:
    """The address of the bundle `css`, `js` or `icons`."""
    return bundle(kind).path


@cache
def bundle(kind: str) -> Asset:
    build, media_type, ending = _KINDS[kind]
    content = build()
    name = f"/static/{kind}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    return Asset(name, media_type, content, gzip.compress(content, 9, mtime=0))


def served() -> dict[str, Asset]:
    return {made.path: made for made in map(bundle, ("css", "js", "icons"))}


def _style_sheet() -> bytes:
    text = "\n".join(path.read_text("utf-8") for path in sorted((STATIC / "css").glob("*.css")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip().encode()


def _script() -> bytes:
    parts = (path.read_text("utf-8") for path in sorted((STATIC / "js").glob("*.js")))
    return "\n".join(f"(() => {{\n{part}\n}})();" for part in parts).encode()


_KINDS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "css": (lambda: _style_sheet(), "text/css; charset=utf-8", "css"),
    "js": (lambda: _script(), "text/javascript; charset=utf-8", "js"),
    "icons": (lambda: _sprite(), "image/svg+xml", "svg"),
}

# An icon is used where a template, a workflow or a Python file names it: icon("house"), icon="house", "icon": "house".
_USED = re.compile(r"""icon["']?\s*[(=:]\s*["']([a-z0-9-]+)["']""")


def _sprite() -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(map(_symbol, sorted(used_icons()))) + "</svg>"
    ).encode()


def used_icons() -> set[str]:
    files = [*TEMPLATES.rglob("*.html"), *(STATIC.parent).rglob("*.py"), *(STATIC / "js").glob("*.js")]
    files += WORKFLOWS.glob("*.toml")
    return {name for path in files for name in _USED.findall(path.read_text("utf-8"))} | ALWAYS


def _symbol(name: str) -> str:
    try:
        drawing = lucide_icon(name)
    except Exception as error:  # the package raises its own kinds; a missing icon must not stop the server
        log.error("icon missing", name=name, error=repr(error))
        return ""
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.DOTALL).strip()
    inner = re.sub(r"\s*\n\s*", "", inner)
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        f' stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
    )


# Names that reach `icon` in a variable and so are not found by reading the files.
ALWAYS = {
    "circle-check",
    "circle-alert",
    "triangle-alert",
    "octagon-alert",
    "info",
    "eye",
    "log-out",
    "minus",
    "circle",
}


@lru_cache(maxsize=2048)
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """One of lucide's icons; without a label it is decoration and hidden from screen readers."""
    named = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    return Markup('<svg class="icon {}"{}><use href="{}#{}"></use></svg>').format(css, named, asset("icons"), name)
