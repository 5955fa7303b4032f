"""The packages of an environment, as a conda file lists them."""
from __future__ import annotations

import os
import re
from typing import Any, Dict, Iterable, List, Optional

from .._local import yaml_subset
from .._surface.missing import Public, module_getattr
from .._version import SDK_VERSION as VERSION
from ..exceptions import UserErrorException

CPU, GPU = "cpu", "gpu"
PIP, PACKAGES, CHANNELS = "pip", "dependencies", "channels"
PYTHON_PREFIX = "python"
PYTHON_DEFAULT_VERSION = "3.10.18"
LINUX_PLATFORM, WINDOWS_PLATFORM = "linux", "win32"
CONDA_FILE_NAME = "auto_conda_dependencies.yml"
TENSORFLOW_DEFAULT_VERSION = "2.2.0"
PYTORCH_DEFAULT_VERSION = "1.6.0"
TORCHVISION_DEFAULT_VERSION = "0.5.0"
HOROVOD_DEFAULT_VERSION = "0.19.5"
DEFAULT_CHAINER_VERSION = "7.7.0"
CUPY_DEFAULT_VERSION = "7.7.0"
CNTK_DEFAULT_VERSION = "2.7"
TENSORFLOW_PACKAGE_PREFIX = "tensorflow"
PYTORCH_PACKAGE_PREFIX = "torch"
TORCHVISION_PACKAGE_PREFIX = "torchvision"
CHAINER_PACKAGE_PREFIX = "chainer"
CNTK_PACKAGE_PREFIX = "cntk"
SDK_PACKAGE = "azureml-defaults"

_NAME = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?)")


