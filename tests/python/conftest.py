"""Tests of the azureml package that need no Homeport: a scripted HTTP server stands where one is asked."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

from scripted_server import ScriptedServer

SUBSCRIPTION, GROUP, WORKSPACE = "00000000-0000-0000-0000-000000000001", "lab", "ws"
SCOPE = (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
         f"/providers/Microsoft.MachineLearningServices/workspaces/{WORKSPACE}")


@pytest.fixture
def server() -> Any:
    made = ScriptedServer()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home and working folder, and none of the variables that a machine or a run may have set."""
    for name in ("HOMEPORT_URL", "HOMEPORT_TOKEN", "AZUREML_RUN_ID", "AZUREML_SERVICE_ENDPOINT", "AZUREML_RUN_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOMEPORT_RETRY_SECONDS", "5")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")


@pytest.fixture
def workspace(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A workspace on the scripted server, which knows it, its discovery document and its experiment `exp`."""
    from azureml.core import Workspace

    monkeypatch.setenv("HOMEPORT_URL", server.url)
    monkeypatch.setenv("HOMEPORT_TOKEN", "secret")
    keys = ("api", "catalog", "experimentation", "gallery", "history", "hyperdrive", "labeling", "modelmanagement",
            "pipelines", "studio", "notebooks")
    server.on("GET", "/discovery", {key: server.url for key in keys})
    server.on("GET", SCOPE, {"id": SCOPE, "name": WORKSPACE, "location": "lab", "tags": {},
                             "type": "Microsoft.MachineLearningServices/workspaces",
                             "properties": {"workspaceId": "w-1", "friendlyName": WORKSPACE}})
    server.on("GET", f"/history/v1.0{SCOPE}/experiments/exp", {"experimentId": "e-1", "name": "exp", "tags": {}})
    server.on("GET", f"/history/v1.0{SCOPE}/experimentids/e-1", {"experimentId": "e-1", "name": "exp", "tags": {}})
    return Workspace(SUBSCRIPTION, GROUP, WORKSPACE)


def run_dto(run_id: str = "exp_1_aa", status: str = "Running", **more: Any) -> Dict[str, Any]:
    return {"runId": run_id, "status": status, "experimentId": "e-1", "runNumber": 1, "runType": "azureml.scriptrun",
            "rootRunId": run_id, "properties": {}, "tags": {}, "createdUtc": "2024-01-01T00:00:00.000Z", **more}
