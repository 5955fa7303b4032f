"""Addresses of pages in the server's web view, and the HTML that notebooks show for experiments and runs."""
from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Mapping

from .._wire.http import path_segment

if TYPE_CHECKING:
    from .._wire.services import Services


def run_url(services: "Services", run_id: str) -> str:
    """The page of a run; a browser without a login is told there how to get one."""
    return f"{services.address('studio')}/web/runs/{path_segment(services.scope.workspace_name)}/{path_segment(run_id)}"


def experiments_url(services: "Services") -> str:
    """The page that lists experiments and runs; one experiment has no page of its own yet."""
    return f"{services.address('studio')}/web"


def html_table(cells: Mapping[str, Any]) -> str:
    """One row under its headings; a cell that is a pair is a link: address and text."""
    heads = "".join(f"<th>{escape(name)}</th>" for name in cells)
    row = "".join(f"<td>{_cell(value)}</td>" for value in cells.values())
    return f'<table style="width:100%"><tr>{heads}</tr><tr>{row}</tr></table>'


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        address, text = value
        return f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(text)}</a>'
    return escape(str(value))
