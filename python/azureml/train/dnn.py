"""Estimators of the deep-learning frameworks."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._surface.missing import module_getattr
from .backends import Backend as Backend
from .backends import Gloo as Gloo
from .backends import Mpi as Mpi
from .backends import Nccl as Nccl
from .backends import ParameterServer as ParameterServer
from .estimator_base import FrameworkEstimator

if TYPE_CHECKING:
    from ..core.container_registry import ContainerRegistry
    from ..core.environment import Environment

_TENSORFLOW = {"1.10": "1.10.0", "1.12": "1.12.0", "1.13": "1.13.1", "2.0": "2.0.0", "2.1": "2.1.0", "2.2": "2.2.0"}
_TORCH = {"1.0": ("1.0.1.post2", "0.2.2.post3"), "1.1": ("1.1.0", "0.3.0"), "1.2": ("1.2.0", "0.4.0"),
          "1.3": ("1.3.1", "0.4.2"), "1.4": ("1.4.0", "0.5.0"), "1.5": ("1.5.0", "0.5.0"), "1.6": ("1.6.0", "0.7.0")}
_CHAINER = {"5.1.0": "5.1.0", "7.0.0": "7.0.0"}


class TensorFlow(FrameworkEstimator):
    """Runs a TensorFlow script: alone, with parameter servers, or over MPI."""

    FRAMEWORK_NAME = "TensorFlow"
    DEFAULT_VERSION = "1.13"
    _framework = "TensorFlow"
    _requirements = {short: [f"tensorflow=={full}"] for short, full in _TENSORFLOW.items()}
    _gpu_requirements = {short: [f"tensorflow-gpu=={full}"] for short, full in _TENSORFLOW.items()}

    def __init__(
        self, source_directory: str, compute_target: Any = None, vm_size: Optional[str] = None,
        vm_priority: Optional[str] = None, entry_script: Optional[str] = None,
        script_params: Optional[Dict[str, Any]] = None, node_count: int = 1, process_count_per_node: int = 1,
        worker_count: int = 1, parameter_server_count: int = 1, distributed_backend: Optional[str] = None,
        distributed_training: Optional[Backend] = None, use_gpu: bool = False, use_docker: bool = True,
        custom_docker_base_image: Optional[str] = None, custom_docker_image: Optional[str] = None,
        image_registry_details: Optional[ContainerRegistry] = None, user_managed: bool = False,
        conda_packages: Optional[List[str]] = None, pip_packages: Optional[List[str]] = None,
        conda_dependencies_file_path: Optional[str] = None, pip_requirements_file_path: Optional[str] = None,
        conda_dependencies_file: Optional[str] = None, pip_requirements_file: Optional[str] = None,
        environment_variables: Optional[Dict[str, str]] = None,
        environment_definition: Optional[Environment] = None, inputs: Optional[List[Any]] = None,
        source_directory_data_store: Any = None, shm_size: Optional[str] = None, resume_from: Any = None,
        max_run_duration_seconds: Optional[int] = None, framework_version: Optional[str] = None,
        _enable_optimized_mode: bool = False, _disable_validation: bool = True, _show_lint_warnings: bool = False,
        _show_package_warnings: bool = False,
    ) -> None:
        self._take(locals())

    def _requirements_of(self, version: str) -> List[str]:
        return [f"{'tensorflow-gpu' if self._arguments.get('use_gpu') else 'tensorflow'}=={version}"]


class PyTorch(FrameworkEstimator):
    """Runs a PyTorch script: alone, as processes that find each other over NCCL or Gloo, or over MPI."""

    FRAMEWORK_NAME = "PyTorch"
    DEFAULT_VERSION = "1.4"
    _framework = "PyTorch"
    _requirements = {short: [f"torch=={torch}", f"torchvision=={vision}"] for short, (torch, vision) in _TORCH.items()}

    def __init__(
        self, source_directory: str, compute_target: Any = None, vm_size: Optional[str] = None,
        vm_priority: Optional[str] = None, entry_script: Optional[str] = None,
        script_params: Optional[Dict[str, Any]] = None, node_count: int = 1, process_count_per_node: int = 1,
        distributed_backend: Optional[str] = None, distributed_training: Optional[Backend] = None,
        use_gpu: bool = False, use_docker: bool = True, custom_docker_base_image: Optional[str] = None,
        custom_docker_image: Optional[str] = None, image_registry_details: Optional[ContainerRegistry] = None,
        user_managed: bool = False, conda_packages: Optional[List[str]] = None,
        pip_packages: Optional[List[str]] = None, conda_dependencies_file_path: Optional[str] = None,
        pip_requirements_file_path: Optional[str] = None, conda_dependencies_file: Optional[str] = None,
        pip_requirements_file: Optional[str] = None, environment_variables: Optional[Dict[str, str]] = None,
        environment_definition: Optional[Environment] = None, inputs: Optional[List[Any]] = None,
        source_directory_data_store: Any = None, shm_size: Optional[str] = None, resume_from: Any = None,
        max_run_duration_seconds: Optional[int] = None, framework_version: Optional[str] = None,
        _enable_optimized_mode: bool = False, _disable_validation: bool = True, _show_lint_warnings: bool = False,
        _show_package_warnings: bool = False,
    ) -> None:
        self._take(locals())

    def _requirements_of(self, version: str) -> List[str]:
        return [f"torch=={version}", "torchvision"]


class Chainer(FrameworkEstimator):
    """Runs a Chainer script, alone or over MPI."""

    FRAMEWORK_NAME = "Chainer"
    DEFAULT_VERSION = "5.1.0"
    _requirements = {version: [f"chainer=={full}"] for version, full in _CHAINER.items()}
    _gpu_requirements = {version: [f"chainer=={full}", f"cupy=={full}"] for version, full in _CHAINER.items()}

    def __init__(
        self, source_directory: str, compute_target: Any = None, vm_size: Optional[str] = None,
        vm_priority: Optional[str] = None, entry_script: Optional[str] = None,
        script_params: Optional[Dict[str, Any]] = None, node_count: int = 1, process_count_per_node: int = 1,
        distributed_backend: Optional[str] = None, distributed_training: Optional[Backend] = None,
        use_gpu: bool = False, use_docker: bool = True, custom_docker_base_image: Optional[str] = None,
        custom_docker_image: Optional[str] = None, image_registry_details: Optional[ContainerRegistry] = None,
        user_managed: bool = False, conda_packages: Optional[List[str]] = None,
        pip_packages: Optional[List[str]] = None, conda_dependencies_file_path: Optional[str] = None,
        pip_requirements_file_path: Optional[str] = None, conda_dependencies_file: Optional[str] = None,
        pip_requirements_file: Optional[str] = None, environment_variables: Optional[Dict[str, str]] = None,
        environment_definition: Optional[Environment] = None, inputs: Optional[List[Any]] = None,
        source_directory_data_store: Any = None, shm_size: Optional[str] = None, resume_from: Any = None,
        max_run_duration_seconds: Optional[int] = None, framework_version: Optional[str] = None,
        _enable_optimized_mode: bool = False, _disable_validation: bool = True, _show_lint_warnings: bool = False,
        _show_package_warnings: bool = False,
    ) -> None:
        self._take(locals())

    def _requirements_of(self, version: str) -> List[str]:
        return [f"chainer=={version}"]


__getattr__ = module_getattr(__name__)
