"""What all estimators do with their arguments."""
from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from .._local.notices import warn_not_honoured
from .._surface.missing import Public, not_built
from ..core.conda_dependencies import CondaDependencies
from ..core.environment import DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE, Environment, read_requirements
from ..core.runconfig import RunConfiguration
from ..core.script_run_config import ScriptRunConfig, register_references
from ..data.data_reference import DataReference
from ..exceptions import TrainingException
from .backends import Backend, _count, backend_of

JUST_IN_TIME_TARGET = "amlcompute"


class MMLBaseEstimator(Public):
    """A source folder and the run configuration made of an estimator's arguments."""

    FRAMEWORK_NAME = "Estimator"
    _framework = "Python"  # what starts the processes, in the wire's words

    def __init__(self, source_directory: Optional[str], *, compute_target: Any = None,
                 estimator_config: Optional[RunConfiguration] = None) -> None:
        self._source_directory = source_directory or "."
        self._run_config = estimator_config if estimator_config is not None else RunConfiguration()
        self._arguments: Dict[str, Any] = {}
        if compute_target is not None:
            self._run_config.target = compute_target

    @property
    def run_config(self) -> RunConfiguration:
        """The run configuration; what is changed here counts when the estimator is submitted."""
        return self._run_config

    @property
    def source_directory(self) -> str:
        return self._source_directory

    @property
    def conda_dependencies(self) -> Optional[CondaDependencies]:
        return self._run_config.environment.python.conda_dependencies

    # Inside the package

    def _take(self, arguments: Mapping[str, Any]) -> None:
        """Builds the run configuration. `arguments` are the constructor's, by name."""
        self._arguments = {key: value for key, value in arguments.items() if key != "self" and not key.startswith("__")}
        get = self._arguments.get
        self._source_directory = get("source_directory") or "."
        warn_not_honoured(type(self).__name__, {
            "resume_from": get("resume_from"), "shm_size": get("shm_size"),
            "source_directory_data_store": get("source_directory_data_store"),
            "image_registry_details": get("image_registry_details")})
        config = RunConfiguration(script=self._entry_script())
        self._run_config = config
        config.framework = self._framework
        config.node_count = _count("node_count", get("node_count", 1), 1)
        config.max_run_duration_seconds = get("max_run_duration_seconds")
        config.source_directory_data_store = getattr(get("source_directory_data_store"), "name",
                                                     get("source_directory_data_store"))
        config.arguments = register_references(config, _flags(get("script_params")))
        for each in get("inputs") or []:
            _register_input(config, each)
        self._choose_target(config)
        backend = self._backend()
        if backend is not None:
            backend.apply(config)
        self._check_distribution(backend)
        config.environment = self._environment()

    def _entry_script(self) -> str:
        script = self._arguments.get("entry_script")
        if not script:
            raise TrainingException("entry_script= is missing: the script of source_directory that trains.",
                                    target="entry_script")
        return str(script)

    def _choose_target(self, config: RunConfiguration) -> None:
        """A compute target; or, with vm_size alone, a cluster that is made for the run."""
        get = self._arguments.get
        if get("compute_target") is not None:
            config.target = get("compute_target")
        elif get("vm_size"):
            config.target = JUST_IN_TIME_TARGET
            config.amlcompute.vm_size = get("vm_size")
            config.amlcompute.vm_priority = get("vm_priority")
            config.amlcompute._cluster_max_node_count = config.node_count

    def _backend(self) -> Optional[Backend]:
        get = self._arguments.get
        return backend_of(self.FRAMEWORK_NAME, get("distributed_training"), get("distributed_backend"),
                          get("process_count_per_node", 1), get("worker_count", 1), get("parameter_server_count", 1))

    def _check_distribution(self, backend: Optional[Backend]) -> None:
        """Several nodes or processes need to be told how to find each other."""
        several = [name for name in ("node_count", "process_count_per_node", "worker_count")
                   if int(self._arguments.get(name) or 1) > 1]
        if backend is None and several:
            raise TrainingException(f"{several[0]} is more than 1: say how with distributed_training= "
                                    "(or distributed_backend=).", target="distributed_training")

    def _environment(self) -> Environment:
        get = self._arguments.get
        made: Environment = get("environment_definition") or Environment(None)
        if get("environment_definition") is None:
            self._fill_environment(made)
        made.environment_variables = {**made.environment_variables, **(get("environment_variables") or {})}
        made.docker.gpu_support = bool(get("use_gpu")) or made.docker.gpu_support
        return made

    def _fill_environment(self, made: Environment) -> None:
        get = self._arguments.get
        custom = get("custom_docker_image") or get("custom_docker_base_image")
        made.docker.enabled = bool(get("use_docker", True))
        made.docker.base_image = custom or (DEFAULT_GPU_IMAGE if get("use_gpu") else DEFAULT_CPU_IMAGE)
        made.docker.base_image_registry = get("image_registry_details") or made.docker.base_image_registry
        if get("shm_size"):
            made.docker.shm_size = get("shm_size")
        made.python.user_managed_dependencies = bool(get("user_managed"))
        made.python.conda_dependencies = self._packages()

    def _packages(self) -> CondaDependencies:
        get = self._arguments.get
        conda_file = get("conda_dependencies_file") or get("conda_dependencies_file_path")
        pip_file = get("pip_requirements_file") or get("pip_requirements_file_path")
        packages = CondaDependencies(_in_folder(self._source_directory, conda_file)) if conda_file \
            else CondaDependencies.create()
        for package in get("conda_packages") or []:
            packages.add_conda_package(package)
        pip_packages: List[str] = [*self._framework_packages()]
        pip_packages += read_requirements(_in_folder(self._source_directory, pip_file)) if pip_file else []
        pip_packages += get("pip_packages") or []
        for package in pip_packages:
            packages.add_pip_package(package)
        return packages

    def _framework_packages(self) -> List[str]:
        """The requirements that the framework itself brings; what the user asks for replaces them."""
        return []

    def _telemetry(self) -> Dict[str, Any]:
        get = self._arguments.get
        return {"amlClientType": "azureml-sdk-train", "amlClientModule": type(self).__module__,
                "estimator": type(self).__name__, "computeTarget": self._run_config.target,
                "nodeCount": self._run_config.node_count, "vmSize": get("vm_size"),
                "useGpu": bool(self._run_config.environment.docker.gpu_support),
                "useDocker": bool(get("use_docker", True)),
                "distributed": self._run_config.communicator if self._run_config.communicator != "None" else None}

    def _script_run_config(self) -> ScriptRunConfig:
        config = self._run_config
        return ScriptRunConfig(self._source_directory, config.script, None, run_config=config,
                               max_run_duration_seconds=config.max_run_duration_seconds,
                               _telemetry_values=self._telemetry())


