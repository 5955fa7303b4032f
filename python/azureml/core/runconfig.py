"""How a run is started: script, arguments, target, environment, distribution."""
from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._local import yaml_subset
from .._surface.missing import Public, module_getattr
from ..exceptions import RunConfigurationException
from .conda_dependencies import CondaDependencies as CondaDependencies
from .container_registry import ContainerRegistry as ContainerRegistry
from .environment import DEFAULT_CPU_IMAGE as DEFAULT_CPU_IMAGE
from .environment import DEFAULT_GPU_IMAGE as DEFAULT_GPU_IMAGE
from .environment import Environment
from .runconfig_parts import COMMUNICATORS, FRAMEWORKS, known
from .runconfig_parts import AmlComputeConfiguration as AmlComputeConfiguration
from .runconfig_parts import DataReferenceConfiguration as DataReferenceConfiguration
from .runconfig_parts import DockerConfiguration as DockerConfiguration
from .runconfig_parts import HdiConfiguration as HdiConfiguration
from .runconfig_parts import HistoryConfiguration as HistoryConfiguration
from .runconfig_parts import MpiConfiguration as MpiConfiguration
from .runconfig_parts import ParallelTaskConfiguration as ParallelTaskConfiguration
from .runconfig_parts import PyTorchConfiguration as PyTorchConfiguration
from .runconfig_parts import SparkConfiguration as SparkConfiguration
from .runconfig_parts import TensorflowConfiguration as TensorflowConfiguration

if TYPE_CHECKING:
    from .workspace import Workspace

AZUREML_DIR, AML_CONFIG_DIR = ".azureml", "aml_config"
RUNCONFIGURATION_EXTENSION, COMPUTECONTEXT_EXTENSION = ".runconfig", ".compute"
LOCAL_RUNCONFIG_NAME = "local"
MPI_CPU_IMAGE, MPI_GPU_IMAGE = DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE
LOCAL_TARGET = "local"


class EnvironmentDefinition(Environment):
    """The older name of Environment."""

    def __init__(self, name: Optional[str] = None) -> None:
        super().__init__(name)


