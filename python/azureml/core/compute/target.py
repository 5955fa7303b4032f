"""Any compute target, whatever its type."""
from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Type

from ..._local.names import check_compute
from ..._surface.missing import Public
from ..._wire.arm import Operation
from ..._wire.errors import is_not_found, refused_as
from ..._wire.times import iso_text
from ...exceptions import ComputeTargetException

if TYPE_CHECKING:
    from ..workspace import Workspace

POLL_S = 0.5
DELETE_ACTION, DETACH_ACTION = "Delete", "Detach"


class ComputeTarget(Public):
    """A compute target of a workspace. `ComputeTarget(workspace, name)` answers an object of the class of its type, and
    raises ComputeTargetException if there is no target of that name."""

    _compute_type = ""

    def __new__(cls, workspace: Optional["Workspace"] = None, name: Optional[str] = None, *args: Any,
                **kwargs: Any) -> "ComputeTarget":
        if workspace is None or name is None:
            return super().__new__(cls)
        return _from_arm(workspace, _fetch(workspace, name), cls)

    def __init__(self, workspace: "Workspace", name: str) -> None:
        """All was filled in when the object was made."""

    @staticmethod
    def create(workspace: "Workspace", name: str, provisioning_configuration: Any) -> "ComputeTarget":
        """Starts making the target and answers it; wait_for_completion waits until it is made."""
        check_compute(name)
        body = provisioning_configuration._arm_body(workspace)
        with refused_as(ComputeTargetException):
            operation = workspace._services.arm.put_compute(workspace._scope, name, body)
        target = _from_arm(workspace, _fetch(workspace, name), ComputeTarget)
        target._operation = operation
        return target

    @staticmethod
    def list(workspace: "Workspace") -> List["ComputeTarget"]:
        return [_from_arm(workspace, arm, ComputeTarget)
                for arm in workspace._services.arm.list_computes(workspace._scope)]

    @staticmethod
    def deserialize(workspace: "Workspace", object_dict: Dict[str, Any]) -> "ComputeTarget":
        """The target of what serialize() gave."""
        return _from_arm(workspace, object_dict, ComputeTarget)

    @property
    def status(self) -> Any:
        return self.get_status()

    def get_status(self) -> Any:
        """The provisioning state, asked for now."""
        self.refresh_state()
        return self.provisioning_state

    def refresh_state(self) -> None:
        """Reads the target anew."""
        self._fill(self.workspace, _fetch(self.workspace, self.name))

    def delete(self) -> None:
        """Starts deleting the target; wait_for_completion(is_delete_operation=True) waits for its end."""
        self._remove(DELETE_ACTION)

    def detach(self) -> None:
        """Takes the target out of the workspace."""
        self._remove(DETACH_ACTION)

    def wait_for_completion(self, show_output: bool = False, is_delete_operation: bool = False) -> None:
        """Waits until the target is made (or gone). Raises ComputeTargetException if that failed."""
        if is_delete_operation:
            self._wait_until_gone(show_output)
        else:
            self._wait_until_made(show_output)

    def serialize(self) -> Dict[str, Any]:
        return dict(self._arm)

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(workspace={self.workspace!r}, name={self.name}, id={self.id}, type={self.type}, "
                f"provisioning_state={self.provisioning_state}, location={self.location}, tags={self.tags})")

    # For the subclasses

    def _fill(self, workspace: "Workspace", arm: Dict[str, Any]) -> None:
        properties = arm.get("properties") or {}
        self._arm = arm
        self.workspace = workspace
        self.name = str(arm.get("name"))
        self.id = str(arm.get("id"))
        self.location = arm.get("location")
        self.tags = arm.get("tags") or None
        self.type = str(properties.get("computeType"))
        self.description = properties.get("description")
        self.created_on = iso_text(properties.get("createdOn"))
        self.modified_on = iso_text(properties.get("modifiedOn"))
        self.provisioning_state = str(properties.get("provisioningState"))
        self.provisioning_errors = properties.get("provisioningErrors")
        self.is_attached = bool(properties.get("isAttachedCompute"))
        self.cluster_location = properties.get("computeLocation")
        self.cluster_resource_id = properties.get("resourceId")

    _operation: Optional[Operation] = None

    def _remove(self, action: str) -> None:
        with refused_as(ComputeTargetException):
            self._operation = self.workspace._services.arm.delete_compute(self.workspace._scope, self.name, action)

    def _wait_until_made(self, show_output: bool) -> None:
        shown = StateLine(show_output)
        while True:
            shown.show(self.provisioning_state)
            if self.provisioning_state in ("Succeeded", "Failed", "Canceled"):
                break
            time.sleep(POLL_S)
            self.refresh_state()
        shown.end()
        if self.provisioning_state != "Succeeded":
            raise ComputeTargetException(f"Compute target {self.name} is {self.provisioning_state}: "
                                         f"{errors_text(self.provisioning_errors) or 'no reason given'}")

    def _wait_until_gone(self, show_output: bool) -> None:
        shown = StateLine(show_output)
        while True:
            shown.show("Deleting")
            if self._operation is not None and self._operation.poll() and self._operation.status.lower() == "failed":
                shown.end()
                raise ComputeTargetException(f"Deleting the compute target {self.name} failed: {self._operation.error}")
            try:
                self.refresh_state()
            except ComputeTargetException:
                break
            time.sleep(POLL_S)
        shown.show("Succeeded")
        shown.end()


class StateLine:
    """Prints a state once, then a dot for every time that it is still the same. Silent when told to be."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._state: Optional[str] = None

    def show(self, state: str) -> None:
        if not self._enabled:
            return
        if state == self._state:
            sys.stdout.write(".")
        else:
            sys.stdout.write(("\n" if self._state else "") + state)
            self._state = state
        sys.stdout.flush()

    def end(self) -> None:
        if self._enabled and self._state:
            sys.stdout.write("\n")
            sys.stdout.flush()
        self._state = None


def errors_text(errors: Any) -> str:
    """ARM errors, one a line."""
    lines = []
    for each in errors or []:
        error = each.get("error", each) if isinstance(each, dict) else {"message": str(each)}
        lines.append(": ".join(str(part) for part in (error.get("code"), error.get("message")) if part))
    return "\n".join(lines)


def _fetch(workspace: "Workspace", name: str) -> Dict[str, Any]:
    try:
        return workspace._services.arm.get_compute(workspace._scope, name)
    except Exception as problem:
        if is_not_found(problem):
            raise ComputeTargetException(
                f"ComputeTargetNotFound: Compute Target with name {name} not found in provided workspace") from None
        raise


def _from_arm(workspace: "Workspace", arm: Dict[str, Any], wanted: Type[ComputeTarget]) -> ComputeTarget:
    """An object of the class of the target's type; that must be `wanted` or a subclass of it."""
    from .amlcompute import AmlCompute

    found = str((arm.get("properties") or {}).get("computeType"))
    kind: Type[ComputeTarget] = AmlCompute if found == AmlCompute._compute_type else ComputeTarget
    if not issubclass(kind, wanted):
        raise ComputeTargetException(f"Compute target {arm.get('name')} is of type {found}, not {wanted.__name__}.")
    target = object.__new__(kind)
    target._fill(workspace, arm)
    return target
