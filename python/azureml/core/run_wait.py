"""Waiting for a run's end, with its logs on the terminal."""
from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Dict, Optional

from .._local.log_follow import LogFollower
from .._wire.blob import SignedUrl
from ..exceptions import AuthenticationException, ExperimentExecutionException
from .run_list import ENDED

if TYPE_CHECKING:
    from .run_lifecycle import RunLifecycle

LOG_POLL_S = 0.2
STATUS_POLL_S = 1.0
REASON_AFTER_S = 3.0
WAITING = frozenset(("NotStarted", "Queued", "Provisioning", "Preparing", "Starting"))


def wait_for_end(run: "RunLifecycle", show_output: bool) -> Dict[str, Any]:
    """The details of the ended run. With `show_output`: title, logs as they grow, summary. Ctrl-C leaves the run running
    and raises ExperimentExecutionException."""
    if not show_output:
        while True:
            details = run.get_details()
            if details.get("status") in ENDED:
                return details
            time.sleep(STATUS_POLL_S)
    _title(run)
    try:
        details = _follow(run)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            f"Following the output of {run.id} was interrupted; the run itself goes on. Run.cancel() ends it.") from None
    print("\nExecution Summary\n=================")
    _title(run)
    for warning in details.get("warnings") or []:
        print(f"Warning: {warning.get('message') if isinstance(warning, dict) else warning}")
    print(flush=True)
    return details


def _title(run: "RunLifecycle") -> None:
    print(f"RunId: {run.id}\nWeb View: {run.get_portal_url()}", flush=True)


def _follow(run: "RunLifecycle") -> Dict[str, Any]:
    http = run._services.http
    follower = LogFollower(lambda url, offset: _read_log(SignedUrl(http, url), offset))
    reason = _Reason(run)
    details: Dict[str, Any] = {}
    asked = 0.0
    while True:
        now = time.monotonic()
        if now - asked >= STATUS_POLL_S:
            details, asked = run.get_details(), now
        logs = details.get("logFiles") or {}
        if details.get("status") in ENDED:
            follower.finish(logs)
            return details
        if not follower.follow(logs):
            reason.say(str(details.get("status")))
        time.sleep(LOG_POLL_S)


def _read_log(log: SignedUrl, offset: int) -> bytes:
    """A link that has run out gives nothing: the next details bring a fresh one."""
    try:
        return log.read_from(offset)
    except AuthenticationException:
        return b""


class _Reason:
    """Says on stderr why a run has not started yet, once for each reason that lasts."""

    def __init__(self, run: "RunLifecycle") -> None:
        self._run = run
        self._next = time.monotonic() + REASON_AFTER_S
        self._said: Optional[str] = None

    def say(self, status: str) -> None:
        if status not in WAITING or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + REASON_AFTER_S
        dto = self._run._services.history.get_run_of(self._run._experiment_name, self._run.id)
        text = (dto.get("queueingInfo") or {}).get("message")
        if text and text != self._said:
            self._said = text
            print(f"{status}: {text}", file=sys.stderr, flush=True)
