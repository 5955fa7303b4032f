"""Where a container image comes from."""
from __future__ import annotations

from typing import Any, Dict, Optional

from .._surface.missing import Public, module_getattr


class ContainerRegistry(Public):
    """A registry and how to log in to it; nothing set means the public one."""

    def __init__(self) -> None:
        self.address: Optional[str] = None
        self.username: Optional[str] = None
        self.password: Optional[str] = None

    def _to_wire(self) -> Dict[str, Any]:
        return {"address": self.address, "username": self.username, "password": self.password}


__getattr__ = module_getattr(__name__)
