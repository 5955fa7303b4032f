"""Run history: experiments, runs, their events, tags and files."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional

from .http import HttpClient, path_of, path_segment
from .times import now_text

PAGE_SIZE = 500
EVENT_PREFIX = "Microsoft.MachineLearning.Run."

Json = Dict[str, Any]


class History:
    """Requests to `{base}/history/v1.0{scope}`."""

    def __init__(self, http: HttpClient, base_url: str, scope_path: str) -> None:
        self._http = http
        self._root = f"{base_url}/history/v1.0{scope_path}"

    # Experiments

    def get_experiment(self, name: str) -> Json:
        return self._json("GET", f"/experiments/{path_segment(name)}")

    def get_experiment_by_id(self, experiment_id: str) -> Json:
        return self._json("GET", f"/experimentids/{path_segment(experiment_id)}")

    def create_experiment(self, name: str) -> Json:
        return self._json("POST", f"/experiments/{path_segment(name)}")

    def modify_experiment(self, experiment_id: str, changes: Json) -> Json:
        return self._json("PATCH", f"/experimentids/{path_segment(experiment_id)}", changes)

    def delete_experiment(self, experiment_id: str) -> None:
        self._json("DELETE", f"/experimentids/{path_segment(experiment_id)}")

    def delete_experiment_tags(self, experiment_id: str, tags: List[str]) -> None:
        self._json("POST", f"/experimentids/{path_segment(experiment_id)}/tags:delete", {"tags": tags})

    def experiments(self, view_type: str = "ActiveOnly", filter_text: Optional[str] = None) -> Iterator[Json]:
        return self._query("/experiments:query", {"viewType": view_type, "filter": filter_text, "top": PAGE_SIZE})

    # Runs

    def get_run(self, run_id: str) -> Json:
        return self._json("GET", f"/runs/{path_segment(run_id)}")

    def get_run_of(self, experiment: str, run_id: str) -> Json:
        return self._json("GET", self._run(experiment, run_id))

    def put_run(self, experiment: str, run_id: str, changes: Json) -> Json:
        """Creates the run or changes the keys given; only those."""
        return self._json("PATCH", self._run(experiment, run_id), {"runId": run_id, **changes})

    def put_runs(self, experiment: str, runs: List[Json]) -> Json:
        return self._json("PATCH", f"/experiments/{path_segment(experiment)}/batch/runs", {"runs": runs})

    def details(self, experiment: str, run_id: str) -> Json:
        return self._json("GET", f"{self._run(experiment, run_id)}/details")

    def token(self, experiment: str, run_id: str) -> Json:
        return self._json("GET", f"{self._run(experiment, run_id)}/token")

    def runs(self, experiment: str, filter_text: Optional[str] = None) -> Iterator[Json]:
        """Newest first."""
        return self._query(f"/experiments/{path_segment(experiment)}/runs:query",
                           {"filter": filter_text, "orderby": "CreatedUtc desc", "top": PAGE_SIZE})

    def runs_of_compute(self, compute: str, filter_text: Optional[str] = None) -> Iterator[Json]:
        return self._list(f"/computes/{path_segment(compute)}/runs", filter_text)

    def children(self, experiment: str, run_id: str, filter_text: Optional[str] = None) -> Iterator[Json]:
        return self._list(f"{self._run(experiment, run_id)}/children", filter_text)

    def delete_tags(self, experiment: str, run_id: str, tags: List[str]) -> Json:
        return self._json("DELETE", f"{self._run(experiment, run_id)}/tags", tags)

    def post_event(self, experiment: str, run_id: str, name: str, data: Optional[Json] = None) -> None:
        """`name` without its prefix: Start, Completed, Failed, Canceled, CancelRequested, Warning, Error."""
        event = {"timestamp": now_text(), "name": EVENT_PREFIX + name, "data": {"RunId": run_id, **(data or {})}}
        self._json("POST", f"{self._run(experiment, run_id)}/events", event)

    # Files of a run

    def artifacts(self, experiment: str, run_id: str) -> Iterator[Json]:
        return self._list(f"{self._run(experiment, run_id)}/artifacts", None, "continuationToken")

    def artifact_content(self, experiment: str, run_id: str, path: str) -> Json:
        return self._json("GET", f"{self._run(experiment, run_id)}/artifacts/contentinfo/{path_of(path)}")

    def artifact_contents(self, experiment: str, run_id: str, prefix: str) -> Iterator[Json]:
        path = f"{self._run(experiment, run_id)}/artifacts/prefix/contentinfo/{path_of(prefix)}"
        return self._list(path, None, "continuationToken")

    def create_artifacts(self, experiment: str, run_id: str, paths: List[str]) -> Json:
        """Names new files; the reply holds a URL to write each to, by path."""
        return self._json("POST", f"{self._run(experiment, run_id)}/artifacts/batch/metadata",
                          {"paths": [{"path": path} for path in paths]})

    def _run(self, experiment: str, run_id: str) -> str:
        return f"/experiments/{path_segment(experiment)}/runs/{path_segment(run_id)}"

    def _json(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        return self._http.request(method, self._root + path, json=body, query=query).json() or {}

    def _query(self, path: str, body: Json) -> Iterator[Json]:
        body = {key: value for key, value in body.items() if value is not None}
        while True:
            page = self._json("POST", path, body)
            yield from page.get("value") or []
            if not page.get("continuationToken"):
                return
            body["continuationToken"] = page["continuationToken"]

    def _list(self, path: str, filter_text: Optional[str],
              continuation: str = "$continuationToken") -> Iterator[Json]:
        query: Json = {"$filter": filter_text}
        while True:
            page = self._json("GET", path, **query)
            yield from page.get("value") or []
            if not page.get("continuationToken"):
                return
            query[continuation] = page["continuationToken"]
