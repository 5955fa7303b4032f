"""The run that this code is in, told by the environment variables that the service sets; or an offline one."""
from __future__ import annotations

import os
import threading
from typing import Any, Dict, Iterable, List, Mapping, Optional

from .._surface.missing import Public
from .._wire.scope import Scope
from ..exceptions import RunEnvironmentException

_lock = threading.Lock()
_current: Optional[Any] = None
_current_id: Optional[str] = None


def current_run(allow_offline: bool) -> Any:
    """The Run of AZUREML_RUN_ID, the same object each time; without one an _OfflineRun, or RunEnvironmentException."""
    global _current, _current_id
    run_id = os.environ.get("AZUREML_RUN_ID")
    if not run_id:
        if allow_offline:
            return _OfflineRun()
        raise RunEnvironmentException("This code is not in a run: AZUREML_RUN_ID is not set.")
    with _lock:
        if _current is None or _current_id != run_id:
            _current, _current_id = _open(run_id), run_id
        return _current


def _open(run_id: str) -> Any:
    """Nothing is asked of the server yet: a script's first log line is not held up by it."""
    from .._wire.endpoint import AGENT_SOURCE, Endpoint, find_endpoint
    from .._wire.services import Services
    from .experiment import Experiment
    from .run import Run
    from .workspace import Workspace

    env = os.environ
    url = env.get("AZUREML_SERVICE_ENDPOINT", "").rstrip("/")
    in_run = bool(url)
    endpoint = Endpoint(url, env.get("AZUREML_RUN_TOKEN"), AGENT_SOURCE, "AZUREML_RUN_TOKEN") if url else find_endpoint(
        token=env.get("AZUREML_RUN_TOKEN"))
    scope = Scope(env.get("AZUREML_ARM_SUBSCRIPTION", ""), env.get("AZUREML_ARM_RESOURCEGROUP", ""),
                  env.get("AZUREML_ARM_WORKSPACE_NAME", ""))
    workspace = Workspace._of_services(Services(endpoint, scope, in_run=in_run))
    experiment = Experiment(workspace, env.get("AZUREML_ARM_PROJECT_NAME", ""), _skip_name_validation=True,
                            _id=env.get("AZUREML_EXPERIMENT_ID"), _create_in_cloud=False)
    run = Run(experiment, run_id, _lazy=True)
    run._in_run = True
    return run


class _OfflineRun(Public):
    """Stands for a run where there is none: what is logged is printed, the rest does nothing."""

    def __init__(self) -> None:
        import uuid

        self.id = f"OfflineRun_{uuid.uuid4()}"
        self.parent = None
        self.tags: Dict[str, Any] = {}
        self.properties: Dict[str, Any] = {}
        self.input_datasets: Dict[str, Any] = {}
        self.output_datasets: Dict[str, Any] = {}
        self.status = "Running"

    def _print(self, kind: str, name: str, value: Any) -> None:
        print(f"Attempted to log {kind} metric {name}:\n{value}")

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        self._print("scalar", name, value)

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        self._print("list", name, list(value))

    def log_row(self, name: str, description: Optional[str] = None, **kwargs: Any) -> None:
        self._print("row", name, kwargs)

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        self._print("table", name, dict(value))

    def log_image(self, name: str, path: Optional[str] = None, plot: Any = None, description: str = "") -> None:
        self._print("image", name, path or plot)

    def log_accuracy_table(self, name: str, value: Any, description: str = "") -> None:
        self._print("accuracy table", name, value)

    def log_confusion_matrix(self, name: str, value: Any, description: str = "") -> None:
        self._print("confusion matrix", name, value)

    def log_predictions(self, name: str, value: Any, description: str = "") -> None:
        self._print("predictions", name, value)

    def log_residuals(self, name: str, value: Any, description: str = "") -> None:
        self._print("residuals", name, value)

    def tag(self, key: str, value: Optional[str] = None) -> None:
        self.tags[key] = value

    def set_tags(self, tags: Dict[str, Any]) -> None:
        self.tags.update(tags)

    def get_tags(self) -> Dict[str, Any]:
        return dict(self.tags)

    def add_properties(self, properties: Dict[str, Any]) -> None:
        self.properties.update(properties)

    def get_properties(self) -> Dict[str, Any]:
        return dict(self.properties)

    def get_metrics(self, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        return {}

    def get_status(self) -> str:
        return self.status

    def get_file_names(self) -> List[str]:
        return []

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None,
                  outputs: Optional[str] = None) -> "_OfflineRun":
        return _OfflineRun()

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: Optional[str] = None) -> None:
        """Nowhere to upload to."""

    def upload_files(self, names: List[str], paths: List[str], **kwargs: Any) -> None:
        """Nowhere to upload to."""

    def upload_folder(self, name: str, path: str, datastore_name: Optional[str] = None) -> None:
        """Nowhere to upload to."""

    def start(self) -> None:
        """Runs already."""

    def flush(self, timeout_seconds: float = 300) -> None:
        """All was printed at once."""

    def complete(self, _set_status: bool = True) -> None:
        self.status = "Completed"

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        self.status = "Failed"

    def cancel(self) -> bool:
        self.status = "Canceled"
        return True

    def __enter__(self) -> "_OfflineRun":
        return self

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        self.status = "Completed" if problem is None else "Failed"

    def __repr__(self) -> str:
        return f"Run(Id: {self.id},\nStatus: {self.status})"
