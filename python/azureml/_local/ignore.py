"""Which files of a folder .amlignore (or, without one, .gitignore) leaves out: the pattern language of gitignore."""
from __future__ import annotations

import os
import re
from typing import List, NamedTuple, Pattern

ALWAYS_IGNORED = (".git/", "__pycache__/", ".ipynb_checkpoints/")
IGNORE_FILES = (".amlignore", ".gitignore")


class _Rule(NamedTuple):
    pattern: Pattern[str]
    negated: bool
    folders_only: bool


class IgnoreRules:
    """The rules of one folder. Later rules win, and nothing comes back out of an ignored folder."""

    def __init__(self, lines: List[str]) -> None:
        self._rules = [rule for rule in map(_rule, lines) if rule]

    @classmethod
    def of_folder(cls, folder: str) -> "IgnoreRules":
        lines = list(ALWAYS_IGNORED)
        for name in IGNORE_FILES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    lines += file.read().splitlines()
                break
        return cls(lines)

    def ignores(self, path: str, is_folder: bool) -> bool:
        """`path` is relative to the folder of the rules, with slashes; its parents are known not to be ignored."""
        verdict = False
        for rule in self._rules:
            if (is_folder or not rule.folders_only) and rule.pattern.match(path):
                verdict = not rule.negated
        return verdict


def _rule(line: str) -> "_Rule | None":
    text = line.rstrip("\r\n")
    text = re.sub(r"(?<!\\) +$", "", text)
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text[1:] if negated else text
    text = text[1:] if text.startswith(("\\!", "\\#")) else text
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    if not text:
        return None
    anchored = "/" in text
    body = _regex(text.lstrip("/"))
    return _Rule(re.compile(("" if anchored else "(?:.*/)?") + body + "$"), negated, folders_only)


def _regex(glob: str) -> str:
    """`**` crosses folders, `*` and `?` do not."""
    result, at = "", 0
    while at < len(glob):
        if glob.startswith("**/", at):
            result, at = result + "(?:.*/)?", at + 3
        elif glob.startswith("**", at):
            result, at = result + ".*", at + 2
        elif glob[at] == "*":
            result, at = result + "[^/]*", at + 1
        elif glob[at] == "?":
            result, at = result + "[^/]", at + 1
        elif glob[at] == "[" and "]" in glob[at + 2:]:
            end = glob.index("]", at + 2)
            inner = glob[at + 1:end].replace("\\", "\\\\")
            result, at = result + f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]", end + 1
        else:
            if glob[at] == "\\" and at + 1 < len(glob):
                at += 1
            result, at = result + re.escape(glob[at]), at + 1
    return result
