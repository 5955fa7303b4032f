"""The estimator of scikit-learn."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._surface.missing import module_getattr
from .estimator_base import FrameworkEstimator

if TYPE_CHECKING:
    from ..core.container_registry import ContainerRegistry
    from ..core.environment import Environment


class SKLearn(FrameworkEstimator):
    """Runs a scikit-learn script on one node."""

    FRAMEWORK_NAME = "SKLearn"
    DEFAULT_VERSION = "0.20.3"
    _requirements = {DEFAULT_VERSION: [f"scikit-learn=={DEFAULT_VERSION}", "scipy", "joblib"]}

    def __init__(
        self, source_directory: str, compute_target: Any = None, vm_size: Optional[str] = None,
        vm_priority: Optional[str] = None, entry_script: Optional[str] = None,
        script_params: Optional[Dict[str, Any]] = None, use_docker: bool = True,
        custom_docker_image: Optional[str] = None, image_registry_details: Optional[ContainerRegistry] = None,
        user_managed: bool = False, conda_packages: Optional[List[str]] = None,
        pip_packages: Optional[List[str]] = None, conda_dependencies_file_path: Optional[str] = None,
        pip_requirements_file_path: Optional[str] = None, conda_dependencies_file: Optional[str] = None,
        pip_requirements_file: Optional[str] = None, environment_variables: Optional[Dict[str, str]] = None,
        environment_definition: Optional[Environment] = None, inputs: Optional[List[Any]] = None,
        shm_size: Optional[str] = None, resume_from: Any = None, max_run_duration_seconds: Optional[int] = None,
        framework_version: Optional[str] = None, _enable_optimized_mode: bool = False,
        _disable_validation: bool = True, _show_lint_warnings: bool = False, _show_package_warnings: bool = False,
    ) -> None:
        self._take(locals())

    def _requirements_of(self, version: str) -> List[str]:
        return [f"scikit-learn=={version}", "scipy", "joblib"]


__getattr__ = module_getattr(__name__)
