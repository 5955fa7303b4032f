"""The names of names.txt, read at the first question and kept."""
from __future__ import annotations

import os
from typing import Dict, FrozenSet, NamedTuple, Optional


class Member(NamedTuple):
    """One name of a module. `kind` is c (class), f (function), k (constant) or = (the same object as `target`)."""

    kind: str
    name: str
    target: str
    attributes: FrozenSet[str]


_modules: Optional[Dict[str, Dict[str, Member]]] = None


def modules() -> Dict[str, Dict[str, Member]]:
    """Module name -> member name -> Member, for every public module of the SDK."""
    global _modules
    if _modules is None:
        path = os.path.join(os.path.dirname(__file__), "names.txt")
        with open(path, encoding="utf-8") as lines:
            _modules = _parse(lines.read())
    return _modules


def is_public_module(name: str) -> bool:
    """True for a module of the SDK, and for the packages above one."""
    return any(known == name or known.startswith(name + ".") for known in modules())


def class_attributes(module: str, name: str) -> FrozenSet[str]:
    """The public attributes of a class; empty if the table does not know it."""
    member = modules().get(module, {}).get(name)
    return member.attributes if member else frozenset()


def _parse(text: str) -> Dict[str, Dict[str, Member]]:
    result: Dict[str, Dict[str, Member]] = {}
    members: Dict[str, Member] = {}
    for line in text.splitlines():
        if line.startswith("["):
            members = result.setdefault(line[1:-1], {})
            continue
        kind, name, *rest = line.split()
        target = rest[0] if kind == "=" else ""
        members[name] = Member(kind, name, target, frozenset(() if kind == "=" else rest))
    return result
