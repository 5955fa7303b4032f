"""Runs that execute a script on a compute target."""
from __future__ import annotations

from typing import Any, Optional

from .._surface.missing import module_getattr
from .experiment import Experiment
from .run import Run
from .run_lifecycle import SUBMITTED_TYPE


class ScriptRun(Run):
    """A submitted run."""

    RUN_TYPE = SUBMITTED_TYPE

    def __init__(self, experiment: Experiment, run_id: str, directory: Optional[str] = None, _run_config: Any = None,
                 **kwargs: Any) -> None:
        super().__init__(experiment, run_id, **kwargs)
        self._directory = directory
        self._run_config = _run_config


__getattr__ = module_getattr(__name__)
