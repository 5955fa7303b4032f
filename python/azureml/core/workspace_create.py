"""Making a workspace."""
from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Dict, Optional

from .._wire.errors import is_not_found, refused_as
from ..exceptions import WorkspaceException

if TYPE_CHECKING:
    from .._wire.services import Services


def create_workspace(services: "Services", location: Optional[str], create_resource_group: bool,
                     tags: Optional[Dict[str, str]], friendly_name: Optional[str], exist_ok: bool,
                     show_output: bool) -> None:
    """Makes the workspace that `services` is scoped to, and waits for it. Raises WorkspaceException if it exists already
    (unless `exist_ok`) or could not be made."""
    scope = services.scope
    if _exists(services):
        if exist_ok:
            return
        raise WorkspaceException(f"Workspace with name '{scope.workspace_name}' already exists under "
                                 f"'{scope.resource_group}' resource group of subscription '{scope.subscription_id}'; "
                                 "exist_ok=True takes the existing one.")
    started = time.monotonic()
    if create_resource_group:
        services.arm.create_resource_group(scope.subscription_id, scope.resource_group, location or "local")
    body: Dict[str, Any] = {"tags": tags or {}, "properties": {"friendlyName": friendly_name or scope.workspace_name}}
    if location:
        body["location"] = location
    with refused_as(WorkspaceException):
        operation = services.arm.put_workspace(scope, body)
    operation.wait()
    if operation.status.lower() != "succeeded":
        raise WorkspaceException(f"Making the workspace {scope.workspace_name} failed: {operation.error}")
    if show_output:
        took = time.monotonic() - started
        print(f"Deployed Workspace with name {scope.workspace_name}. Took {took:.2f} seconds.")


def _exists(services: "Services") -> bool:
    try:
        services.arm.get_workspace(services.scope)
    except Exception as problem:
        if is_not_found(problem):
            return False
        raise
    return True
