"""RunDetails: state, nodes, metrics and the ends of the logs of a run, kept up to date until it ends."""
from __future__ import annotations

import importlib
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Optional

from .html_view import as_html
from .terminal_view import TerminalView
from .view import RunView, as_text, read_view

if TYPE_CHECKING:
    from ..core.run import Run

REFRESH_S = 2.0


class RunDetails:
    """A view of one run."""

    def __init__(self, run_instance: "Run") -> None:
        self._run = run_instance
        self._thread: Optional[threading.Thread] = None

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """In a notebook: draws the view, returns, and keeps it up to date from a thread until the run ends.

        Elsewhere the same as text: followed until the run ends when the output is a terminal, once otherwise.
        """
        if _in_notebook():
            self._show_in_notebook()
        else:
            self._show_as_text()

    def get_widget_data(self, widget_settings: Any = None) -> "dict[str, Any]":
        """What the view shows, as plain values."""
        return read_view(self._run).as_dict()

    def _show_in_notebook(self) -> None:
        display: Any = importlib.import_module("IPython.display").display
        view = read_view(self._run)
        handle = display(_on_page(view), raw=True, display_id=True)
        if view.ended:
            return

        def keep_fresh() -> None:
            shown = view
            while not shown.ended:
                time.sleep(REFRESH_S)
                try:
                    shown = read_view(self._run)
                except Exception as problem:
                    handle.update(_on_page(shown, note=f"The view stopped: {problem}"), raw=True)
                    return
                handle.update(_on_page(shown), raw=True)

        self._thread = threading.Thread(target=keep_fresh, name="homeport-run-details", daemon=True)
        self._thread.start()

    def _show_as_text(self) -> None:
        if not sys.stdout.isatty():
            print(as_text(read_view(self._run)), flush=True)
            return
        terminal = TerminalView()
        view = read_view(self._run)
        terminal.draw(view)
        while not view.ended:
            time.sleep(REFRESH_S)
            view = read_view(self._run)
            terminal.draw(view)


def _on_page(view: RunView, note: str = "") -> "dict[str, str]":
    """As HTML, and as text for a front end that shows none."""
    return {"text/html": as_html(view, note), "text/plain": as_text(view) + (f"\n{note}" if note else "")}


def _in_notebook() -> bool:
    """True under a Jupyter kernel; IPython on a terminal has no page to draw on."""
    if "IPython" not in sys.modules:
        return False
    shell = getattr(sys.modules["IPython"], "get_ipython", lambda: None)()
    return shell is not None and getattr(shell, "kernel", None) is not None


__all__ = ["RunDetails", "RunView"]
