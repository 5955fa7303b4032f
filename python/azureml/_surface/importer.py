"""Finds the SDK's modules that have no file here, so that importing from them works and using what is missing says so."""
from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Optional, Sequence

# No base classes of importlib.abc here: importing those costs more than all the rest of this package's start.


class _MissingModuleLoader:
    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        return None

    def exec_module(self, module: ModuleType) -> None:
        from . import missing

        module.__getattr__ = missing.module_getattr(module.__name__)  # type: ignore[method-assign]
        module.__all__ = missing.public_names(module.__name__)  # type: ignore[attr-defined]


class _MissingModuleFinder:
    """Comes last in the search: it sees only names that no file has."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if not fullname.startswith("azureml."):
            return None
        from . import table

        if not table.is_public_module(fullname):
            return None
        return ModuleSpec(fullname, _MissingModuleLoader(), is_package=True)  # type: ignore[arg-type]


def install() -> None:
    """Adds the finder once."""
    if not any(isinstance(finder, _MissingModuleFinder) for finder in sys.meta_path):
        sys.meta_path.append(_MissingModuleFinder())
