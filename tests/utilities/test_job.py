"""Following a job's output, waiting for its end, reading its metric, and making its parameters anew."""
from __future__ import annotations

from typing import Any, Tuple

import pytest

from conftest import JOBS, PLACE, SCOPE, SUBSCRIPTION, cluster_json, file_json, in_turn, job_json
from scripted_server import Request, ScriptedServer
from utilities import job

STORAGE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts"


class GrowingFile:
    """The service's file of a job, served as the service does: 206 from where was asked, 416 when there is no more."""

    def __init__(self, server: ScriptedServer, name: str = "stdout.txt") -> None:
        self.content = b""
        self.listed = True
        server.on("POST", f"{JOBS}/job1/listOutputFiles", self._list)
        server.on("GET", "/share/" + name, self._read)
        self._file = file_json(name, f"{server.url}/share/{name}")

    def _list(self, request: Request) -> Any:
        assert request.query["outputdirectoryid"] == "stdouterr"
        return {"value": [{"name": "folder", "fileType": "directory"}] + ([self._file] if self.listed else [])}

    def _read(self, request: Request) -> Any:
        begin = int(request.headers["range"][len("bytes="):-1])
        return (206, self.content[begin:], {}) if begin < len(self.content) else (416, b"no more", {})


def streamer(client: Any, name: Any = "stdout.txt", directory: Any = "stdouterr") -> job.OutputStreamer:
    return job.OutputStreamer(client, *PLACE, "job1", directory, name)


def test_a_file_is_printed_as_it_grows(server: ScriptedServer, client: Any, capsys: Any) -> None:
    file, stream = GrowingFile(server), streamer(client)
    file.listed = False
    stream.tail()
    file.listed = True
    for text in ("", "one\n", "two\nthr", "", "ee\n"):
        file.content += text.encode()
        stream.tail()
        assert capsys.readouterr().out == text
    assert len(server.asked("POST")) == 2, "the link is asked for again only while there is none"


def test_a_character_that_comes_in_two_parts_is_one(server: ScriptedServer, client: Any, capsys: Any) -> None:
    file, stream = GrowingFile(server), streamer(client)
    file.content = "é".encode()[:1]
    stream.tail()
    file.content = "é!".encode()
    stream.tail()
    assert capsys.readouterr().out == "é!"


def test_a_server_that_ignores_the_range_is_not_printed_twice(server: ScriptedServer, client: Any, capsys: Any) -> None:
    file, stream = GrowingFile(server), streamer(client)
    server.on("GET", "/share/stdout.txt", lambda request: (200, file.content, {}))
    for text in (b"one ", b"two"):
        file.content += text
        stream.tail()
    assert capsys.readouterr().out == "one two"


def test_a_link_that_has_expired_is_asked_for_anew(server: ScriptedServer, client: Any, capsys: Any) -> None:
    file, stream = GrowingFile(server), streamer(client)
    file.content = b"one "
    stream.tail()
    server.on("GET", "/share/stdout.txt", in_turn((403, b"expired", {}), (206, b"two", {})))
    stream.tail()
    assert capsys.readouterr().out == "one two"


@pytest.mark.parametrize("directory, name", [(None, "stdout.txt"), ("stdouterr", None), (None, None)])
def test_without_a_directory_or_a_name_nothing_is_asked(server: ScriptedServer, client: Any, directory: Any, name: Any) -> None:
    streamer(client, name, directory).tail()
    assert not server.requests


def test_waiting_shows_the_cluster_then_the_output_then_the_end(server: ScriptedServer, client: Any, capsys: Any) -> None:
    file = GrowingFile(server)
    server.on("GET", f"{SCOPE}/clusters/nc6", cluster_json())

    def grow(text: bytes, state: str, **info: Any) -> Any:
        file.content += text
        return job_json(state=state, **info)
    answers = [lambda: grow(b"", "queued"), lambda: grow(b"", "queued"), lambda: grow(b"", "running"), lambda: grow(b"step 1\n", "running"),
               lambda: grow(b"step 2\n", "terminating"), lambda: grow(b"step 3\n", "succeeded", executionInfo={"exitCode": 0})]
    server.on("GET", f"{JOBS}/job1", lambda request: answers.pop(0)() if answers else grow(b"", "succeeded", executionInfo={"exitCode": 0}))
    job.wait_for_job_completion(client, *PLACE, "job1", "nc6", "stdouterr", "stdout.txt")
    line = "Cluster state: steady Target: 2; Allocated: 2; Idle: 1; Unusable: 4; Running: 2; Preparing: 3; Leaving: 5\n"
    assert capsys.readouterr().out == \
        (line + "Job state: queued ExitCode: None\n") * 2 + line + "Job state: running ExitCode: None\n" \
        "Waiting for job output to become available...\nstep 1\nstep 2\nstep 3\nJob state: succeeded ExitCode: 0\n"


def test_waiting_without_a_file_ends_with_a_failed_job(server: ScriptedServer, client: Any, capsys: Any) -> None:
    server.on("GET", f"{SCOPE}/clusters/nc6", cluster_json())
    errors = [{"code": "JobTerminated", "message": "The specified job has been terminated by the user"}]
    server.on("GET", f"{JOBS}/job1", job_json(state="failed", executionInfo={"errors": errors}))
    job.wait_for_job_completion(client, *PLACE, "job1", "nc6")
    assert "ErrorCode:JobTerminated" in capsys.readouterr().out
    assert not server.asked("POST")


