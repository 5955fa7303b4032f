"""What is printed of clusters and jobs, to the letter: programs and people read it."""
from __future__ import annotations

from typing import Any

import pytest

from conftest import GROUP, JOBS, PLACE, SCOPE, WORKSPACE, cluster_json, job_json
from scripted_server import ScriptedServer
from utilities import cluster, job

NODES = "Allocated: 2; Idle: 1; Unusable: 4; Running: 2; Preparing: 3; Leaving: 5\n"


def printed_of(server: ScriptedServer, client: Any, capsys: Any, **properties: Any) -> str:
    server.on("GET", f"{JOBS}/job1", job_json(**properties))
    job.print_job_status(client.jobs.get(*PLACE, "job1"))
    return str(capsys.readouterr().out)


@pytest.mark.parametrize("manual, scale", [(True, "Target: 2; "), (False, "Min: 1; Max: 4; Initial: 2; ")])
def test_a_cluster_s_line(server: ScriptedServer, client: Any, capsys: Any, manual: bool, scale: str) -> None:
    server.on("GET", f"{SCOPE}/clusters/nc6", cluster_json(manual=manual))
    cluster.print_cluster_status(client.clusters.get(GROUP, WORKSPACE, "nc6"))
    assert capsys.readouterr().out == "Cluster state: steady " + scale + NODES


def test_a_cluster_s_errors(server: ScriptedServer, client: Any, capsys: Any) -> None:
    errors = [{"code": "nvidiaConfigFail", "message": "no driver", "details": [{"name": "Reason", "value": "Failed to install"}]},
              {"code": "Other", "message": "bare"}]
    server.on("GET", f"{SCOPE}/clusters/nc6", cluster_json(allocationState="resizing", errors=errors))
    cluster.print_cluster_status(client.clusters.get(GROUP, WORKSPACE, "nc6"))
    assert capsys.readouterr().out == "Cluster state: resizing Target: 2; " + NODES + \
        "Cluster error: nvidiaConfigFail: no driver\nDetails:\nReason: Failed to install\nCluster error: Other: bare\n"


def test_a_state_that_the_client_does_not_know_is_printed_as_it_came(server: ScriptedServer, client: Any, capsys: Any) -> None:
    assert printed_of(server, client, capsys, state="hibernating") == "Job state: hibernating ExitCode: None\n"


@pytest.mark.parametrize("state, info, line", [
    ("queued", None, "Job state: queued ExitCode: None\n"),
    ("running", {"startTime": "2019-10-25T06:49:05.486Z"}, "Job state: running ExitCode: None\n"),
    ("succeeded", {"exitCode": 0}, "Job state: succeeded ExitCode: 0\n"),
    ("failed", None, "Job state: failed ExitCode: None\n"),
    ("failed", {"exitCode": 3}, "Job state: failed ExitCode: 3\n"),
    ("failed", {"exitCode": 3, "errors": [{"code": "JobFailed", "message": "Job failed with non-zero exit code"}]},
     "Job state: failed ExitCode: 3\nFailureDetails: \nErrorCode:JobFailed\nErrorMessage:Job failed with non-zero exit code\n\n"),
    ("failed", {"exitCode": -1, "errors": [{"code": "AZFMountError", "message": "Unable to mount Azure File",
                                            "details": [{"name": "Info", "value": "no share"}]}]},
     "Job state: failed ExitCode: -1\n"
     "FailureDetails: \nErrorCode:AZFMountError\nErrorMessage:Unable to mount Azure File\nDetails:\nInfo:no share\n\n"),
])
def test_a_job_s_line(server: ScriptedServer, client: Any, capsys: Any, state: str, info: Any, line: str) -> None:
    more = {} if info is None else {"executionInfo": info}
    assert printed_of(server, client, capsys, state=state, **more) == line
