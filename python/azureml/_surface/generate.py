"""Makes names.txt from a table of the SDK's public names (module, member, kind; tab separated).

    python3 -m azureml._surface.generate TABLE > azureml/_surface/names.txt

One line per module member: `kind name`, or `= name target` for a second path to the same object; the members of a class
follow on its line. Lines that start with `[` open a module.
"""
from __future__ import annotations

import sys
from typing import Dict, Iterable, List

KIND_LETTERS = {"class": "c", "exception": "c", "enum": "c", "function": "f", "const": "k"}


def compact(rows: Iterable[str]) -> List[str]:
    modules: Dict[str, Dict[str, List[str]]] = {}
    for row in rows:
        if row.startswith("#") or row.startswith("module\t") or not row.strip():
            continue
        module, member, kind = row.rstrip("\n").split("\t")
        names = modules.setdefault(module, {})
        owner, _, attribute = member.split("(")[0].partition(".")
        if attribute:
            names.setdefault(owner, ["c", owner]).append(attribute)
        elif kind.startswith("="):
            names[owner] = ["=", owner, kind[1:].strip()]
        else:
            names.setdefault(owner, [KIND_LETTERS[kind.split()[0]], owner])
    lines: List[str] = []
    for module, names in modules.items():
        lines.append(f"[{module}]")
        lines.extend(" ".join(words) for words in names.values())
    return lines


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as table:
        print("\n".join(compact(table)))
