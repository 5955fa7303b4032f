"""Submitting a run: its definition and its source folder in one multipart request."""
from __future__ import annotations

import tempfile
import uuid
from typing import IO, Any, Dict

from .http import HttpClient, path_segment

Json = Dict[str, Any]
COPY_BYTES = 1 << 20
KEPT_IN_MEMORY_BYTES = 8 << 20


class Execution:
    """Requests to `{base}/execution/v1.0{scope}`."""

    def __init__(self, http: HttpClient, base_url: str, scope_path: str) -> None:
        self._http = http
        self._root = f"{base_url}/execution/v1.0{scope_path}"

    def start_run(self, experiment: str, run_id: str, definition: Json, project_zip: IO[bytes]) -> str:
        """Submits and answers the run's id. A repeat with the same id is the same run."""
        import json

        boundary = uuid.uuid4().hex
        with tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES) as body:
            _write_part(body, boundary, "runDefinitionFile", "definition.json")
            body.write(json.dumps(definition).encode("utf-8"))
            body.write(b"\r\n")
            _write_part(body, boundary, "projectZipFile", "project.zip")
            project_zip.seek(0)
            while True:
                piece = project_zip.read(COPY_BYTES)
                if not piece:
                    break
                body.write(piece)
            body.write(f"\r\n--{boundary}--\r\n".encode("ascii"))
            reply = self._http.request(
                "POST", f"{self._root}/experiments/{path_segment(experiment)}/startrun", query={"runId": run_id},
                body=body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return str((reply.json() or {}).get("runId") or run_id)

    def cancel(self, experiment: str, run_id: str) -> None:
        self._http.request(
            "POST", f"{self._root}/experiments/{path_segment(experiment)}/runId/{path_segment(run_id)}/cancel")


def _write_part(body: Any, boundary: str, name: str, file_name: str) -> None:
    body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
               .encode("ascii"))
