"""How templates become Python: as few calls as possible stand in what a page runs through.

Calls whose outcome is known when a template is compiled become that outcome. There is one environment per language, so
texts without parameters and icons are always the same; they are most of a page's calls, and each would cost more than
the line it stands in. What is the same in one process only may not be among them: compiled templates outlive it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from html import escape as escape_text
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

Known = Mapping[str, Callable[..., Markup]]


def written(value: Any) -> str:
    """What stands in a page for a value. As `escape`, but without wrapping what is joined to a page at once: a page
    has hundreds of values, and the wrapping takes longer than the escaping."""
    return value if type(value) is Markup else escape_text(value) if type(value) is str else escape(value)


class _Writing(CodeGenerator):
    """Templates write their values by `written`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(" + (finalize.src or ""))


class PageEnvironment(Environment):
    """`known` are functions of literal texts whose outcome never changes, by the name that templates call them by."""

    code_generator_class = _Writing
    written = staticmethod(written)
    known: Known = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Looks into a mapping first: asking it for an attribute that it lacks costs as much as five of its values."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain mapping for all templates: of a chain of two, every import of macros would ask for every name."""
        return {**self.globals, **d} if d else self.globals

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Folding(self.known).visit(source), *args, **kwargs)


class _Folding(NodeTransformer):
    def __init__(self, known: Known) -> None:
        self.known = known

    def visit_Call(self, call: nodes.Call) -> nodes.Node:
        self.generic_visit(call)
        known = self.known.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        texts = [one.value for one in call.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
        if known is None or call.kwargs or call.dyn_args or call.dyn_kwargs or len(texts) != len(call.args):
            return call
        return nodes.Const(known(*texts), lineno=call.lineno)
