"""Placeholders for values that are not known yet, anywhere in a tree of the client's models."""
from __future__ import annotations

import copy
from typing import Any, Dict

from msrest.serialization import Model


class Substitution:
    """Stands for the value of one parameter: alone, or within a text (`'--rate={0}'.format(parameters['RATE'])`)."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"<substitution:{self.name}>"

    __repr__ = __str__


def substitute(tree: Any, values: Dict[str, Any]) -> Any:
    """A copy of the tree with every placeholder replaced by its value, or by the value's text where it stands in a text."""
    if isinstance(tree, Substitution):
        return values[tree.name]
    if type(tree) is str:
        for name, value in values.items():
            tree = tree.replace(str(Substitution(name)), str(value))
        return tree
    if isinstance(tree, list):
        return [substitute(each, values) for each in tree]
    if isinstance(tree, dict):
        return {substitute(key, values): substitute(value, values) for key, value in tree.items()}
    if isinstance(tree, Model):
        made = copy.copy(tree)
        for name, value in vars(tree).items():
            setattr(made, name, substitute(value, values))
        return made
    return tree
