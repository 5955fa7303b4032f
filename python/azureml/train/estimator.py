"""The general estimator: any Python script, on one node or over MPI."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._surface.missing import module_getattr
from .backends import Backend as Backend
from .backends import Gloo as Gloo
from .backends import Mpi as Mpi
from .backends import Nccl as Nccl
from .backends import ParameterServer as ParameterServer
from .estimator_base import MMLBaseEstimator as MMLBaseEstimator

if TYPE_CHECKING:
    from ..core.container_registry import ContainerRegistry
    from ..core.environment import Environment


class Estimator(MMLBaseEstimator):
    """Runs a Python script."""

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
        max_run_duration_seconds: Optional[int] = None, _disable_validation: bool = True,
        _show_lint_warnings: bool = False, _show_package_warnings: bool = False,
    ) -> None:
        self._take(locals())


__getattr__ = module_getattr(__name__)
