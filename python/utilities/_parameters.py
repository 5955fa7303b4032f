"""The parameters of a sweep: which values each takes on a grid, and how one is drawn at random."""
from __future__ import annotations

import abc
import math
import random
import re
from typing import Any, Dict, List, Optional, Sequence, Union

from azure.storage.blob import BlockBlobService, Include
from azure.storage.file import FileService
from azure.storage.file.models import Directory

from ._substitution import Substitution

_NAME = re.compile(r"^[A-Z_][A-Z0-9_]*$")
MOUNT_ROOTS = {"JOB": "$AZ_BATCHAI_JOB_MOUNT_ROOT", "CLUSTER": "$AZ_BATCHAI_MOUNT_ROOT"}


class Parameter(abc.ABC):
    """A name and its values. What a job gets of it is a dictionary: most parameters have one entry, named as they are."""

    def __init__(self, parameter_name: str) -> None:
        if not _NAME.match(parameter_name):
            raise ValueError(f'"{parameter_name}" is no name of a parameter: capital letters, digits and underscores')
        self.parameter_name = parameter_name

    @property
    def substitution(self) -> Any:
        """What `ParameterSweep[name]` gives: the placeholder for the value."""
        return Substitution(self.parameter_name)

    @abc.abstractmethod
    def grid(self) -> List[Dict[str, Any]]:
        """Every value, in order."""

    @abc.abstractmethod
    def draw(self) -> Dict[str, Any]:
        """A value drawn at random."""


class NumericParameter(Parameter):
    """A number from `start` to `end`, both included; an INTEGER is rounded. A grid needs num_values, or, on a LINEAR scale,
    may have a step instead."""

    def __init__(self, parameter_name: str, data_type: str, start: float, end: float, scale: str,
                 num_values: Optional[int] = None, step: Optional[float] = None) -> None:
        super().__init__(parameter_name)
        _one_of("data_type", data_type, ("INTEGER", "REAL"))
        _one_of("scale", scale, ("LINEAR", "LOG"))
        if start > end:
            raise ValueError(f"{parameter_name}: start {start} is greater than end {end}")
        if scale == "LOG" and start <= 0:
            raise ValueError(f"{parameter_name}: a LOG scale starts above 0, not at {start}")
        if step is not None and step <= 0 or num_values is not None and num_values < 1:
            raise ValueError(f"{parameter_name}: step and num_values are greater than 0")
        self.data_type, self.start, self.end, self.scale = data_type, start, end, scale
        self.num_values, self.step = num_values, step

    def grid(self) -> List[Dict[str, Any]]:
        if self.scale == "LINEAR" and self.step is not None:
            # The last step may miss the end by what floating point loses.
            count = math.floor((self.end - self.start) / self.step + 1e-9) + 1
            numbers = [self.start + index * self.step for index in range(count)]
        elif self.num_values is None:
            wanted = "num_values or step" if self.scale == "LINEAR" else "num_values"
            raise ValueError(f"{self.parameter_name}: a grid on a {self.scale} scale needs {wanted}")
        else:
            numbers = _spread(self.start, self.end, self.num_values, self.scale == "LOG")
        return [{self.parameter_name: self._typed(number)} for number in numbers]

    def draw(self) -> Dict[str, Any]:
        if self.scale == "LOG":
            number = math.exp(random.uniform(math.log(self.start), math.log(self.end)))
        else:
            number = random.uniform(self.start, self.end)
        return {self.parameter_name: self._typed(min(max(number, self.start), self.end))}

    def _typed(self, number: float) -> Union[int, float]:
        return int(round(number)) if self.data_type == "INTEGER" else float(number)


class _Listed(Parameter):
    """A parameter that has a list of values, each a dictionary of entries."""

    @abc.abstractmethod
    def entries(self) -> List[Dict[str, Any]]:
        """The list."""

    def grid(self) -> List[Dict[str, Any]]:
        return self.entries()

    def draw(self) -> Dict[str, Any]:
        return random.choice(self.entries())


