"""Metrics v2: batches in, lists and full series out."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional

from .errors import is_not_found
from .http import HttpClient, path_segment

Json = Dict[str, Any]


class Metrics:
    """Requests to `{base}/metric/v2.0{scope}`."""

    def __init__(self, http: HttpClient, base_url: str, scope_path: str) -> None:
        self._http = http
        self._root = f"{base_url}/metric/v2.0{scope_path}"

    def post_batch(self, run_id: str, values: List[Json]) -> List[Json]:
        """Stores the rows; answers the errors of those that the server refused. Repeating a batch changes nothing."""
        reply = self._http.request("POST", f"{self._run(run_id)}/batch", json={"values": values, "reportErrors": True})
        return list((reply.json() or {}).get("errors") or [])

    def names(self, run_id: str) -> Iterator[str]:
        body: Json = {}
        while True:
            page = self._http.request("POST", f"{self._run(run_id)}/list", json=body).json() or {}
            for definition in page.get("value") or []:
                yield str(definition["metricKey"]["name"])
            if not page.get("continuationToken"):
                return
            body = {"continuationToken": page["continuationToken"]}

    def full(self, run_id: str, name: str) -> Optional[Json]:
        """One metric with all its rows; None if the run has none of that name."""
        body: Json = {"metricName": name}
        whole: Optional[Json] = None
        while True:
            try:
                page = self._http.request("POST", f"{self._run(run_id)}/full", json=body).json()
            except Exception as problem:
                if is_not_found(problem):
                    return whole
                raise
            if not page:
                return whole
            if whole is None:
                whole = page
            else:
                whole["value"] = (whole.get("value") or []) + (page.get("value") or [])
            if not page.get("continuationToken"):
                return whole
            body["continuationToken"] = page["continuationToken"]

    def _run(self, run_id: str) -> str:
        return f"{self._root}/runs/{path_segment(run_id)}"
