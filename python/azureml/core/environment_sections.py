"""The parts of an environment, and their JSON on the wire."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._surface.missing import Public
from .conda_dependencies import PYTHON_DEFAULT_VERSION, PYTHON_PREFIX, CondaDependencies
from .container_registry import ContainerRegistry

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04"


def _without_default_python(packages: Dict[str, Any]) -> Dict[str, Any]:
    """The default version is nobody's wish: without it the node's own Python serves, and no warning says that it differs."""
    default = f"{PYTHON_PREFIX}={PYTHON_DEFAULT_VERSION}"
    return {**packages, "dependencies": [each for each in packages["dependencies"] if each != default]}


class PythonSection(Public):
    """The interpreter and its packages."""

    def __init__(self, **kwargs: Any) -> None:
        self.user_managed_dependencies = False
        self.interpreter_path: Optional[str] = "python"
        self.base_conda_environment: Optional[str] = None
        self.conda_dependencies: Optional[CondaDependencies] = CondaDependencies()
        self._conda_dependencies_file: Optional[str] = None

    @property
    def conda_dependencies_file(self) -> Optional[str]:
        return self._conda_dependencies_file

    @conda_dependencies_file.setter
    def conda_dependencies_file(self, path: Optional[str]) -> None:
        self._conda_dependencies_file = path
        if path:
            self.conda_dependencies = CondaDependencies(path)

    def _to_wire(self) -> Dict[str, Any]:
        packages = None
        if not self.user_managed_dependencies and self.conda_dependencies is not None:
            packages = _without_default_python(self.conda_dependencies.as_dict())
        return {"interpreterPath": self.interpreter_path, "userManagedDependencies": self.user_managed_dependencies,
                "condaDependencies": packages, "baseCondaEnvironment": self.base_conda_environment}

    def _from_wire(self, body: Dict[str, Any]) -> None:
        self.interpreter_path = body.get("interpreterPath") or "python"
        self.user_managed_dependencies = bool(body.get("userManagedDependencies"))
        self.base_conda_environment = body.get("baseCondaEnvironment")
        packages = body.get("condaDependencies")
        self.conda_dependencies = CondaDependencies(_underlying_structure=packages) if packages else None


class DockerSection(Public):
    """The container image."""

    def __init__(self, **kwargs: Any) -> None:
        self.enabled = False
        self.base_image: Optional[str] = DEFAULT_CPU_IMAGE
        self.base_dockerfile: Optional[str] = None
        self.base_image_registry = ContainerRegistry()
        self.build_context: Any = None
        self.platform: Any = None
        self.shared_volumes = True
        self.shm_size: Optional[str] = None
        self.arguments: List[str] = []
        self.gpu_support = False

    def _to_wire(self) -> Dict[str, Any]:
        return {"enabled": self.enabled, "baseImage": self.base_image, "baseDockerfile": self.base_dockerfile,
                "baseImageRegistry": self.base_image_registry._to_wire(), "sharedVolumes": self.shared_volumes,
                "shmSize": self.shm_size, "arguments": list(self.arguments), "gpuSupport": bool(self.gpu_support)}

    def _from_wire(self, body: Dict[str, Any]) -> None:
        self.enabled = bool(body.get("enabled"))
        self.base_image = body.get("baseImage")
        self.base_dockerfile = body.get("baseDockerfile")
        self.shared_volumes = body.get("sharedVolumes", True)
        self.shm_size = body.get("shmSize")
        self.arguments = list(body.get("arguments") or [])
        self.gpu_support = bool(body.get("gpuSupport"))
        registry = body.get("baseImageRegistry") or {}
        self.base_image_registry.address = registry.get("address")
        self.base_image_registry.username = registry.get("username")
        self.base_image_registry.password = registry.get("password")


class SparkPackage(Public):
    """One package of a Spark environment."""

    def __init__(self, group: Optional[str] = None, artifact: Optional[str] = None,
                 version: Optional[str] = None) -> None:
        self.group = group
        self.artifact = artifact
        self.version = version


class SparkSection(Public):
    """The Spark part; Homeport has no Spark and keeps it as it is."""

    def __init__(self, **kwargs: Any) -> None:
        self.repositories: List[str] = []
        self.packages: List[SparkPackage] = []
        self.precache_packages = True

    def _to_wire(self) -> Dict[str, Any]:
        packages = [{"group": each.group, "artifact": each.artifact, "version": each.version} for each in self.packages]
        return {"repositories": list(self.repositories), "packages": packages,
                "precachePackages": self.precache_packages}