class FrameworkEstimator(MMLBaseEstimator):
    """An estimator that brings a framework in a version."""

    DEFAULT_VERSION = ""
    _requirements: Dict[str, List[str]] = {}
    _gpu_requirements: Dict[str, List[str]] = {}

    @property
    def framework_version(self) -> str:
        return str(self._arguments.get("framework_version") or self.DEFAULT_VERSION)

    @classmethod
    def get_supported_versions(cls) -> List[str]:
        return list(cls._requirements)

    def _framework_packages(self) -> List[str]:
        """A version out of the table is asked for as it is: what can be had is the server's to say."""
        version = self.framework_version
        if self._arguments.get("use_gpu") and version in self._gpu_requirements:
            return self._gpu_requirements[version]
        return self._requirements.get(version) or self._requirements_of(version)

    def _requirements_of(self, version: str) -> List[str]:
        raise TrainingException(f"framework_version is {version!r}; it can be "
                                f"{', '.join(self.get_supported_versions())}.", target="framework_version")


def _flags(script_params: Any) -> List[Any]:
    """A dictionary of flags as arguments; a flag whose value is empty stands alone."""
    if script_params is None:
        return []
    if not isinstance(script_params, Mapping):
        raise TrainingException(f"script_params is a {type(script_params).__name__}; it must be a dictionary.",
                                target="script_params")
    result: List[Any] = []
    for flag, value in script_params.items():
        result.append(flag)
        if value is not None and value != "":
            result.append(value)
    return result


def _register_input(config: RunConfiguration, each: Any) -> None:
    if not isinstance(each, DataReference):
        raise not_built(f"inputs= of an estimator with a {type(each).__name__}")
    config.data_references[each.data_reference_name] = each.to_config()


def _in_folder(folder: str, path: str) -> str:
    """Files of packages are named relative to the source folder; one found from here counts as well."""
    import os

    inside = os.path.join(folder, path)
    return inside if os.path.isfile(inside) else path
