"""Many jobs of an experiment: submitted, waited for, measured, run again, deleted."""
from __future__ import annotations

import re
import threading
from typing import Any, Dict, List

import pytest
from azure.mgmt.batchai import models
from msrestazure.azure_exceptions import CloudError

from conftest import EXPERIMENT, GROUP, JOBS, SCOPE, WORKSPACE, file_json, in_turn, job_json
from scripted_server import Request, ScriptedServer
from utilities import experiment
from utilities.job import MetricExtractor


class Experiment:
    """The service's side: jobs by name with their states; a PUT makes one that is queued, a DELETE ends it."""

    def __init__(self, server: ScriptedServer) -> None:
        self.states: Dict[str, str] = {}
        self.refusals: Dict[str, List[int]] = {}
        self.secrets: List[Dict[str, str]] = []
        self._lock = threading.Lock()
        server.on("GET", f"{SCOPE}/experiments/{EXPERIMENT}", {"id": f"{SCOPE}/experiments/{EXPERIMENT}", "name": EXPERIMENT})
        server.on("GET", JOBS, lambda request: {"value": [job_json(*each, secrets=self.secrets) for each in self.states.items()]})
        server.on("PUT", JOBS + "/[^/]+", self._put)
        server.on("DELETE", JOBS + "/[^/]+", self._delete)

    def _put(self, request: Request) -> Any:
        name = request.path.rpartition("/")[2]
        with self._lock:
            if self.refusals.get(name):
                status = self.refusals[name].pop(0)
                return status, {"error": {"code": "Refused", "message": f"{name} refused"}}, {}
            self.states[name] = "queued"
        return job_json(name, "queued", **request.json()["properties"])

    def _delete(self, request: Request) -> Any:
        self.states.pop(request.path.rpartition("/")[2], None)
        return 200


@pytest.fixture
def service(server: ScriptedServer) -> Experiment:
    return Experiment(server)


@pytest.fixture
def jobs(capsys: Any, service: Experiment, client: Any) -> experiment.ExperimentUtils:
    return experiment.ExperimentUtils(client, GROUP, WORKSPACE, EXPERIMENT)


def parameters(number: int) -> models.JobCreateParameters:
    return models.JobCreateParameters(
        cluster=models.ResourceId(id="/c"), node_count=1, std_out_err_path_prefix="$X",
        environment_variables=[models.EnvironmentVariable(name="PARAM_N", value=str(number))])


def test_it_says_where_it_submits_to(jobs: experiment.ExperimentUtils, capsys: Any) -> None:
    assert capsys.readouterr().out == "Initialized JobSubmitter in resource group: lab | workspace: ws | experiment: exp\n"
    jobs.log_to_stdout()
    jobs.logger.info("once")
    assert capsys.readouterr().out == "once\n"


def test_an_experiment_that_is_not_there_is_an_error(client: Any) -> None:
    with pytest.raises(CloudError):
        experiment.ExperimentUtils(client, GROUP, WORKSPACE, "absent")


def test_jobs_are_submitted_together_and_come_in_order(jobs: experiment.ExperimentUtils, service: Experiment, capsys: Any) -> None:
    future = jobs.submit_jobs([parameters(number) for number in range(40)], "sweep")
    made = future.result(60)
    assert [job.environment_variables[0].value for job in made] == [str(number) for number in range(40)]
    assert all(re.fullmatch("sweep_[0-9a-f]{16}", job.name) for job in made) and len(service.states) == 40
    assert f'Created job "{made[3].name}" with parameters {{"$PARAM_N": "3"}}\n' in capsys.readouterr().out


def test_the_same_parameters_are_the_same_job(jobs: experiment.ExperimentUtils, server: ScriptedServer) -> None:
    first, second, other = jobs.submit_jobs([parameters(1), parameters(1), parameters(2)], "a").result(60)
    again = jobs.submit_jobs([parameters(2)], "a").result(60)[0]
    assert first.name == second.name != other.name == again.name
    assert len(server.asked("PUT")) == 3


def test_a_server_s_failure_is_tried_again(jobs: experiment.ExperimentUtils, service: Experiment, capsys: Any) -> None:
    name = jobs.submit_jobs([parameters(1)], "a").result(60)[0].name
    service.refusals[name] = [503, 505]
    capsys.readouterr()
    made = jobs.submit_jobs([parameters(1), parameters(2)], "a", max_retries=3).result(60)
    assert [job.name for job in made][0] == name and len(made) == 2
    lines = [line for line in capsys.readouterr().out.splitlines() if "Created" not in line]
    assert lines == [f"Job {name} failed to submit. Retrying (3 attempts remaining)...", "Waiting 0 seconds...",
                     f"Job {name} failed to submit. Retrying (2 attempts remaining)...", "Waiting 0 seconds..."]


def test_what_never_succeeds_is_left_out_and_counted(jobs: experiment.ExperimentUtils, service: Experiment, capsys: Any) -> None:
    name = jobs.submit_jobs([parameters(1)], "a").result(60)[0].name
    service.refusals[name] = [500] * 9
    made = jobs.submit_jobs([parameters(1), parameters(2)], "a", max_retries=1).result(60)
    assert len(made) == 1 and made[0].name != name
    assert capsys.readouterr().out.endswith("1 jobs failed to submit.\n")


@pytest.mark.parametrize("status", [400, 409, 501])
def test_a_refused_job_is_an_error_after_the_others_are_in(jobs: experiment.ExperimentUtils, service: Experiment, status: int) -> None:
    name = jobs.submit_jobs([parameters(1)], "a").result(60)[0].name
    service.states.clear()
    service.refusals[name] = [status]
    with pytest.raises(CloudError, match="refused"):
        jobs.submit_jobs([parameters(number) for number in range(4)], "a").result(60)
    assert len(service.states) == 3