class RunConfiguration(Public):
    """All settings of a run but its source folder."""

    def __init__(self, script: Optional[str] = None, arguments: Optional[List[Any]] = None,
                 framework: Optional[str] = None, communicator: Optional[str] = None,
                 conda_dependencies: Optional[CondaDependencies] = None, _history_enabled: Optional[bool] = None,
                 _path: Optional[str] = None, _name: Optional[str] = None, command: Any = None) -> None:
        self.script = script
        self.arguments: List[Any] = list(arguments or [])
        self.command = command
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.environment: Environment = EnvironmentDefinition()
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self.node_count = 1
        self.max_run_duration_seconds: Optional[int] = None
        self.priority: Optional[int] = None
        self.data_references: Dict[str, DataReferenceConfiguration] = {}
        self.data: Dict[str, Any] = {}
        self.output_data: Dict[str, Any] = {}
        self.source_directory_data_store: Optional[str] = None
        self.history = HistoryConfiguration()
        self.tensorflow = TensorflowConfiguration()
        self.mpi = MpiConfiguration()
        self.pytorch = PyTorchConfiguration()
        self.amlcompute = AmlComputeConfiguration()
        self.spark = SparkConfiguration()
        self.hdi = HdiConfiguration()
        self.parallel_task = ParallelTaskConfiguration()
        self.docker: Optional[DockerConfiguration] = None
        self._target = LOCAL_TARGET
        self._name = _name
        self._path = _path

    @property
    def target(self) -> str:
        return self._target

    @target.setter
    def target(self, value: Any) -> None:
        """A compute target, its name, or 'local'."""
        self._target = str(getattr(value, "name", value) or LOCAL_TARGET)

    @property
    def environment_variables(self) -> Dict[str, str]:
        return self.environment.environment_variables

    @environment_variables.setter
    def environment_variables(self, variables: Dict[str, str]) -> None:
        self.environment.environment_variables = variables

    @property
    def auto_prepare_environment(self) -> bool:
        return True

    @auto_prepare_environment.setter
    def auto_prepare_environment(self, value: bool) -> None:
        """Environments are always prepared when a run needs them."""

    def save(self, path: Optional[str] = None, name: Optional[str] = None,
             separate_environment_yaml: bool = False) -> None:
        """Writes `NAME.runconfig`: into `path`, or its configuration folder if it has one."""
        name = name or self._name or LOCAL_RUNCONFIG_NAME
        folder = get_run_config_dir_path(path or self._path or os.getcwd())
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name + RUNCONFIGURATION_EXTENSION), "w", encoding="utf-8") as file:
            file.write(yaml_subset.dump(self._to_wire()))

    @staticmethod
    def load(path: str, name: Optional[str] = None) -> "RunConfiguration":
        """Reads what save wrote (or the SDK's own file). `path` is the file, or the folder that has it."""
        from .runconfig_load import from_wire

        found = path if os.path.isfile(path) else os.path.join(
            get_run_config_dir_path(path), (name or LOCAL_RUNCONFIG_NAME) + RUNCONFIGURATION_EXTENSION)
        try:
            with open(found, encoding="utf-8") as file:
                return from_wire(yaml_subset.load(file.read()) or {})
        except OSError as problem:
            raise RunConfigurationException(f"The run configuration {found} cannot be read: {problem.strerror}",
                                            problem) from problem

    @staticmethod
    def delete(path: str, name: str) -> None:
        """Deletes a saved run configuration."""
        found = os.path.join(get_run_config_dir_path(path), name + RUNCONFIGURATION_EXTENSION)
        if not os.path.isfile(found):
            raise RunConfigurationException(f"There is no run configuration {found}.")
        os.unlink(found)

    def __repr__(self) -> str:
        return (f"RunConfiguration(script={self.script!r}, arguments={self.arguments!r}, target={self.target!r}, "
                f"framework={self.framework!r}, communicator={self.communicator!r}, node_count={self.node_count})")

    def _copy(self) -> "RunConfiguration":
        return copy.deepcopy(self)

    def _to_wire(self) -> Dict[str, Any]:
        """The `configuration` of a run definition."""
        return {
            "script": self.script,
            "command": self.command if self.command is not None else "",
            "arguments": [str(argument) for argument in self.arguments],
            "sourceDirectoryDataStore": self.source_directory_data_store,
            "framework": known("framework", self.framework, FRAMEWORKS),
            "communicator": known("communicator", self.communicator, COMMUNICATORS),
            "target": self.target,
            "dataReferences": {name: each._to_wire() for name, each in self.data_references.items()},
            "data": {},
            "outputData": {},
            "datacaches": [],
            "jobName": None,
            "maxRunDurationSeconds": self.max_run_duration_seconds,
            "nodeCount": self.node_count,
            "priority": self.priority,
            "environment": self.environment._to_wire(),
            "history": self.history._to_wire(),
            "spark": self.spark._to_wire(),
            "parallelTask": self.parallel_task._to_wire(),
            "amlCompute": self.amlcompute._to_wire(),
            "tensorflow": self.tensorflow._to_wire(),
            "mpi": self.mpi._to_wire(),
            "pyTorch": self.pytorch._to_wire(),
            "hdi": self.hdi._to_wire(),
            "docker": self.docker._to_wire() if self.docker is not None else None,
        }


def get_run_config_dir_name(project_path: str) -> str:
    """The configuration folder that a project has; `.azureml` when it has none yet."""
    return AML_CONFIG_DIR if os.path.isdir(os.path.join(project_path, AML_CONFIG_DIR)) else AZUREML_DIR


def get_run_config_dir_path(project_path: str) -> str:
    if os.path.basename(os.path.abspath(project_path)) in (AZUREML_DIR, AML_CONFIG_DIR):
        return project_path
    return os.path.join(project_path, get_run_config_dir_name(project_path))


__getattr__ = module_getattr(__name__)
