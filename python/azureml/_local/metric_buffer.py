"""Metrics on their way to the server: logging appends, one thread sends, nobody waits but flush."""
from __future__ import annotations

import atexit
import collections
import os
import threading
import time
from typing import Any, Callable, Deque, Dict, List, Optional

from .metric_rows import Row, batch_of
from .notices import warn

BATCH_ROWS = 50
PAUSE_S = 1.0
MAX_WAITING_ROWS = 200_000
EXIT_PATIENCE_S = 300.0

Post = Callable[[List[Dict[str, Any]]], List[Any]]


class MetricBuffer:
    """Rows of one run, sent in order in batches of at most 50, a second after the first of them was logged.

    Any thread may use it. `post` sends one batch and answers the server's complaints; it is called by one thread at a
    time and may block for as long as the server is away. When 200,000 rows wait, further ones are dropped with a warning.
    """

    def __init__(self, post: Post, pause_s: float = PAUSE_S) -> None:
        self._post = post
        self._pause_s = pause_s
        self._rows: Deque[Row] = collections.deque()
        self._dropped = 0
        self._problem: Optional[BaseException] = None
        self._changed = threading.Condition()
        self._sending = False
        self._hurry = False
        self._thread: Optional[threading.Thread] = None
        self._pid = os.getpid()
        atexit.register(self._flush_at_exit)

    def append(self, rows: List[Row]) -> None:
        """Takes the rows and returns at once."""
        self._notice_fork()
        with self._changed:
            if len(self._rows) + len(rows) > MAX_WAITING_ROWS:
                if not self._dropped:
                    warn(f"more than {MAX_WAITING_ROWS} metric rows wait for the server: further ones are dropped.")
                self._dropped += len(rows)
                return
            self._rows.extend(rows)
            self._ensure_thread()
            self._changed.notify_all()

    def flush(self, timeout_s: Optional[float] = None) -> bool:
        """Waits until everything logged so far is stored; False if that took longer than `timeout_s`. Raises what the
        sending raised."""
        self._notice_fork()
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        with self._changed:
            if self._rows:
                self._ensure_thread()
            self._hurry = True
            self._changed.notify_all()
            while (self._rows or self._sending) and self._problem is None:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._changed.wait(left)
            problem, self._problem = self._problem, None
        if problem is not None:
            raise problem
        return True

    def _notice_fork(self) -> None:
        """A forked child has none of its parent's threads, and the parent sends the rows that were waiting."""
        if self._pid == os.getpid():
            return
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._rows.clear()
        self._thread = None
        self._sending = False

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="homeport-metrics", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._rows:
                    self._hurry = False
                    self._changed.wait()
                if not self._hurry:
                    self._changed.wait_for(lambda: self._hurry or len(self._rows) >= BATCH_ROWS, self._pause_s)
                rows = [self._rows.popleft() for _ in range(min(BATCH_ROWS, len(self._rows)))]
                self._sending = True
            problem = self._send(rows)
            with self._changed:
                self._sending = False
                self._problem = problem or self._problem
                self._changed.notify_all()

    def _send(self, rows: List[Row]) -> Optional[BaseException]:
        try:
            complaints = self._post(batch_of(rows))
        except Exception as problem:
            warn(f"{len(rows)} metric rows were not stored: {getattr(problem, 'message', problem)}")
            return problem
        if complaints:
            warn(f"{len(complaints)} metrics were refused: {complaints[0]}")
        return None

    def _flush_at_exit(self) -> None:
        if self._pid != os.getpid():
            return
        try:
            if not self.flush(EXIT_PATIENCE_S):
                warn("the program ends while metrics still wait for the server: they are lost.")
        except Exception:
            return  # it was said when it happened
