"""The ARM name of a workspace."""
from __future__ import annotations

from typing import NamedTuple

from .http import path_segment

PROVIDER = "Microsoft.MachineLearningServices"


class Scope(NamedTuple):
    """Subscription, resource group and workspace; `path` starts with a slash and ends without one."""

    subscription_id: str
    resource_group: str
    workspace_name: str

    @property
    def id(self) -> str:
        return (f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
                f"/providers/{PROVIDER}/workspaces/{self.workspace_name}")

    @property
    def path(self) -> str:
        return (f"/subscriptions/{path_segment(self.subscription_id)}/resourceGroups/{path_segment(self.resource_group)}"
                f"/providers/{PROVIDER}/workspaces/{path_segment(self.workspace_name)}")