class DiscreteParameter(_Listed):
    """One of these values."""

    def __init__(self, parameter_name: str, values: Sequence[Any]) -> None:
        super().__init__(parameter_name)
        self.values = list(values)

    def entries(self) -> List[Dict[str, Any]]:
        return [{self.parameter_name: value} for value in self.values]


class DictParameter(_Listed):
    """Values that go together: one of these dictionaries, whose keys are all the same. `sweep[name][key]` is the placeholder
    of one of them, name__key its name."""

    def __init__(self, parameter_name: str, values: Sequence[Dict[str, Any]]) -> None:
        super().__init__(parameter_name)
        self.values = [dict(value) for value in values]
        if not self.values or any(value.keys() != self.values[0].keys() for value in self.values):
            raise ValueError(f"{parameter_name}: there is at least one dictionary, and all have the same keys")

    @property
    def substitution(self) -> Any:
        return {key: Substitution(self._name_of(key)) for key in self.values[0]}

    def entries(self) -> List[Dict[str, Any]]:
        return [{self._name_of(key): value for key, value in each.items()} for each in self.values]

    def _name_of(self, key: str) -> str:
        return f"{self.parameter_name}__{key}"


class FileParameter(_Listed):
    """One of the files of a blob container or a file share, as the path that it has on a node where that is mounted at
    mount_path. `filter_str` is a regular expression that the path within the container or share has to match from its start."""

    def __init__(self, parameter_name: str, storage_account_name: str, storage_account_key: str, storage_type: str,
                 mount_method: str, mount_path: str, container: Optional[str] = None, fileshare: Optional[str] = None,
                 directory: Optional[str] = None, filter_str: Optional[str] = None) -> None:
        super().__init__(parameter_name)
        _one_of("storage_type", storage_type, ("BLOB", "FILE"))
        _one_of("mount_method", mount_method, tuple(MOUNT_ROOTS))
        place = container if storage_type == "BLOB" else fileshare
        if not place:
            raise ValueError(f"{parameter_name}: {storage_type} needs a {'container' if storage_type == 'BLOB' else 'fileshare'}")
        self._account = (storage_account_name, storage_account_key)
        self._lists_blobs = storage_type == "BLOB"
        self._place = place
        self._root = f"{MOUNT_ROOTS[mount_method]}/{mount_path.strip('/')}"
        self._directory = (directory or "").strip("/")
        self._filter = re.compile(filter_str or "")
        self._listed: Optional[List[str]] = None

    def entries(self) -> List[Dict[str, Any]]:
        if self._listed is None:
            paths = self._blobs() if self._lists_blobs else self._files()
            self._listed = sorted(path for path in paths if self._filter.match(path))
        if not self._listed:
            raise ValueError(f"{self.parameter_name}: {self._place} has no such file")
        return [{self.parameter_name: f"{self._root}/{path}"} for path in self._listed]

    def _blobs(self) -> List[str]:
        service = BlockBlobService(*self._account)
        prefix = self._directory + "/" if self._directory else None
        blobs = service.list_blobs(self._place, prefix=prefix, include=Include.METADATA)
        # A mount leaves an empty blob for each folder.
        return [blob.name for blob in blobs if (blob.metadata or {}).get("hdi_isfolder") != "true"]

    def _files(self) -> List[str]:
        service = FileService(*self._account)
        found, waiting = [], [self._directory]
        while waiting:
            directory = waiting.pop()
            for entry in service.list_directories_and_files(self._place, directory or None):
                path = f"{directory}/{entry.name}" if directory else entry.name
                if isinstance(entry, Directory):
                    waiting.append(path)
                else:
                    found.append(path)
        return found


def _spread(start: float, end: float, count: int, logarithmic: bool) -> List[float]:
    """`count` numbers from start to end at equal distances, or in equal proportions; the ends exactly."""
    if count == 1:
        return [start]
    low, high = (math.log10(start), math.log10(end)) if logarithmic else (start, end)
    between = [low + (high - low) * index / (count - 1) for index in range(1, count - 1)]
    return [start, *(10 ** value if logarithmic else value for value in between), end]


def _one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ValueError(f'{what} is one of {", ".join(known)}, not "{value}"')
