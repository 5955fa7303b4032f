"""The control plane: workspaces and computes of Microsoft.MachineLearningServices."""
from __future__ import annotations

import time
from typing import Any, Dict, Iterator, List, Optional

from .http import HttpClient, Response, path_segment
from .scope import PROVIDER, Scope

API_VERSION = "2019-06-01"
TERMINAL = frozenset(("succeeded", "failed", "canceled"))

Json = Dict[str, Any]


class Operation:
    """A long-running operation that the server has started; done at once when it named no URL to poll."""

    def __init__(self, http: HttpClient, url: Optional[str]) -> None:
        self._http = http
        self._url = url
        self.status = "InProgress" if url else "Succeeded"
        self.error: Optional[Json] = None

    def poll(self) -> bool:
        """Asks once; True when it has ended. `status` and `error` tell how."""
        if self._url and self.status.lower() not in TERMINAL:
            reply = self._http.request("GET", self._url).json() or {}
            self.status = reply.get("status", "Succeeded")
            self.error = reply.get("error")
        return self.status.lower() in TERMINAL

    def wait(self, pause_s: float = 0.5) -> None:
        while not self.poll():
            time.sleep(pause_s)


class Arm:
    """ARM requests to one server."""

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    def get_workspace(self, scope: Scope) -> Json:
        return self._json("GET", scope.path)

    def put_workspace(self, scope: Scope, body: Json) -> Operation:
        return self._start(self._send("PUT", scope.path, json=body))

    def patch_workspace(self, scope: Scope, body: Json) -> Json:
        return self._json("PATCH", scope.path, json=body)

    def delete_workspace(self, scope: Scope) -> Operation:
        return self._start(self._send("DELETE", scope.path))

    def list_keys(self, scope: Scope) -> Json:
        return self._json("POST", f"{scope.path}/listKeys")

    def resync_keys(self, scope: Scope) -> None:
        self._send("POST", f"{scope.path}/resyncKeys")

    def list_workspaces(self, subscription_id: str, resource_group: Optional[str] = None) -> Iterator[Json]:
        group = f"/resourceGroups/{path_segment(resource_group)}" if resource_group else ""
        return self._pages(f"/subscriptions/{path_segment(subscription_id)}{group}/providers/{PROVIDER}/workspaces")

    def list_subscriptions(self) -> List[Json]:
        return list(self._json("GET", "/subscriptions").get("value") or [])

    def create_resource_group(self, subscription_id: str, name: str, location: str) -> None:
        """The group of a new workspace; a server without groups of its own (404, 501) needs none."""
        path = f"/subscriptions/{path_segment(subscription_id)}/resourcegroups/{path_segment(name)}"
        reply = self._http.send("PUT", self._base_url + path, query={"api-version": "2019-05-10"},
                                json={"location": location})
        if reply.status >= 400 and reply.status not in (404, 405, 501):
            from .errors import error_of

            raise error_of(reply, "PUT", path, self._http.token_source)

    def get_compute(self, scope: Scope, name: str) -> Json:
        return self._json("GET", self._compute(scope, name))

    def list_computes(self, scope: Scope) -> Iterator[Json]:
        return self._pages(f"{scope.path}/computes")

    def put_compute(self, scope: Scope, name: str, body: Json) -> Operation:
        return self._start(self._send("PUT", self._compute(scope, name), json=body))

    def patch_compute(self, scope: Scope, name: str, body: Json) -> Operation:
        return self._start(self._send("PATCH", self._compute(scope, name), json=body))

    def delete_compute(self, scope: Scope, name: str, action: str) -> Operation:
        return self._start(self._send("DELETE", self._compute(scope, name), underlyingResourceAction=action))

    def list_nodes(self, scope: Scope, name: str) -> List[Json]:
        return list(self._json("POST", f"{self._compute(scope, name)}/listNodes").get("nodes") or [])

    def vm_sizes(self, subscription_id: str, location: str) -> List[Json]:
        reply = self._json("GET", f"{_location(subscription_id, location)}/vmSizes")
        return list(reply.get("amlCompute") or reply.get("value") or [])

    def usages(self, subscription_id: str, location: str) -> Iterator[Json]:
        return self._pages(f"{_location(subscription_id, location)}/usages")

    @staticmethod
    def _compute(scope: Scope, name: str) -> str:
        return f"{scope.path}/computes/{path_segment(name)}"

    def _send(self, method: str, path: str, json: Optional[Json] = None, **query: Any) -> Response:
        return self._http.request(method, self._base_url + path, json=json,
                                  query={"api-version": API_VERSION, **query})

    def _json(self, method: str, path: str, json: Optional[Json] = None, **query: Any) -> Json:
        return self._send(method, path, json, **query).json() or {}

    def _pages(self, path: str) -> Iterator[Json]:
        page = self._json("GET", path)
        while True:
            yield from page.get("value") or []
            if not page.get("nextLink"):
                return
            page = self._http.request("GET", page["nextLink"]).json() or {}

    def _start(self, reply: Response) -> Operation:
        url = reply.headers.get("azure-asyncoperation")
        if not url and reply.status == 202:
            url = reply.headers.get("location")
        return Operation(self._http, url)


def _location(subscription_id: str, location: str) -> str:
    return (f"/subscriptions/{path_segment(subscription_id)}/providers/{PROVIDER}"
            f"/locations/{path_segment(location)}")
