"""A path on a datastore, apart from how a run gets at it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from .._surface.missing import Public, module_getattr
from .data_reference import DataReference

if TYPE_CHECKING:
    from .azure_storage_datastore import AbstractDatastore


class DataPath(Public):
    """A datastore and a path on it."""

    def __init__(self, datastore: Optional["AbstractDatastore"] = None, path_on_datastore: Optional[str] = None,
                 name: Optional[str] = None) -> None:
        self._datastore = datastore
        self._path_on_datastore = path_on_datastore
        self._name = name

    @property
    def datastore_name(self) -> Optional[str]:
        return self._datastore.name if self._datastore else None

    @property
    def path_on_datastore(self) -> Optional[str]:
        return self._path_on_datastore

    def create_data_reference(self, data_reference_name: Optional[str] = None,
                              datapath_compute_binding: Optional["DataPathComputeBinding"] = None) -> DataReference:
        return DataReference.create(data_reference_name, self, datapath_compute_binding)

    @staticmethod
    def create_from_data_reference(data_reference: DataReference) -> "DataPath":
        return DataPath(data_reference.datastore, data_reference.path_on_datastore, data_reference.data_reference_name)


class DataPathComputeBinding(Public):
    """How a run gets at a path."""

    def __init__(self, mode: str = "mount", path_on_compute: Optional[str] = None, overwrite: bool = False) -> None:
        self.mode = mode
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    def create_data_reference(self, data_reference_name: Optional[str] = None,
                              datapath: Optional[DataPath] = None) -> DataReference:
        return DataReference.create(data_reference_name, datapath, self)

    @staticmethod
    def create_from_data_reference(data_reference: DataReference) -> "DataPathComputeBinding":
        return DataPathComputeBinding(data_reference.mode, data_reference.path_on_compute, data_reference.overwrite)


__getattr__ = module_getattr(__name__)
