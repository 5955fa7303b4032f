"""Runs that execute a script on a compute target."""
from __future__ import annotations

from typing import Any, Optional

from .._surface.missing import module_getattr
from .experiment import Experiment
from .run import Run


class ScriptRun(Run):
    """A submitted run."""

    RUN_TYPE = "azureml.scriptrun"

    def __init__(self, experiment: Experiment, run_id: str, directory: Optional[str] = None, _run_config: Any = None,
                 **kwargs: Any) -> None:
        super().__init__(experiment, run_id, **kwargs)
        self._directory = directory
        self._run_config = _run_config

    def cancel(self) -> bool:
        """Asks the service to end the run; its processes get time to end by themselves."""
        self._services.execution.cancel(self._experiment_name, self.id)
        return True


__getattr__ = module_getattr(__name__)