def test_waiting_prints_how_many_have_ended(jobs: experiment.ExperimentUtils, service: Experiment, capsys: Any) -> None:
    service.states.update(a="running", b="queued")
    seen: List[List[str]] = []

    def step(found: List[Any]) -> None:
        seen.append([job.name for job in found])
        if len(seen) == 2:
            service.states["a"] = "succeeded"
        if len(seen) == 17:
            service.states["b"] = "failed"
    capsys.readouterr()
    ended = jobs.wait_all_jobs(on_progress=step)
    assert [job.name for job in ended] == ["a", "b"] and len(seen) == 18
    assert capsys.readouterr().out == "0/2 jobs completed (0 succeeded, 0 failed)" + "." * 15 + \
        "\n1/2 jobs completed (1 succeeded, 0 failed).." \
        "\n2/2 jobs completed (1 succeeded, 1 failed)\nAll jobs completed.\n"


def test_waiting_for_some_does_not_wait_for_others(jobs: experiment.ExperimentUtils, service: Experiment) -> None:
    service.states.update(a="succeeded", b="running")
    assert [job.name for job in jobs.wait_all_jobs(job_names=["A"])] == ["a"]
    with pytest.raises(ValueError, match="no job c"):
        jobs.wait_all_jobs(job_names=["a", "c"])
    with pytest.raises(TimeoutError, match="1 of 2"):
        jobs.wait_all_jobs(timeout=0)


def test_failed_jobs_are_made_anew_under_their_names(jobs: experiment.ExperimentUtils, service: Experiment, server: ScriptedServer,
                                                     capsys: Any) -> None:
    service.states.update(good="succeeded", bad="failed", worse="failed")
    made = jobs.resubmit_failed_jobs()
    assert sorted(job.name for job in made) == ["bad", "worse"]
    assert service.states == {"good": "succeeded", "bad": "queued", "worse": "queued"}
    order = [(request.method, request.path.rpartition("/")[2]) for request in server.requests if request.method in ("PUT", "DELETE")]
    assert [method for method, _ in order] == ["DELETE", "DELETE", "PUT", "PUT"]
    assert jobs.resubmit_failed_jobs(job_names=["good"]) == []
    assert capsys.readouterr().out.endswith(f"There are no failed jobs in the experiment {EXPERIMENT}.\n")


def test_a_job_with_secrets_is_not_deleted_before_they_are_known(jobs: experiment.ExperimentUtils, service: Experiment,
                                                                server: ScriptedServer) -> None:
    service.states.update(bad="failed")
    service.secrets = [{"name": "TOKEN"}]
    with pytest.raises(ValueError, match="bad.*TOKEN"):
        jobs.resubmit_failed_jobs()
    assert service.states == {"bad": "failed"} and not server.asked("DELETE")
    made = jobs.resubmit_failed_jobs(secrets={"TOKEN": "t"})
    assert [job.name for job in made] == ["bad"]
    assert server.asked("PUT")[-1].json()["properties"]["secrets"] == [{"name": "TOKEN", "value": "t"}]


def test_jobs_are_deleted_by_name_and_state(jobs: experiment.ExperimentUtils, service: Experiment, capsys: Any) -> None:
    service.states.update(a="succeeded", b="failed", c="failed", d="running")
    jobs.delete_jobs_in_experiment(execution_state=models.ExecutionState.failed, job_names=["a", "b"])
    assert sorted(service.states) == ["a", "c", "d"] and capsys.readouterr().out.endswith("Deleted Job: b\n")
    jobs.delete_jobs_in_experiment(execution_state="failed")
    assert sorted(service.states) == ["a", "d"]
    jobs.delete_jobs_in_experiment()
    jobs.delete_jobs_in_experiment()
    assert not service.states
    assert capsys.readouterr().out.endswith(f"There are no jobs to delete in the experiment {EXPERIMENT}.\n")


def test_metrics_come_with_their_jobs(jobs: experiment.ExperimentUtils, service: Experiment, server: ScriptedServer) -> None:
    service.states.update(a="succeeded", b="succeeded")
    for name, text in (("a", b"loss=0.5\nloss=0.25\n"), ("b", b"loss=2\n")):
        server.on("POST", f"{JOBS}/{name}/listOutputFiles", {"value": [file_json("log.txt", f"{server.url}/{name}")]})
        server.on("GET", f"/{name}", (200, text, {}))
    found = jobs.get_metrics_for_jobs(jobs.wait_all_jobs(), MetricExtractor("ALL", "log.txt", r"loss=(\S+)"))
    assert [(each["job_name"], each["job"].name, each["metric_value"]) for each in found] == [("a", "a", 0.25), ("b", "b", 2.0)]


def test_a_long_operation_is_asked_for_every_second(server: ScriptedServer, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: List[float] = []
    monkeypatch.setattr(experiment.time, "sleep", waits.append)
    operation = server.url + "/operation"
    server.on("PUT", f"{JOBS}/a", (202, {}, {"Azure-AsyncOperation": operation, "Retry-After": "15"}))
    server.on("GET", "/operation", in_turn(({"status": "InProgress"}), {"status": "Succeeded"}))
    server.on("GET", f"{JOBS}/a", job_json("a"))
    made = client.jobs.create(GROUP, WORKSPACE, EXPERIMENT, "a", parameters(1), polling=experiment.CustomPolling()).result(30)
    assert made.name == "a" and waits == [1, 1]
