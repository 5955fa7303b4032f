"""The view of a run on a terminal, drawn over itself so that a long run leaves one view behind and not a thousand."""
from __future__ import annotations

import os
import shutil
import sys

from .view import TERMINAL_TAIL_LINES, RunView, as_text


class TerminalView:
    """Draws on standard output; a terminal that cannot move its cursor gets each view that differs."""

    def __init__(self) -> None:
        self._drawn_lines = 0
        self._shown = ""
        self._can_move = os.environ.get("TERM", "dumb") != "dumb"

    def draw(self, view: RunView) -> None:
        """While the run goes on the view is cut to the screen: what has left the screen cannot be drawn over."""
        columns, rows = shutil.get_terminal_size()
        text = as_text(view) if view.ended or not self._can_move else _cut(view, columns, rows)
        if text == self._shown:
            return
        back = f"\x1b[{self._drawn_lines}F\x1b[J" if self._drawn_lines and self._can_move else ""
        sys.stdout.write(back + text + "\n")
        sys.stdout.flush()
        self._shown = text
        self._drawn_lines = text.count("\n") + 1


def _cut(view: RunView, columns: int, rows: int) -> str:
    lines = []
    for tail_lines in range(TERMINAL_TAIL_LINES, 0, -1):
        lines = as_text(view, tail_lines).splitlines()
        if len(lines) < rows:
            break
    return "\n".join(line[:columns - 1] for line in lines[:max(rows - 1, 1)])
