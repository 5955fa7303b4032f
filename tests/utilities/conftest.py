"""Tests of the `utilities` package with the real clients of 2019 (tests/clients/batchai-2019.txt): a scripted HTTP server stands
where the service is asked."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests/python")]

from scripted_server import ScriptedServer

SUBSCRIPTION, GROUP, WORKSPACE, EXPERIMENT = "00000000-0000-0000-0000-000000000001", "lab", "ws", "exp"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.BatchAI/workspaces/{WORKSPACE}"
JOBS = f"{SCOPE}/experiments/{EXPERIMENT}/jobs"
PLACE = (GROUP, WORKSPACE, EXPERIMENT)


@pytest.fixture
def server() -> Any:
    made = ScriptedServer()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder, no proxy, no variables of ours, and nothing that waits."""
    from utilities import experiment, job
    for name in ("HOMEPORT_BATCHAI_CONFIG", "MNIST_SOURCE", "RNN_DATASET_SOURCE", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for module, name in ((job, "POLLING_INTERVAL_SEC"), (job, "TAIL_INTERVAL_SEC"), (experiment, "PROGRESS_WAIT_SECS"),
                         (experiment, "RETRY_WAIT_SECS")):
        monkeypatch.setattr(module, name, 0)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def client(server: ScriptedServer) -> Any:
    from azure.mgmt.batchai import BatchAIManagementClient
    from msrest.authentication import BasicTokenAuthentication
    made = BatchAIManagementClient(BasicTokenAuthentication({"access_token": "secret"}), SUBSCRIPTION, base_url=server.url)
    made.config.retry_policy.retries = 0  # The client's own would only make the tests slow.
    return made


def job_json(name: str = "job1", state: str = "running", **properties: Any) -> Dict[str, Any]:
    return {"id": f"{JOBS}/{name}", "name": name, "type": "Microsoft.BatchAI/workspaces/experiments/jobs",
            "properties": {"executionState": state, "nodeCount": 1, "stdOutErrPathPrefix": "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",
                           "cluster": {"id": f"{SCOPE}/clusters/nc6"}, "provisioningState": "succeeded", **properties}}


def cluster_json(name: str = "nc6", manual: bool = True, **properties: Any) -> Dict[str, Any]:
    scale = {"manual": {"targetNodeCount": 2}} if manual else \
        {"autoScale": {"minimumNodeCount": 1, "maximumNodeCount": 4, "initialNodeCount": 2}}
    counts = {"idleNodeCount": 1, "runningNodeCount": 2, "preparingNodeCount": 3, "unusableNodeCount": 4, "leavingNodeCount": 5}
    return {"id": f"{SCOPE}/clusters/{name}", "name": name, "type": "Microsoft.BatchAI/workspaces/clusters",
            "properties": {"allocationState": "steady", "vmSize": "STANDARD_NC6", "scaleSettings": scale, "currentNodeCount": 2,
                           "nodeStateCounts": counts, **properties}}


def file_json(name: str, url: str) -> Dict[str, Any]:
    return {"name": name, "fileType": "file", "downloadUrl": url}


def in_turn(*answers: Any) -> Callable[[Any], Any]:
    """Each answer once, the last one ever after."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]
