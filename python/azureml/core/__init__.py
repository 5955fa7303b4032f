"""The main classes of the SDK. Each is imported when it is first asked for, so that importing this package is quick."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._surface.missing import module_getattr as _module_getattr
from .._version import SDK_VERSION as VERSION

if TYPE_CHECKING:
    from .compute import ComputeTarget as ComputeTarget
    from .container_registry import ContainerRegistry as ContainerRegistry
    from .datastore import Datastore as Datastore
    from .environment import Environment as Environment
    from .experiment import Experiment as Experiment
    from .run import Run as Run
    from .runconfig import RunConfiguration as RunConfiguration
    from .script_run import ScriptRun as ScriptRun
    from .script_run_config import ScriptRunConfig as ScriptRunConfig
    from .workspace import Workspace as Workspace

_HOMES = {
    "ComputeTarget": "compute",
    "ContainerRegistry": "container_registry",
    "Datastore": "datastore",
    "Environment": "environment",
    "Experiment": "experiment",
    "Run": "run",
    "RunConfiguration": "runconfig",
    "ScriptRun": "script_run",
    "ScriptRunConfig": "script_run_config",
    "Workspace": "workspace",
}

__all__ = ["VERSION", *_HOMES]

_missing = _module_getattr(__name__)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        return _missing(name)
    import importlib

    value = getattr(importlib.import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value
