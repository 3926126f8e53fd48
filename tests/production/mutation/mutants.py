"""The faults: one small change of a module's syntax tree each."""

import ast
from collections.abc import Callable, Iterator
import copy
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SO_ANYWAY = {"strict=False"}
"""Keywords that say what is so without them: of `zip`, for the linter."""


type _Change = tuple[str, Callable[[ast.AST], ast.AST]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault."""

    line: int
    fault: str
    _tree: ast.Module
    _number: int
    _change: Callable[[ast.AST], ast.AST]

    @property
    def source(self) -> str:
        """The whole module; written when it is asked for, as most are not in a sample."""
        tree = copy.deepcopy(self._tree)
        node = next(n for at, n in enumerate(ast.walk(tree)) if at == self._number)
        _put(tree, node, self._change(node))
        return ast.unparse(ast.fix_missing_locations(tree))


def mutants(source: str) -> Iterator[Mutant]:
    """Every module that differs from this one by one fault."""
    tree = ast.parse(source)
    _without_docstrings(tree)
    sound = {*_annotations(tree), *_last_words(tree)}
    for number, node in enumerate(ast.walk(tree)):
        if node not in sound:
            for fault, change in _changes(node):
                line = getattr(node, "lineno", 0)
                yield Mutant(line, fault, tree, number, change)


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything that only tells a type: the type checker looks after it."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns", "type_params"):
            for part in _listed(getattr(node, name, None)):
                yield from ast.walk(part)
        if isinstance(node, ast.TypeAlias):
            yield from ast.walk(node)


def _last_words(tree: ast.AST) -> Iterator[ast.AST]:
    """Every `return None` that ends a function: without it, it returns None too."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(
                body=[*_, ast.Return(value=ast.Constant(value=None)) as last]
            ):
                yield last


def _listed(value: object) -> list[ast.AST]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, ast.AST) else []


def _changes(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=ops):
            for at, operator in enumerate(ops):
                if other := _COMPARISONS.get(type(operator)):
                    yield ast.unparse(node) + " turned", _operator(at, other)
        case ast.BoolOp(op=operator, values=values):
            turned = ast.Or if isinstance(operator, ast.And) else ast.And
            yield ast.unparse(node) + " turned", _boolean(turned)
            for at in range(len(values)):
                yield f"{ast.unparse(values[at])} left out", _without_value(at)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"{ast.unparse(node)} without not", lambda n: n.operand  # type: ignore[attr-defined]
            del operand
        case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC:
            other_operator = _ARITHMETIC[type(operator)]
            yield ast.unparse(node) + " turned", _arithmetic(other_operator)
        case ast.Constant(value=bool(value)):
            yield f"{value} turned", _constant(not value)
        case ast.Constant(value=int(value)):
            yield f"{value} + 1", _constant(value + 1)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield f"if {ast.unparse(test)} always", _test(True)
            yield f"if {ast.unparse(test)} never", _test(False)
        case ast.Set(elts=elements) | ast.Tuple(elts=elements, ctx=ast.Load()):
            if len(elements) > 1:
                for at in range(len(elements)):
                    yield f"{ast.unparse(elements[at])} left out", _without_element(at)
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield f"{ast.unparse(node)[:60]} left out", lambda _: ast.Pass()
        case ast.Return(value=ast.expr()) | ast.Continue():
            yield f"{ast.unparse(node)[:60]} left out", lambda _: ast.Pass()
        case ast.Call(keywords=keywords) if keywords:
            for at, keyword in enumerate(keywords):
                if ast.unparse(keyword) not in SO_ANYWAY:
                    yield f"{ast.unparse(keyword)} left out", _without_keyword(at)


def _operator(at: int, other: type[ast.cmpop]) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Compare)
        node.ops[at] = other()
        return node

    return change


def _boolean(turned: type[ast.boolop]) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.BoolOp)
        node.op = turned()
        return node

    return change


def _without_value(at: int) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.BoolOp)
        del node.values[at]
        return node if len(node.values) > 1 else node.values[0]

    return change


def _arithmetic(other: type[ast.operator]) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.BinOp)
        node.op = other()
        return node

    return change


def _constant(value: int) -> Callable[[ast.AST], ast.AST]:
    return lambda _: ast.Constant(value)


def _test(value: bool) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.If | ast.IfExp)
        node.test = ast.Constant(value)
        return node

    return change


def _without_element(at: int) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Set | ast.Tuple)
        del node.elts[at]
        return node

    return change


def _without_keyword(at: int) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Call)
        del node.keywords[at]
        return node

    return change


def _put(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put the changed node into the place of the old one."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list):
                value[:] = [new if item is old else item for item in value]


def _without_docstrings(tree: ast.AST) -> None:
    """Texts are no rules: nothing can be broken in them."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [
                statement
                for statement in body
                if not (
                    isinstance(statement, ast.Expr)
                    and isinstance(statement.value, ast.Constant)
                )
            ]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
