"""moto parses every update expression three times, copies the tree by way of pickle, and asks each of its nodes dozens
of times, through abstract base classes, what it is: two thirds of what an update costs.

A parsed expression stays as it is, for its validator copies it. What a node's class is does not change.

Upstream: none found.
"""

import functools
from collections.abc import Callable
from typing import Any

from moto.dynamodb.parsing import ast_nodes as moto_ast_nodes
from moto.dynamodb.parsing import expressions as moto_expressions

from workbench.embedded.corrections.replacing import replace

# They are kept from type checkers.
ast_nodes: Any = moto_ast_nodes
expressions: Any = moto_expressions

# A program has few expressions; one that writes values into them is parsed again.
_EXPRESSIONS = 1_000


def apply() -> None:
    """Parse each expression once, copy a tree as a tree, and ask each class once."""
    replace(expressions.UpdateExpressionParser, "make", functools.lru_cache(_EXPRESSIONS))
    replace(ast_nodes.DepthFirstTraverser, "traverse_node_recursively", _build_walk)
    replace(ast_nodes.Node, "find_clauses", lambda _stock: _find_clauses)
    ast_nodes.Node.__deepcopy__ = _copy


def _build_walk(_stock: Callable[..., Any]) -> Callable[..., Any]:
    wanted: dict[tuple[type, type], bool] = {}

    def is_wanted(traverser: Any, kind: type) -> bool:
        asked = (type(traverser), kind)
        if asked not in wanted:
            wanted[asked] = issubclass(kind, traverser.nodes_to_be_processed())
        return wanted[asked]

    def walk(traverser: Any, node: Any, child_id: int = -1) -> Any:
        """Depth first; what a node becomes takes its place."""
        if not _is_node(node.__class__):
            return node
        parent = node.parent
        for position, child in enumerate(node.children or ()):
            traverser.pre_processing_of_child(node, position)
            walk(traverser, child, position)
        if is_wanted(traverser, node.__class__):
            node = traverser.process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    return walk


def _copy(node: Any, memo: dict[int, Any]) -> Any:
    copied = object.__new__(node.__class__)
    copied.__dict__.update(node.__dict__)
    if node.children is not None:
        copied.children = [_copy(child, memo) if _is_node(child.__class__) else child for child in node.children]
        for child, its_copy in zip(node.children, copied.children, strict=True):
            if _is_node(child.__class__) and child.parent is node:
                its_copy.parent = copied
    return copied


def _find_clauses(node: Any, clause_types: list[type]) -> list[Any]:
    clauses = []
    for child in node.children or ():
        if type(child) in clause_types:
            clauses.append(child)
        elif _may_hold_clauses(child.__class__):
            clauses.extend(child.find_clauses(clause_types))
    return clauses


@functools.cache
def _may_hold_clauses(kind: type) -> bool:
    return issubclass(kind, (ast_nodes.Expression, ast_nodes.UpdateExpressionFunction))


@functools.cache
def _is_node(kind: type) -> bool:
    return issubclass(kind, ast_nodes.Node)
