"""What RunDetails shows: read once from the server, and drawn as text; html_view draws it on a page."""
from __future__ import annotations

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


def as_text(view: RunView, tail_lines: int = TERMINAL_TAIL_LINES) -> str:
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
        lines += [f"  {name}: {latest(value)}" for name, value in sorted(view.metrics.items())]
    for name, tail in view.logs.items():
        lines += [f"--- {name} (its end)", *tail.splitlines()[-tail_lines:]]
    return "\n".join(lines)


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


def latest(value: Any) -> Any:
    """A series is shown by its last value, a table by its columns."""
    if isinstance(value, list):
        return latest(value[-1]) if value else None
    if isinstance(value, dict):
        return ", ".join(f"{name} {latest(cells)}" for name, cells in value.items())
    return f"{value:.6g}" if isinstance(value, float) else value
