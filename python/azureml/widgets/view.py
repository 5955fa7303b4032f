"""What RunDetails shows: read once from the server, drawn as text or HTML."""
from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from .._wire.times import parse_time

if TYPE_CHECKING:
    from ..core.run import Run

TAIL_LINES = 15
TERMINAL_TAIL_LINES = 5
TAIL_BYTES = 8192
ENDED = frozenset(("Completed", "Failed", "Canceled"))


class RunView(NamedTuple):
    """A run at one moment."""

    experiment: str
    run_id: str
    url: str
    status: str
    reason: Optional[str]
    target: Optional[str]
    duration: str
    nodes: List[Dict[str, Any]]
    metrics: Dict[str, Any]
    logs: Dict[str, str]
    warnings: List[str]
    error: Optional[str]

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    def as_dict(self) -> Dict[str, Any]:
        return dict(self._asdict())


def read_view(run: "Run") -> RunView:
    """Asks the server for all that the view shows."""
    dto = run._refresh()
    details = run.get_details()
    error = (details.get("error") or {}).get("error") or {}
    return RunView(
        experiment=run.experiment.name, run_id=run.id, url=run.get_portal_url(), status=str(details.get("status")),
        reason=(dto.get("queueingInfo") or {}).get("message"), target=details.get("target") or dto.get("target"),
        duration=_duration(details.get("startTimeUtc"), details.get("endTimeUtc")), nodes=_nodes(run, details),
        metrics=run.get_metrics(), logs=_tails(run, details.get("logFiles") or {}),
        warnings=[str(each.get("message") if isinstance(each, dict) else each)
                  for each in details.get("warnings") or []],
        error=error.get("message"))


def as_text(view: RunView) -> str:
    """The view on a terminal."""
    lines = [f"Run {view.run_id} of {view.experiment}: {view.status}"
             + (f" ({view.reason})" if view.reason and not view.ended else ""),
             f"Web View: {view.url}", f"Target: {view.target}   Duration: {view.duration}"]
    if view.error:
        lines.append(f"Error: {view.error}")
    lines += [f"Warning: {warning}" for warning in view.warnings]
    if view.nodes:
        lines.append("Nodes: " + ", ".join(f"{node.get('nodeId')} {node.get('nodeState')}" for node in view.nodes))
    if view.metrics:
        lines.append("Metrics:")
        lines += [f"  {name}: {_latest(value)}" for name, value in sorted(view.metrics.items())]
    for name, tail in view.logs.items():
        lines += [f"--- {name} (its end)", *tail.splitlines()[-TERMINAL_TAIL_LINES:]]
    return "\n".join(lines)


def as_html(view: RunView, note: str = "") -> str:
    """The view on a page; everything that a run says is escaped."""
    rows = {"Run": view.run_id, "Experiment": view.experiment, "Status": view.status,
            "Waits for": view.reason if not view.ended else None, "Target": view.target, "Duration": view.duration,
            "Error": view.error, "Note": note or None}
    table = "".join(f"<tr><th style='text-align:left'>{escape(key)}</th><td>{escape(str(value))}</td></tr>"
                    for key, value in rows.items() if value)
    parts = [f"<table>{table}</table>", f"<a href='{escape(view.url)}' target='_blank' rel='noopener'>Details page</a>"]
    parts += [f"<div><b>Warning</b> {escape(warning)}</div>" for warning in view.warnings]
    if view.nodes:
        cells = "".join(f"<tr><td>{escape(str(node.get('nodeId')))}</td><td>{escape(str(node.get('nodeState')))}</td></tr>"
                        for node in view.nodes)
        parts.append(f"<table><tr><th>Node</th><th>State</th></tr>{cells}</table>")
    for name, value in sorted(view.metrics.items()):
        parts.append(f"<div>{escape(name)}: <b>{escape(str(_latest(value)))}</b> {_sparkline(value)}</div>")
    for name, tail in view.logs.items():
        is_open = " open" if "70_driver_log" in name else ""
        parts.append(f"<details{is_open}><summary>{escape(name)}</summary>"
                     f"<pre style='max-height:20em;overflow:auto'>{escape(tail)}</pre></details>")
    return "".join(parts)


def _tails(run: "Run", log_files: Dict[str, str]) -> Dict[str, str]:
    from .._wire.blob import SignedUrl

    tails = {}
    for name, url in sorted(log_files.items()):
        text = SignedUrl(run._services.http, url).tail(TAIL_BYTES).decode("utf-8", "replace")
        tails[name] = "\n".join(text.splitlines()[-TAIL_LINES:])
    return tails


def _nodes(run: "Run", details: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The nodes that serve the run; none when its target is gone or has no nodes to list."""
    target = details.get("target")
    if not target or details.get("status") in ENDED:
        return []
    services = run._services
    try:
        nodes = services.arm.list_nodes(services.scope, str(target))
    except Exception:
        return []
    return [node for node in nodes if node.get("runId") == run.id]


def _duration(start: Optional[str], end: Optional[str]) -> str:
    import datetime

    began, ended = parse_time(start), parse_time(end)
    if began is None:
        return "-"
    seconds = ((ended or datetime.datetime.now(datetime.timezone.utc)) - began).total_seconds()
    return str(datetime.timedelta(seconds=max(int(seconds), 0)))


def _latest(value: Any) -> Any:
    """A series is shown by its last value, a table by its columns."""
    if isinstance(value, list):
        return value[-1] if value else None
    if isinstance(value, dict):
        return ", ".join(f"{name} {_latest(cells)}" for name, cells in value.items())
    return value


def _sparkline(value: Any) -> str:
    """A small curve of a series of finite numbers."""
    import math

    if not isinstance(value, list):
        return ""
    points = [float(each) for each in value if isinstance(each, (int, float)) and math.isfinite(each)]
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    path = " ".join(f"{index * 200 / (len(points) - 1):.1f},{38 - (point - low) * 36 / span:.1f}"
                    for index, point in enumerate(points))
    return (f"<svg width='200' height='40' style='vertical-align:middle'>"
            f"<polyline points='{path}' fill='none' stroke='currentColor'/></svg>")
