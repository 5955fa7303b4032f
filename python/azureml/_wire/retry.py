"""How long to go on when the server does not answer, or says to come back later."""
from __future__ import annotations

import os
import sys
import threading
import time
from typing import Optional, Set

AWAY_STATUSES = frozenset((502, 503, 504))
RETRIED_STATUSES = frozenset((408, 429, 500, 502, 503, 504))
STATUS_RETRIES = 6
LONGEST_PAUSE_S = 8.0
DEFAULT_PATIENCE_S = 600.0

_announced: Set[str] = set()
_announce_lock = threading.Lock()


def patience_seconds() -> float:
    """How long a server that refuses connections is tried again: 10 minutes, or HOMEPORT_RETRY_SECONDS."""
    try:
        return float(os.environ.get("HOMEPORT_RETRY_SECONDS", DEFAULT_PATIENCE_S))
    except ValueError:
        return DEFAULT_PATIENCE_S


class Patience:
    """The retries of one request. One thread uses it.

    Behind an agent (`via_agent`) a gateway's status means that the server is away, and has the patience of that.
    """

    def __init__(self, base_url: str, via_agent: bool = False) -> None:
        self._base_url = base_url
        self._via_agent = via_agent
        self._deadline: Optional[float] = None
        self._pause_s = 0.1
        self._status_retries = 0

    def wait_after_failure(self, problem: BaseException) -> bool:
        """Sleeps and answers True while the connection should be tried again; announces the wait on stderr once."""
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + patience_seconds()
        if now >= self._deadline:
            return False
        _announce(self._base_url, problem, self._deadline - now)
        self._sleep(min(self._pause_s, self._deadline - now))
        return True

    def wait_after_status(self, status: int, retry_after: Optional[str]) -> bool:
        """Sleeps and answers True when a reply with `status` should be asked for again."""
        if self._via_agent and status in AWAY_STATUSES:
            return self.wait_after_failure(ConnectionError(f"status {status}"))
        if status not in RETRIED_STATUSES or self._status_retries >= STATUS_RETRIES:
            return False
        self._status_retries += 1
        try:
            pause = float(retry_after) if retry_after else self._pause_s
        except ValueError:
            pause = self._pause_s
        self._sleep(min(pause, 60.0))
        return True

    def _sleep(self, seconds: float) -> None:
        time.sleep(max(seconds, 0.0))
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)


def _announce(base_url: str, problem: BaseException, seconds: float) -> None:
    with _announce_lock:
        if base_url in _announced:
            return
        _announced.add(base_url)
    why = "refuses connections" if isinstance(problem, ConnectionRefusedError) else f"does not answer ({problem})"
    print(f"Homeport at {base_url} {why}; trying again for up to {int(seconds + 0.5)} s (`homeport up` starts it).",
          file=sys.stderr, flush=True)


def answered(base_url: str) -> None:
    """The server is back: the next outage is announced again."""
    if base_url in _announced:
        with _announce_lock:
            _announced.discard(base_url)
