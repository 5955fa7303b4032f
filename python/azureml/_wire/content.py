"""Snapshots of source folders."""
from __future__ import annotations

from .http import HttpClient, path_segment


class Content:
    """Requests to `{base}/content/v1.0{scope}`."""

    def __init__(self, http: HttpClient, base_url: str, scope_path: str) -> None:
        self._http = http
        self._base_url = base_url
        self._root = f"{base_url}/content/v1.0{scope_path}"

    def snapshot_zip(self, snapshot_id: str) -> bytes:
        """The snapshot as a zip. The token goes along only when the zip lies with the server itself."""
        url = str(self._http.request("GET", f"{self._root}/snapshots/{path_segment(snapshot_id)}").json())
        at_home = url.startswith(self._base_url + "/")
        return self._http.request("GET", url, authorize=at_home).body