@pytest.mark.parametrize("method, value", [("last", 4.0), ("mean", 2.5), ("min", 0.0), ("max", 5.0)])
def test_a_metric_is_made_of_all_matches(server: ScriptedServer, client: Any, method: str, value: float) -> None:
    GrowingFile(server)
    server.on("GET", "/share/stdout.txt", (200, b"metric = 1%\nmetric = 5%\nmetric =0%metric =4%", {}))
    extractor = job.MetricExtractor("stdouterr", "stdout.txt", r"metric =(.*?)\%", method)
    assert extractor.get_metric("job1", "lab", "ws", "exp", client) == value


def test_a_metric_that_is_not_there_is_infinite(server: ScriptedServer, client: Any) -> None:
    file = GrowingFile(server)
    server.on("GET", "/share/stdout.txt", (200, b"nothing", {}))
    extractor = job.MetricExtractor(output_dir_id="stdouterr", logfile="stdout.txt", regex="metric=(.*)")
    assert extractor.get_metric("job1", "lab", "ws", "exp", client) == float("inf")
    file.listed = False
    assert extractor.get_metric("job1", "lab", "ws", "exp", client) == float("inf")
    with pytest.raises(ValueError, match='not "median"'):
        job.MetricExtractor("a", "b", "c", "median")


def with_volumes(**volumes: Any) -> Any:
    return job_json(mountVolumes=volumes, constraints={"maxWallClockTime": "P7D"}, customToolkitSettings={"commandLine": "echo"},
                    environmentVariables=[{"name": "A", "value": "b"}], schedulingPriority="high", toolType="custom",
                    outputDirectories=[{"id": "MODEL", "pathPrefix": "$X"}])


def converted(server: ScriptedServer, client: Any, document: Any) -> Tuple[Any, Any]:
    server.on("GET", f"{JOBS}/job1", document)
    parameters = job.convert_job_to_jcp(client.jobs.get(*PLACE, "job1"), client)
    return parameters, parameters.serialize()["properties"]


def test_a_job_s_parameters_come_back_with_the_keys_that_the_service_does_not_tell(server: ScriptedServer, client: Any) -> None:
    account = {"id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/Acc", "name": "Acc"}
    server.on("GET", STORAGE, {"value": [{"id": "/x", "name": "acc2"}, account]})
    server.on("POST", account["id"] + "/listKeys", {"keys": [{"keyName": "key1", "value": "first"}, {"keyName": "key2", "value": "second"}]})
    share = {"accountName": "acc", "azureFileUrl": "https://acc.file.core.windows.net/s", "credentials": {}, "relativeMountPath": "afs"}
    container = {"accountName": "acc", "containerName": "c", "credentials": {}, "relativeMountPath": "bfs"}
    _, sent = converted(server, client, with_volumes(azureFileShares=[share], azureBlobFileSystems=[container]))
    assert sent["mountVolumes"]["azureFileShares"][0]["credentials"] == {"accountKey": "first"}
    assert sent["mountVolumes"]["azureBlobFileSystems"][0]["credentials"] == {"accountKey": "first"}
    assert "constraints" not in sent and "toolType" not in sent and sent["nodeCount"] == 1 and sent["schedulingPriority"] == "high"
    assert sent["customToolkitSettings"] == {"commandLine": "echo"} and sent["environmentVariables"] == [{"name": "A", "value": "b"}]
    assert sent["outputDirectories"][0]["id"] == "MODEL" and sent["cluster"]["id"].endswith("/nc6")


def test_a_job_without_mounts_asks_for_no_keys(server: ScriptedServer, client: Any) -> None:
    parameters, _ = converted(server, client, job_json())
    assert parameters.mount_volumes is None and not server.asked("GET", STORAGE)


def test_an_account_that_is_gone_is_named(server: ScriptedServer, client: Any) -> None:
    server.on("GET", STORAGE, {"value": []})
    container = {"accountName": "acc", "containerName": "c", "credentials": {}, "relativeMountPath": "bfs"}
    with pytest.raises(ValueError, match='"acc"'):
        converted(server, client, with_volumes(azureBlobFileSystems=[container]))


def with_secrets() -> Any:
    registry = {"image": "i", "credentials": {"username": "robot"}}
    return job_json(secrets=[{"name": "TOKEN"}, {"name": "PIN"}], containerSettings={"imageSourceRegistry": registry})


def test_secrets_are_what_the_caller_has(server: ScriptedServer, client: Any) -> None:
    server.on("GET", f"{JOBS}/job1", with_secrets())
    found = client.jobs.get(*PLACE, "job1")
    parameters = job.convert_job_to_jcp(found, client, {"TOKEN": "t", "robot": "p", "OTHER": "x"})
    sent = parameters.serialize()["properties"]
    assert sent["secrets"] == [{"name": "TOKEN", "value": "t"}, {"name": "PIN"}]
    assert sent["containerSettings"]["imageSourceRegistry"]["credentials"] == {"username": "robot", "password": "p"}
    assert job.missing_secrets(parameters) == ["PIN"]


def test_secrets_that_nobody_has_are_named(server: ScriptedServer, client: Any) -> None:
    parameters, _ = converted(server, client, with_secrets())
    assert job.missing_secrets(parameters) == ["TOKEN", "PIN", "robot"]
    plain, _ = converted(server, client, job_json())
    assert job.missing_secrets(plain) == []
