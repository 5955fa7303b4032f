"""Datastores of a workspace."""
from __future__ import annotations

from typing import Any, Dict, Iterator

from .http import HttpClient, path_segment

Json = Dict[str, Any]


class Datastores:
    """Requests to `{base}/datastore/v1.0{scope}`."""

    def __init__(self, http: HttpClient, base_url: str, scope_path: str) -> None:
        self._http = http
        self._root = f"{base_url}/datastore/v1.0{scope_path}"

    def get(self, name: str) -> Json:
        """One datastore with its key or SAS."""
        return self._json("GET", f"/datastores/{path_segment(name)}", includeSecret="true")

    def get_default(self) -> Json:
        return self._json("GET", "/default", includeSecret="true")

    def set_default(self, name: str) -> None:
        self._json("PUT", f"/default/{path_segment(name)}")

    def list(self) -> Iterator[Json]:
        query: Json = {"includeSecret": "true"}
        while True:
            page = self._json("GET", "/datastores", **query)
            yield from page.get("value") or []
            if not page.get("continuationToken"):
                return
            query["continuationToken"] = page["continuationToken"]

    def create(self, body: Json, create_if_not_exists: bool, skip_validation: bool) -> None:
        self._json("POST", "/datastores", body, createIfNotExists=_flag(create_if_not_exists),
                   skipValidation=_flag(skip_validation))

    def replace(self, name: str, body: Json, create_if_not_exists: bool, skip_validation: bool) -> None:
        self._json("PUT", f"/datastores/{path_segment(name)}", body, createIfNotExists=_flag(create_if_not_exists),
                   skipValidation=_flag(skip_validation))

    def delete(self, name: str) -> None:
        self._json("DELETE", f"/datastores/{path_segment(name)}")

    def _json(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        return self._http.request(method, self._root + path, json=body, query=query).json() or {}


def _flag(value: bool) -> str:
    return "true" if value else "false"
