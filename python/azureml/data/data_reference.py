"""A place on a datastore, and how a run gets at it."""
from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any, Optional

from .._surface.missing import Public, module_getattr
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from ..core.runconfig import DataReferenceConfiguration
    from .azure_storage_datastore import AbstractDatastore

MODES = ("mount", "download", "upload")


class DataReference(Public):
    """A path on a datastore. As text it is the variable that holds the path on each node."""

    def __init__(self, datastore: "AbstractDatastore", data_reference_name: Optional[str] = None,
                 path_on_datastore: Optional[str] = None, mode: str = "mount",
                 path_on_compute: Optional[str] = None, overwrite: bool = False) -> None:
        if str(mode).lower() not in MODES:
            raise UserErrorException(f"mode is {mode!r}; it can be {', '.join(MODES)}.", target="mode")
        self.datastore = datastore
        self.data_reference_name = data_reference_name or _default_name(datastore, path_on_datastore)
        self.path_on_datastore = path_on_datastore
        self.mode = str(mode).lower()
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    def path(self, path: Optional[str] = None, data_reference_name: Optional[str] = None) -> "DataReference":
        """A place below this one."""
        parts = [part.strip("/") for part in (self.path_on_datastore, path) if part]
        return DataReference(self.datastore, data_reference_name, "/".join(parts) or None, self.mode,
                             self.path_on_compute, self.overwrite)

    def as_mount(self) -> "DataReference":
        """The same place, live on every node while the run lasts."""
        return self._with_mode("mount", None, False)

    def as_download(self, path_on_compute: Optional[str] = None, overwrite: bool = False) -> "DataReference":
        """The same place, copied to every node before the run."""
        return self._with_mode("download", path_on_compute, overwrite)

    def as_upload(self, path_on_compute: Optional[str] = None, overwrite: bool = False) -> "DataReference":
        """The same place, filled from the node after the run."""
        return self._with_mode("upload", path_on_compute, overwrite)

    def to_config(self) -> "DataReferenceConfiguration":
        """The entry for `RunConfiguration.data_references`."""
        from ..core.runconfig import DataReferenceConfiguration

        return DataReferenceConfiguration(self.datastore.name, self.mode, self.path_on_datastore,
                                          self.path_on_compute, self.overwrite)

    @staticmethod
    def create(data_reference_name: Optional[str] = None, datapath: Any = None,
               datapath_compute_binding: Any = None) -> "DataReference":
        """The reference of a DataPath and of the way to bind it."""
        binding = datapath_compute_binding
        return DataReference(datapath._datastore, data_reference_name, datapath.path_on_datastore,
                             binding.mode if binding else "mount", binding.path_on_compute if binding else None,
                             binding.overwrite if binding else False)

    def __str__(self) -> str:
        return f"$AZUREML_DATAREFERENCE_{self.data_reference_name}"

    def __repr__(self) -> str:
        return str(self)

    def _with_mode(self, mode: str, path_on_compute: Optional[str], overwrite: bool) -> "DataReference":
        made = copy.copy(self)
        made.mode = mode
        made.path_on_compute = path_on_compute or self.path_on_compute
        made.overwrite = overwrite or self.overwrite
        return made


def _default_name(datastore: "AbstractDatastore", path: Optional[str]) -> str:
    """A whole datastore goes by its name; a path gets a name of its own."""
    return uuid.uuid4().hex if path else datastore.name


__getattr__ = module_getattr(__name__)
