"""How a run begins and ends, and waiting for its end."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._surface.missing import Public
from .._wire.times import now_text
from ..exceptions import ActivityFailedException, UserErrorException
from .run_list import ENDED

if TYPE_CHECKING:
    from .._wire.services import Services
    from .experiment import Experiment
    from .run import Run


SUBMITTED_TYPE = "azureml.scriptrun"


class RunLifecycle(Public):
    """What Run does about its own beginning and end, and those of its children."""

    _in_run = False  # True for the run that this code itself is in: the service ends it when the script ends

    if TYPE_CHECKING:
        id: str
        _experiment: "Experiment"
        _experiment_name: str
        _outputs: Optional[str]
        _services: "Services"

        @property
        def type(self) -> Optional[str]: ...
        def flush(self, timeout_seconds: float = 300) -> None: ...
        def get_details(self) -> Dict[str, Any]: ...
        def get_status(self) -> str: ...
        def _note_status(self, status: Optional[str]) -> None: ...
        def upload_folder(self, name: str, path: str) -> Any: ...
        def get_portal_url(self) -> str: ...

    def start(self) -> None:
        """Marks the run as running."""
        self._event("Start", {"StartTime": now_text()})

    def complete(self, _set_status: bool = True) -> None:
        """Stores what was logged and marks the run as completed."""
        self.flush()
        if self._outputs and os.path.isdir(self._outputs):
            self.upload_folder(os.path.basename(os.path.normpath(self._outputs)), self._outputs)
        if _set_status and not self._in_run:
            self._event("Completed", {"EndTime": now_text()})
            self._note_status("Completed")

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Stores what was logged and marks the run as failed, with the reason."""
        self.flush()
        if error_details is not None or error_code is not None:
            error = {"code": "UserError", "message": str(error_details or error_code)}
            if error_code:
                error["codeValue"] = error_code
            self._event("Error", {"ErrorResponse": {"error": error}})
        if _set_status and not self._in_run:
            self._event("Failed", {"EndTime": now_text()})
            self._note_status("Failed")

    def cancel(self) -> bool:
        """Asks for the run's end; True once the server has taken it. A submitted run is ended with its processes."""
        if self.type == SUBMITTED_TYPE:
            self._services.execution.cancel(self._experiment_name, self.id)
            return True
        self._event("CancelRequested")
        self._event("Canceled", {"EndTime": now_text()})
        return True

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None,
                  outputs: Optional[str] = None) -> "Run":
        """A run below this one, running from now on."""
        from .experiment import make_run

        return make_run(self._experiment, run_id, name, outputs, parent_run_id=self.id)

    def create_children(self, count: Optional[int] = None, tag_key: Optional[str] = None,
                        tag_values: Optional[List[str]] = None) -> List["Run"]:
        """`count` runs below this one, or one for each of `tag_values`, tagged with it."""
        from .experiment import new_run_id
        from .run import from_dto

        if (count is None) == (tag_key is None) or (tag_key is None) != (tag_values is None):
            raise UserErrorException("create_children takes count=, or tag_key= and tag_values=.", target="count")
        values: List[Optional[str]] = list(tag_values) if tag_values is not None else [None] * int(count or 0)
        bodies: List[Dict[str, Any]] = []
        for value in values:
            body: Dict[str, Any] = {"runId": new_run_id(self._experiment_name), "parentRunId": self.id,
                                    "options": {"generateDataContainerIdIfNotSpecified": True}}
            if tag_key is not None:
                body["tags"] = {tag_key: value}
            bodies.append(body)
        reply = self._services.history.put_runs(self._experiment_name, bodies)
        if reply.get("errors"):
            raise UserErrorException(f"Some children could not be made: {reply['errors']}")
        return [from_dto(self._experiment, reply["runs"][body["runId"]]) for body in bodies]

    def wait_for_completion(self, show_output: bool = False, wait_post_processing: bool = False,
                            raise_on_error: bool = True) -> Dict[str, Any]:
        """Waits until the run has ended and answers its details; `show_output` prints its logs meanwhile.

        A run that failed raises ActivityFailedException, unless `raise_on_error` is False.
        """
        from .run_wait import wait_for_end

        details = wait_for_end(self, show_output)
        self._note_status(details.get("status"))
        if details.get("status") == "Failed" and raise_on_error:
            import json

            error = details.get("error") or {"error": {"code": "Unknown", "message": "The server gives no reason."}}
            raise ActivityFailedException(f"Activity Failed:\n{json.dumps(error, indent=4)}")
        return details

    def __enter__(self) -> "RunLifecycle":
        return self

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        if problem is None:
            self.complete()
        elif self.get_status() not in ENDED:
            self.fail(error_details=f"{type(problem).__name__}: {problem}")

    def _event(self, name: str, data: Optional[Dict[str, Any]] = None) -> None:
        self._services.history.post_event(self._experiment_name, self.id, name, data)
