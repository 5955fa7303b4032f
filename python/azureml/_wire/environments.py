"""Registered environments of a workspace."""
from __future__ import annotations

from typing import Any, Dict, Iterator, Optional

from .http import HttpClient, path_segment

Json = Dict[str, Any]


class Environments:
    """Requests to `{base}/environment/v1.0{scope}/environments`."""

    def __init__(self, http: HttpClient, base_url: str, scope_path: str) -> None:
        self._http = http
        self._root = f"{base_url}/environment/v1.0{scope_path}/environments"

    def get(self, name: str, version: Optional[str] = None, label: Optional[str] = None) -> Json:
        path = f"/{path_segment(name)}"
        if version:
            path += f"/versions/{path_segment(version)}"
        elif label:
            path += f"/labels/{path_segment(label)}"
        return self._json("GET", path)

    def put(self, name: str, definition: Json) -> Json:
        """Stores the definition as a new version and answers it with that version."""
        return self._json("PUT", f"/{path_segment(name)}", definition)

    def list(self) -> Iterator[Json]:
        query: Json = {}
        while True:
            page = self._json("GET", "", **query)
            yield from page.get("value") or []
            if not page.get("continuationToken"):
                return
            query["continuation"] = page["continuationToken"]

    def _json(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        return self._http.request(method, self._root + path, json=body, query=query).json() or {}
