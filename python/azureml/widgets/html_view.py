"""The view of a run on a page: HTML that stands alone, in any notebook's colours."""
from __future__ import annotations

import math
from html import escape
from typing import Any, Dict, List

from .view import RunView, latest

_GOOD, _BAD, _BUSY = "#2e7d32", "#c62828", "#2a6fb0"
_COLOURS = {"Completed": _GOOD, "Failed": _BAD, "Canceled": _BAD}
_CARD = "border:1px solid #8886;border-radius:6px;padding:6px 10px"
_NOTE = "opacity:.7;font-size:90%"
# Turned round, a box shows its end and not its beginning when it is drawn anew.
_LOG = f"{_CARD};max-height:24em;overflow:auto;display:flex;flex-direction:column-reverse;margin:4px 0 8px"
_LOG_TEXT = "margin:0;padding:0;font-size:90%;white-space:pre-wrap;overflow-wrap:anywhere"
_CHART_WIDTH, _CHART_HEIGHT = 220, 48


def as_html(view: RunView, note: str = "") -> str:
    """Everything that a run says is escaped; nothing is fetched from elsewhere."""
    parts = [_head(view), _facts(view)]
    parts += [f"<div style='color:{_BAD};white-space:pre-wrap'>{escape(text)}</div>" for text in (view.error, note) if text]
    parts += [f"<div style='{_NOTE}'>Warning: {escape(warning)}</div>" for warning in view.warnings]
    parts += [_nodes(view.nodes), _metrics(view.metrics), _logs(view.logs)]
    return f"<div style='line-height:1.5'>{''.join(parts)}</div>"


def _head(view: RunView) -> str:
    colour = _COLOURS.get(view.status, _BUSY)
    waits = f" <span style='{_NOTE}'>{escape(view.reason)}</span>" if view.reason and not view.ended else ""
    return (f"<div><b style='color:{colour}'>{escape(view.status)}</b>{waits}</div>"
            f"<div><b>{escape(view.run_id)}</b></div>")


def _facts(view: RunView) -> str:
    facts = [("Experiment", view.experiment), ("Target", view.target), ("Duration", view.duration)]
    told = [f"{name}: {escape(str(value))}" for name, value in facts if value]
    told.append(f"<a href='{escape(view.url)}' target='_blank' rel='noopener'>Web View</a>")
    return f"<div style='{_NOTE}'>{' &#183; '.join(told)}</div>"


def _nodes(nodes: List[Dict[str, Any]]) -> str:
    if not nodes:
        return ""
    told = [f"{escape(str(node.get('nodeId')))} <span style='{_NOTE}'>{escape(str(node.get('nodeState')))}</span>"
            for node in nodes]
    return f"<div style='margin-top:8px'><b>Nodes</b> {', '.join(told)}</div>"


def _metrics(metrics: Dict[str, Any]) -> str:
    if not metrics:
        return ""
    cards = [f"<div style='{_CARD}'>{escape(name)} <b style='float:right;margin-left:1em'>{escape(str(latest(value)))}</b>"
             f"{_chart(value)}</div>" for name, value in sorted(metrics.items())]
    return f"<div style='display:flex;flex-wrap:wrap;align-items:flex-start;gap:8px;margin:8px 0'>{''.join(cards)}</div>"


def _logs(logs: Dict[str, str]) -> str:
    """What the script prints is open; how its nodes were made ready is there for who looks."""
    parts = []
    for name, tail in logs.items():
        is_open = " open" if "driver_log" in name else ""
        parts.append(f"<details{is_open}><summary>{escape(name)}</summary>"
                     f"<div style='{_LOG}'><pre style='{_LOG_TEXT}'>{escape(tail)}</pre></div></details>")
    return "".join(parts)


def _chart(value: Any) -> str:
    """A small curve of a series of finite numbers, with its lowest and highest."""
    if not isinstance(value, list):
        return ""
    points = [float(each) for each in value if isinstance(each, (int, float)) and math.isfinite(each)]
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    path = " ".join(f"{index * _CHART_WIDTH / (len(points) - 1):.1f},"
                    f"{_CHART_HEIGHT - 2 - (point - low) * (_CHART_HEIGHT - 4) / span:.1f}"
                    for index, point in enumerate(points))
    return (f"<svg width='{_CHART_WIDTH}' height='{_CHART_HEIGHT}' style='display:block;margin-top:4px'>"
            f"<polyline points='{path}' fill='none' stroke='{_BUSY}' stroke-width='1.5'/></svg>"
            f"<div style='{_NOTE};display:flex;justify-content:space-between'>"
            f"<span>min {latest(low)}</span><span>max {latest(high)}</span></div>")