class CondaDependencies(Public):
    """An ordered set of conda and pip requirements; adding a package again replaces its version."""

    DEFAULT_NUMBER_OF_CONDA_PACKAGES = 1
    DEFAULT_NUMBER_OF_PIP_PACKAGES = 1

    def __init__(self, conda_dependencies_file_path: Optional[str] = None,
                 _underlying_structure: Optional[Dict[str, Any]] = None) -> None:
        self._name = "project_environment"
        self._channels: List[str] = ["anaconda", "conda-forge"]
        self._conda: List[str] = [f"{PYTHON_PREFIX}={PYTHON_DEFAULT_VERSION}"]
        self._pip: List[str] = [SDK_PACKAGE]
        self._pip_options: List[str] = []
        if conda_dependencies_file_path:
            self._take(_read(conda_dependencies_file_path))
        elif _underlying_structure is not None:
            self._take(_underlying_structure)

    @staticmethod
    def create(pip_indexurl: Optional[str] = None, pip_packages: Optional[List[str]] = None,
               conda_packages: Optional[List[str]] = None, python_version: str = PYTHON_DEFAULT_VERSION,
               pin_sdk_version: bool = True) -> "CondaDependencies":
        """The packages given, with Python and the SDK. The SDK's version is the server's own, pinned or not."""
        made = CondaDependencies()
        made.set_python_version(python_version)
        if pip_indexurl:
            made.set_pip_index_url(pip_indexurl)
        if pip_packages is not None:
            made._pip = []
        for package in pip_packages or []:
            made.add_pip_package(package)
        if not any(package.startswith("azureml-") for package in made._pip):
            made._pip.insert(0, SDK_PACKAGE)
        for package in conda_packages or []:
            made.add_conda_package(package)
        return made

    @staticmethod
    def merge_requirements(requirements: Iterable[str]) -> List[str]:
        """One requirement per package: the versions asked for in several are joined."""
        merged: Dict[str, str] = {}
        for requirement in requirements:
            name = _package_name(requirement)
            version = requirement.strip()[len(name):].strip()
            merged[name] = ",".join(part for part in (merged.get(name, ""), version) if part)
        return [name + version for name, version in merged.items()]

    @staticmethod
    def sdk_origin_url() -> str:
        """Empty: the packages' own index."""
        return ""

    @property
    def conda_channels(self) -> Iterable[str]:
        return iter(list(self._channels))

    @property
    def conda_packages(self) -> Iterable[str]:
        return iter(list(self._conda))

    @property
    def pip_packages(self) -> Iterable[str]:
        return iter(list(self._pip))

    @property
    def pip_options(self) -> Iterable[str]:
        return iter(list(self._pip_options))

    def add_channel(self, channel: str) -> None:
        if channel not in self._channels:
            self._channels.append(channel)

    def remove_channel(self, channel: str) -> None:
        self._channels = [each for each in self._channels if each != channel]

    def add_conda_package(self, conda_package: str) -> None:
        _put(self._conda, conda_package)

    def remove_conda_package(self, conda_package: str) -> None:
        _take_out(self._conda, conda_package)

    def add_pip_package(self, pip_package: str) -> None:
        _put(self._pip, pip_package)

    def remove_pip_package(self, pip_package: str) -> None:
        _take_out(self._pip, pip_package)

    def set_pip_requirements(self, pip_requirements: Iterable[str]) -> None:
        self._pip = []
        for requirement in pip_requirements:
            self.add_pip_package(requirement)

    def set_pip_option(self, pip_option: str) -> None:
        flag = pip_option.split()[0]
        self._pip_options = [each for each in self._pip_options if each.split()[0] != flag] + [pip_option]

    def remove_pip_option(self, pip_option: str) -> None:
        self._pip_options = [each for each in self._pip_options if each.split()[0] != pip_option.split()[0]]

    def set_pip_index_url(self, index_url: str) -> None:
        self.set_pip_option(f"--index-url {index_url}")

    def set_python_version(self, version: str) -> None:
        _put(self._conda, f"{PYTHON_PREFIX}={version}", first=True)

    def get_python_version(self) -> Optional[str]:
        for package in self._conda:
            if _package_name(package) == PYTHON_PREFIX:
                return package.strip()[len(PYTHON_PREFIX):].strip("=~ ") or None
        return None

    def get_default_number_of_packages(self) -> int:
        return self.DEFAULT_NUMBER_OF_CONDA_PACKAGES + self.DEFAULT_NUMBER_OF_PIP_PACKAGES

    def add_tensorflow_pip_package(self, core_type: str = CPU, version: Optional[str] = None) -> None:
        name = "tensorflow-gpu" if core_type == GPU else "tensorflow"
        self.add_pip_package(f"{name}=={version or TENSORFLOW_DEFAULT_VERSION}")

    def add_tensorflow_conda_package(self, core_type: str = CPU, version: Optional[str] = None) -> None:
        name = "tensorflow-gpu" if core_type == GPU else "tensorflow"
        self.add_conda_package(f"{name}={version or TENSORFLOW_DEFAULT_VERSION}")

    def add_cntk_package(self, core_type: str = CPU) -> None:
        self.add_pip_package(f"{'cntk-gpu' if core_type == GPU else 'cntk'}=={CNTK_DEFAULT_VERSION}")

    def as_dict(self) -> Dict[str, Any]:
        """The content of the conda file."""
        dependencies: List[Any] = list(self._conda)
        if self._pip or self._pip_options:
            dependencies.append({PIP: [*self._pip_options, *self._pip]})
        return {"name": self._name, CHANNELS: list(self._channels), PACKAGES: dependencies}

    def serialize_to_string(self) -> str:
        return yaml_subset.dump(self.as_dict())

    def save(self, path: Optional[str] = None) -> str:
        """Writes the conda file and answers its path; a folder gets a file of the usual name."""
        target = path or CONDA_FILE_NAME
        if os.path.isdir(target):
            target = os.path.join(target, CONDA_FILE_NAME)
        with open(target, "w", encoding="utf-8") as file:
            file.write(self.serialize_to_string())
        return target

    def save_to_file(self, base_directory: str, conda_file_path: Optional[str] = None) -> str:
        """Writes the conda file below `base_directory` and answers its path relative to that."""
        relative = conda_file_path or CONDA_FILE_NAME
        self.save(os.path.join(base_directory, relative))
        return relative

    def _take(self, content: Any) -> None:
        if not isinstance(content, dict):
            raise UserErrorException("A conda file is a mapping with `dependencies`.")
        self._name = str(content.get("name") or self._name)
        self._channels = [str(channel) for channel in content.get(CHANNELS) or []]
        self._conda, self._pip, self._pip_options = [], [], []
        for entry in content.get(PACKAGES) or []:
            if not isinstance(entry, dict):
                self._conda.append(str(entry))
                continue
            for line in entry.get(PIP) or []:
                (self._pip_options if str(line).startswith("-") else self._pip).append(str(line))


def _read(path: str) -> Any:
    try:
        with open(path, encoding="utf-8") as file:
            return yaml_subset.load(file.read())
    except OSError as problem:
        raise UserErrorException(f"The conda file {path} cannot be read: {problem.strerror}", problem) from problem


def _package_name(requirement: str) -> str:
    match = _NAME.match(requirement.strip())
    if not match:
        raise UserErrorException(f"{requirement!r} is no package requirement.")
    return match.group(1)


def _bare(requirement: str) -> str:
    """The package without extras, as package indexes compare names."""
    return re.sub(r"[-_.]+", "-", _package_name(requirement).partition("[")[0]).lower()


def _put(packages: List[str], requirement: str, first: bool = False) -> None:
    requirement = requirement.strip()
    if _is_plain(requirement):
        _take_out(packages, requirement)
    elif requirement in packages:
        return
    packages.insert(0 if first else len(packages), requirement)


def _take_out(packages: List[str], requirement: str) -> None:
    wanted = _bare(requirement)
    packages[:] = [each for each in packages if not _is_plain(each) or _bare(each) != wanted]


def _is_plain(requirement: str) -> bool:
    """False for a URL or a path, which names no package."""
    return not re.match(r"^(\.|/|[a-z+]+://|git\+)", requirement)


__getattr__ = module_getattr(__name__)
