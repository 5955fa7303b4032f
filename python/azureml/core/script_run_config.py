"""A script, its folder and how to run it: what Experiment.submit takes."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

from .._local.notices import warn_not_honoured
from .._surface.missing import Public, module_getattr
from ..data.data_reference import DataReference
from ..exceptions import UserErrorException
from .runconfig import (LOCAL_TARGET, DockerConfiguration, MpiConfiguration, PyTorchConfiguration, RunConfiguration,
                        TensorflowConfiguration)

if TYPE_CHECKING:
    from .environment import Environment


class ScriptRunConfig(Public):
    """The arguments are checked here; the folder and the script when the run is submitted."""

    MAX_DURATION_SECONDS_DEFAULT = 2592000

    def __init__(self, source_directory: Optional[str], script: Optional[str] = None,
                 arguments: Optional[List[Any]] = None, run_config: Optional[RunConfiguration] = None,
                 _telemetry_values: Optional[Dict[str, Any]] = None, compute_target: Any = None,
                 environment: Optional["Environment"] = None, distributed_job_config: Any = None,
                 resume_from: Any = None, max_run_duration_seconds: Optional[int] = MAX_DURATION_SECONDS_DEFAULT,
                 command: Union[str, List[Any], None] = None,
                 docker_runtime_config: Optional[DockerConfiguration] = None) -> None:
        if script and command:
            raise UserErrorException("Give script= or command=, not both.", target="command")
        if command is not None and arguments:
            raise UserErrorException("arguments= belong to script=; put them into command=.", target="arguments")
        if run_config is not None and (compute_target is not None or environment is not None
                                       or distributed_job_config is not None):
            raise UserErrorException("Give run_config=, or compute_target=, environment= and distributed_job_config=; "
                                     "not both.", target="run_config")
        warn_not_honoured("ScriptRunConfig", {"resume_from": resume_from})
        self.source_directory = source_directory or "."
        self.run_config = run_config._copy() if run_config is not None else RunConfiguration()
        self.script = script or self.run_config.script
        self.arguments = list(arguments) if arguments is not None else list(self.run_config.arguments)
        self.command = command if command is not None else self.run_config.command
        self.resume_from = resume_from
        self.max_run_duration_seconds = max_run_duration_seconds
        self._telemetry_values = dict(_telemetry_values or {})
        if compute_target is not None:
            self.run_config.target = compute_target
        if environment is not None:
            self.run_config.environment = environment
        if docker_runtime_config is not None:
            self.run_config.docker = docker_runtime_config
        if distributed_job_config is not None:
            _distribute(self.run_config, distributed_job_config)

    def __repr__(self) -> str:
        return (f"ScriptRunConfig(source_directory={self.source_directory!r}, script={self.script!r}, "
                f"arguments={self.arguments!r}, target={self.run_config.target!r})")

    def _final_run_config(self) -> RunConfiguration:
        """The run configuration with script and arguments in it; data references among the arguments are registered."""
        final = self.run_config._copy()
        final.script = self.script
        final.command = self.command
        if isinstance(final.command, (list, tuple)):
            final.command = " ".join(str(part) for part in register_references(final, list(final.command)))
        final.arguments = register_references(final, self.arguments)
        if self.max_run_duration_seconds is not None:
            final.max_run_duration_seconds = self.max_run_duration_seconds
        if final.target == LOCAL_TARGET:
            raise UserErrorException(
                "Runs on the target 'local' are not built in Homeport: pass compute_target=, a cluster of the workspace.",
                target="compute_target")
        return final


def register_references(run_config: RunConfiguration, arguments: List[Any]) -> List[Any]:
    """The arguments as text; a DataReference becomes its variable and goes into the configuration."""
    result = []
    for argument in arguments:
        if isinstance(argument, DataReference):
            run_config.data_references[argument.data_reference_name] = argument.to_config()
        result.append(str(argument))
    return result


def _distribute(run_config: RunConfiguration, config: Any) -> None:
    if isinstance(config, TensorflowConfiguration):
        run_config.framework, run_config.communicator = "TensorFlow", "ParameterServer"
        run_config.tensorflow = config
        run_config.node_count = max(config.worker_count, config.parameter_server_count)
    elif isinstance(config, MpiConfiguration):
        run_config.communicator = "Mpi"
        run_config.mpi = config
        run_config.node_count = config.node_count
    elif isinstance(config, PyTorchConfiguration):
        run_config.framework = "PyTorch"
        run_config.communicator = str(config.communication_backend)
        run_config.pytorch = config
        run_config.node_count = config.node_count
    else:
        raise UserErrorException("distributed_job_config= takes a TensorflowConfiguration, MpiConfiguration or "
                                 f"PyTorchConfiguration, not a {type(config).__name__}.",
                                 target="distributed_job_config")


__getattr__ = module_getattr(__name__)
