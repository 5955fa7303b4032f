"""Environments: what a run finds on its node."""
from __future__ import annotations

import copy
import json
import os
from typing import TYPE_CHECKING, Any, Dict, Optional

from .._surface.missing import Public, module_getattr
from .._version import SDK_VERSION as SDKVERSION
from .._wire.errors import is_not_found
from ..exceptions import UserErrorException
from .conda_dependencies import PYTHON_DEFAULT_VERSION as PYTHON_DEFAULT_VERSION
from .conda_dependencies import CondaDependencies as CondaDependencies
from .container_registry import ContainerRegistry
from .environment_sections import DEFAULT_CPU_IMAGE as DEFAULT_CPU_IMAGE
from .environment_sections import DEFAULT_GPU_IMAGE as DEFAULT_GPU_IMAGE
from .environment_sections import DockerSection as DockerSection
from .environment_sections import PythonSection as PythonSection
from .environment_sections import SparkPackage as SparkPackage
from .environment_sections import SparkSection as SparkSection

if TYPE_CHECKING:
    from .workspace import Workspace

_DEFINITION_FILE = "azureml_environment.json"


class DockerEnvironment(DockerSection):
    """The older name of DockerSection."""


class PythonEnvironment(PythonSection):
    """The older name of PythonSection."""


class SparkEnvironment(SparkSection):
    """The older name of SparkSection."""


class Environment(Public):
    """A named environment. It has a version once it is registered."""

    def __init__(self, name: Optional[str], **kwargs: Any) -> None:
        self.name = name
        self.version: Optional[str] = None
        self.python = PythonSection()
        self.docker = DockerSection()
        self.spark = SparkSection()
        self.r: Any = None
        self.inferencing_stack_version: Optional[str] = None
        self._environment_variables: Dict[str, str] = {}

    @property
    def environment_variables(self) -> Dict[str, str]:
        return self._environment_variables

    @environment_variables.setter
    def environment_variables(self, variables: Optional[Dict[str, str]]) -> None:
        self._environment_variables = dict(variables or {})

    # Making one

    @staticmethod
    def from_conda_specification(name: str, file_path: str) -> "Environment":
        made = Environment(name)
        made.python.conda_dependencies_file = file_path
        return made

    @staticmethod
    def from_pip_requirements(name: str, file_path: str, pip_version: Optional[str] = None) -> "Environment":
        made = Environment(name)
        packages = CondaDependencies.create(pip_packages=read_requirements(file_path))
        if pip_version:
            packages.add_conda_package(f"pip={pip_version}")
        made.python.conda_dependencies = packages
        return made

    @staticmethod
    def from_docker_image(name: str, image: str, container_registry: Optional[ContainerRegistry] = None,
                          conda_specification: Optional[str] = None,
                          pip_requirements: Optional[str] = None) -> "Environment":
        made = Environment(name)
        made.docker.base_image = image
        if container_registry is not None:
            made.docker.base_image_registry = container_registry
        made._take_packages(conda_specification, pip_requirements)
        return made

    @staticmethod
    def from_dockerfile(name: str, dockerfile: str, conda_specification: Optional[str] = None,
                        pip_requirements: Optional[str] = None) -> "Environment":
        """`dockerfile` is a file's path, or the text itself."""
        made = Environment(name)
        made.docker.base_image = None
        made.docker.base_dockerfile = dockerfile
        if os.path.isfile(dockerfile):
            with open(dockerfile, encoding="utf-8") as file:
                made.docker.base_dockerfile = file.read()
        made._take_packages(conda_specification, pip_requirements)
        return made

    def clone(self, new_name: str) -> "Environment":
        made = copy.deepcopy(self)
        made.name = new_name
        made.version = None
        return made

    # On the server

    @staticmethod
    def get(workspace: "Workspace", name: str, version: Optional[str] = None,
            label: Optional[str] = None) -> "Environment":
        """A registered environment: its newest version unless one is named."""
        try:
            return _from_wire(workspace._services.environments.get(name, version, label))
        except Exception as problem:
            if is_not_found(problem):
                raise UserErrorException(f"Environment {name} was not found in the workspace {workspace.name}.",
                                         target="name") from None
            raise

    @staticmethod
    def list(workspace: "Workspace") -> Dict[str, "Environment"]:
        found = (_from_wire(body) for body in workspace._services.environments.list())
        return {str(environment.name): environment for environment in found}

    def register(self, workspace: "Workspace") -> "Environment":
        """Stores the environment in the workspace as a new version of its name."""
        if not self.name:
            raise UserErrorException("An environment needs a name to be registered.", target="name")
        return _from_wire(workspace._services.environments.put(self.name, self._to_wire()))

    # In a folder

    def save_to_directory(self, path: str, overwrite: bool = False) -> None:
        if os.path.isdir(path) and os.listdir(path) and not overwrite:
            raise UserErrorException(f"The folder {path} is not empty; overwrite=True writes all the same.", target="path")
        os.makedirs(path, exist_ok=True)
        if self.python.conda_dependencies is not None:
            self.python.conda_dependencies.save(os.path.join(path, "conda_dependencies.yml"))
        with open(os.path.join(path, _DEFINITION_FILE), "w", encoding="utf-8") as file:
            json.dump(self._to_wire(), file, indent=4)

    @staticmethod
    def load_from_directory(path: str) -> "Environment":
        try:
            with open(os.path.join(path, _DEFINITION_FILE), encoding="utf-8") as file:
                return _from_wire(json.load(file))
        except OSError as problem:
            raise UserErrorException(f"There is no environment in {path}: {problem.strerror}", problem) from problem

    def __repr__(self) -> str:
        return f"Environment(Name: {self.name},\nVersion: {self.version})"

    def _take_packages(self, conda_specification: Optional[str], pip_requirements: Optional[str]) -> None:
        if conda_specification and pip_requirements:
            raise UserErrorException("Give conda_specification= or pip_requirements=, not both.")
        if conda_specification:
            self.python.conda_dependencies_file = conda_specification
        elif pip_requirements:
            self.python.conda_dependencies = CondaDependencies.create(pip_packages=read_requirements(pip_requirements))
        else:
            self.python.user_managed_dependencies = True

    def _to_wire(self) -> Dict[str, Any]:
        return {"name": self.name, "version": self.version, "python": self.python._to_wire(),
                "environmentVariables": dict(self._environment_variables), "docker": self.docker._to_wire(),
                "spark": self.spark._to_wire(), "inferencingStackVersion": self.inferencing_stack_version}


def read_requirements(path: str) -> "list[str]":
    """The requirements of a pip file, without comments; `-r` of another file is followed."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().replace("\\\n", " ").splitlines()
    except OSError as problem:
        raise UserErrorException(f"The requirements file {path} cannot be read: {problem.strerror}", problem) from problem
    result = []
    for line in lines:
        text = line.partition(" #")[0].strip()
        if text.startswith(("-r ", "--requirement ")):
            result += read_requirements(os.path.join(os.path.dirname(path), text.split(None, 1)[1]))
        elif text and not text.startswith("#"):
            result.append(text)
    return result


def _from_wire(body: Dict[str, Any]) -> Environment:
    body = {key[:1].lower() + key[1:]: value for key, value in body.items()}
    made = Environment(body.get("name"))
    made.version = body.get("version")
    made.python._from_wire(body.get("python") or {})
    made.docker._from_wire(body.get("docker") or {})
    made.environment_variables = body.get("environmentVariables")
    made.inferencing_stack_version = body.get("inferencingStackVersion")
    return made


__getattr__ = module_getattr(__name__)
