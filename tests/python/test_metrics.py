"""Metrics: rows, batches, the buffer that never holds up a step, reading back."""
import json
import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import azureml
from azureml._local.metric_buffer import BATCH_ROWS, MetricBuffer
from azureml._local.metric_reading import value_of
from azureml._local.metric_rows import LIST, SCALAR, TABLE, batch_of, rows_of, table_rows
from azureml.core import Run
from azureml.core.run import _OfflineRun
from azureml.exceptions import RunEnvironmentException, UserErrorException

from conftest import SCOPE

BATCH = f"/metric/v2.0{SCOPE}/runs/r1/batch"


@pytest.fixture
def in_run(server, monkeypatch):
    """The variables of a run; `server` is its node's agent."""
    for name, value in {"AZUREML_RUN_ID": "r1", "AZUREML_RUN_TOKEN": "jwt", "AZUREML_SERVICE_ENDPOINT": server.url,
                        "AZUREML_ARM_SUBSCRIPTION": SCOPE.split("/")[2], "AZUREML_ARM_RESOURCEGROUP": "lab",
                        "AZUREML_ARM_WORKSPACE_NAME": "ws", "AZUREML_ARM_PROJECT_NAME": "exp", "AZUREML_EXPERIMENT_ID": "e-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("azureml.core.run_context._current", None)
    monkeypatch.setattr("azureml.core.run_metrics._buffers", {})
    server.on("POST", BATCH, {"errors": []})


def sent_rows(server):
    return [(metric["name"], row["data"]) for request in server.asked("POST", BATCH)
            for metric in request.json()["values"] for row in metric["value"]]


# Rows.

def test_a_batch_is_row_wise_and_joins_rows_of_one_metric():
    rows = rows_of("loss", SCALAR, [{"loss": 0.5}]) + rows_of("row", TABLE, [{"x": 1, "y": "a", "b": True}]) + \
        rows_of("loss", SCALAR, [{"loss": 0.25}])
    loss, row = batch_of(rows)
    assert (loss["name"], loss["columns"], loss["properties"]) == ("loss", {"loss": "double"}, {"uxMetricType": "azureml.v1.scalar"})
    assert [each["data"] for each in loss["value"]] == [{"loss": 0.5}, {"loss": 0.25}]
    assert row["columns"] == {"x": "int", "y": "string", "b": "bool"}
    assert len({each["metricId"] for metric in (loss, row) for each in metric["value"]}) == 3


def test_numbers_that_json_lacks_are_bare_words():
    text = json.dumps(batch_of(rows_of("n", SCALAR, [{"n": math.nan}, {"n": math.inf}, {"n": -math.inf}])))
    assert '{"n": NaN}' in text and '{"n": Infinity}' in text and '{"n": -Infinity}' in text


def test_values_of_other_libraries_become_plain():
    class Scalar:
        def item(self):
            return 1.5

    class Tensor:
        def item(self):
            raise ValueError("more than one element")

    assert rows_of("n", SCALAR, [{"n": Scalar()}])[0].data == {"n": 1.5}
    with pytest.raises(UserErrorException, match="'n' is not a single number"):
        rows_of("n", SCALAR, [{"n": Tensor()}])
    with pytest.raises(UserErrorException, match="'n' is a object"):
        rows_of("n", SCALAR, [{"n": object()}])


def test_tables_are_turned_into_rows():
    assert table_rows("t", {"a": [1, 2], "b": (3.0, 4.0)}) == [{"a": 1, "b": 3.0}, {"a": 2, "b": 4.0}]
    assert table_rows("t", {"x": 1, "y": "text"}) == [{"x": 1, "y": "text"}]
    with pytest.raises(UserErrorException, match="differ in length: a 2, b 1"):
        table_rows("t", {"a": [1, 2], "b": [1]})
    with pytest.raises(UserErrorException, match="16 columns"):
        table_rows("t", {str(each): 1 for each in range(16)})


@pytest.mark.parametrize("kind, columns, data, expected", [
    (SCALAR, {"n": "double"}, [{"n": 0.5}], 0.5), (SCALAR, {"n": "int"}, [{"n": 1}, {"n": 2}], [1, 2]),
    (LIST, {"n": "int"}, [{"n": 1}], [1]), (TABLE, {"a": "int", "b": "string"}, [{"a": 1, "b": "x"}], {"a": 1, "b": "x"}),
    (TABLE, {"a": "int"}, [{"a": 1}, {"a": 2}], {"a": [1, 2]}), (SCALAR, {"n": "double"}, [{"n": "Infinity"}], math.inf),
    ("azureml.v2.image", {"n": "string"}, [{"n": "aml://artifactId/x"}], "aml://artifactId/x"),
    (SCALAR, {"n": "double", "_step": "int"}, [{"n": 0.5, "_step": 3}], 0.5),
])
def test_metrics_as_they_are_read(kind, columns, data, expected):
    metric = {"name": "n", "columns": columns, "properties": {"uxMetricType": kind}, "value": [{"data": each} for each in data]}
    assert value_of(metric) == expected


# The buffer.

def test_logging_returns_while_the_server_is_away_and_flush_waits():
    gate, batches = threading.Event(), []

    def post(values):
        gate.wait(10)
        batches.append(values)
        return []

    buffer = MetricBuffer(post, pause_s=0.01)
    began = time.monotonic()
    for step in range(120):
        buffer.append(rows_of("loss", SCALAR, [{"loss": step}]))
    assert time.monotonic() - began < 1
    assert buffer.flush(timeout_s=0.1) is False
    gate.set()
    assert buffer.flush(timeout_s=10) is True
    assert [row["data"]["loss"] for values in batches for metric in values for row in metric["value"]] == list(range(120))
    assert all(sum(len(metric["value"]) for metric in values) <= BATCH_ROWS for values in batches)


def test_rows_that_cannot_be_kept_are_dropped_with_a_warning(monkeypatch, capsys):
    monkeypatch.setattr("azureml._local.metric_buffer.MAX_WAITING_ROWS", 2)
    gate = threading.Event()
    buffer = MetricBuffer(lambda values: gate.wait(10) and [] or [], pause_s=60)
    for step in range(5):
        buffer.append(rows_of("n", SCALAR, [{"n": step}]))
    gate.set()
    assert capsys.readouterr().err.count("further ones are dropped") == 1
    assert buffer.flush(5)


def test_a_refused_batch_is_said_and_raised_by_flush(capsys):
    def post(values):
        raise UserErrorException("no such run")

    buffer = MetricBuffer(post, pause_s=0.01)
    buffer.append(rows_of("n", SCALAR, [{"n": 1}]))
    with pytest.raises(UserErrorException, match="no such run"):
        buffer.flush(5)
    assert "1 metric rows were not stored: no such run" in capsys.readouterr().err
    assert buffer.flush(5), "told once"


# In a run.

def test_in_a_run_everything_goes_to_the_agent_with_the_runs_token(in_run, server):
    run = Run.get_context()
    assert run is Run.get_context() and run.id == "r1" and run.experiment.name == "exp"
    assert server.requests == [], "nothing is asked before the first metric"
    run.log("loss", 0.5)
    run.log_list("primes", iter([2, 3]))
    run.log_row("point", x=1, y=2)
    run.log_table("tab", {"a": [1, 2]})
    run.flush()
    assert sent_rows(server) == [("loss", {"loss": 0.5}), ("primes", {"primes": 2}), ("primes", {"primes": 3}),
                                 ("point", {"x": 1, "y": 2}), ("tab", {"a": 1}), ("tab", {"a": 2})]
    assert {each.headers["authorization"] for each in server.requests} == {"Bearer jwt"}


def test_a_list_is_not_a_scalar(in_run):
    with pytest.raises(UserErrorException, match="log_list and log_table"):
        Run.get_context().log("x", [1, 2])


def test_a_submitted_run_is_not_ended_by_its_own_script(in_run, server):
    server.on("POST", ".*/events", 200)
    run = Run.get_context()
    run.log("a", 1)
    run.complete()
    run.fail("broken", error_code="7")
    assert [each.json()["name"].rpartition(".")[2] for each in server.asked("POST", ".*/events")] == ["Error"]
    assert sent_rows(server) == [("a", {"a": 1})]


def test_what_was_logged_last_is_sent_when_the_program_ends(in_run, server):
    code = "from azureml.core import Run; run = Run.get_context(); [run.log('n', i) for i in range(130)]"
    subprocess.run([sys.executable, "-c", code], cwd=str(Path(azureml.__file__).parents[1]), check=True, env=dict(os.environ))
    assert [data["n"] for _, data in sent_rows(server)] == list(range(130))


def test_metrics_are_read_by_name(in_run, server):
    root = f"/metric/v2.0{SCOPE}/runs/r1"
    pages = [{"value": [{"metricKey": {"name": "a"}}], "continuationToken": "t"}, {"value": [{"metricKey": {"name": "b"}}]}]
    server.on("POST", f"{root}/list", lambda request: pages[1 if request.json().get("continuationToken") else 0])
    server.on("POST", f"{root}/full", lambda request: {
        "name": request.json()["metricName"], "columns": {"v": "double"}, "properties": {"uxMetricType": SCALAR},
        "value": [{"data": {"v": 1.0}}]} if request.json()["metricName"] != "none" else 404)
    run = Run.get_context()
    assert run.get_metrics() == {"a": 1.0, "b": 1.0}
    assert run.get_metrics(name="b") == {"b": 1.0}
    assert run.get_metrics(name="none") == {}


def test_stored_documents_become_files_and_references(in_run, server):
    stored = {}
    server.on("POST", ".*/artifacts/batch/metadata", lambda request: {"artifactContentInformation": {
        each["path"]: {"contentUri": f"{server.url}/blob/{each['path']}?sv=1&sig=x"} for each in request.json()["paths"]}})
    server.on("PUT", "/blob/.*", lambda request: stored.update({request.path: (request.body, request.query)}) or 201)
    Path("plot.png").write_bytes(b"png")
    run = Run.get_context()
    run.log_image("curve", path="plot.png")
    run.log_confusion_matrix("cm", {"schema_type": "confusion_matrix", "schema_version": "v1", "data": {}})
    run.flush()
    (image, (content, query)), (document, _) = stored.items()
    assert image.startswith("/blob/curve_") and image.endswith(".png") and content == b"png" and query["sig"] == "x"
    assert document.endswith(".json")
    rows = dict(sent_rows(server))
    assert rows["curve"]["curve"].startswith("aml://artifactId/ExperimentRun/dcid.r1/curve_")


# Outside of a run.

def test_outside_of_a_run_what_is_logged_is_printed(capsys):
    run = Run.get_context()
    assert type(run) == _OfflineRun and run.id.startswith("OfflineRun_")
    run.log("accuracy", 0.9)
    assert capsys.readouterr().out == "Attempted to log scalar metric accuracy:\n0.9\n"
    with pytest.raises(AttributeError):
        run.experiment
    with pytest.raises(RunEnvironmentException):
        Run.get_context(allow_offline=False)


def test_a_forked_child_sends_its_own_rows_and_not_its_parents(tmp_path):
    told = tmp_path / "child"

    def post(values):
        with open(told, "a") as file:
            file.write(f"{os.getpid()} {[row['data']['n'] for metric in values for row in metric['value']]}\n")
        return []

    buffer = MetricBuffer(post, pause_s=60)
    buffer.append(rows_of("n", SCALAR, [{"n": 1}]))
    child = os.fork()
    if child == 0:
        buffer.append(rows_of("n", SCALAR, [{"n": 2}]))
        buffer.flush(10)
        os._exit(0)
    os.waitpid(child, 0)
    buffer.flush(10)
    assert sorted(told.read_text().splitlines()) == sorted([f"{child} [2]", f"{os.getpid()} [1]"])


def test_a_figure_is_saved_as_a_picture(in_run, server):
    class Figure:
        def savefig(self, target, format):
            target.write(format.encode())

    stored = {}
    server.on("POST", ".*/artifacts/batch/metadata", lambda request: {"artifactContentInformation": {
        each["path"]: {"contentUri": f"{server.url}/blob/{each['path']}?sig=x"} for each in request.json()["paths"]}})
    server.on("PUT", "/blob/.*", lambda request: stored.update({request.path: request.body}) or 201)
    Run.get_context().log_image("curve", plot=Figure())
    assert list(stored.values()) == [b"png"] and list(stored)[0].endswith(".png")
    with pytest.raises(UserErrorException, match="path= or plot="):
        Run.get_context().log_image("curve")
    with pytest.raises(UserErrorException, match="image does not exist: .*no.png"):
        Run.get_context().log_image("curve", path="no.png")


def test_metrics_of_children_are_joined_in(in_run, server):
    for run_id, value in (("r1", 1), ("c1", 2)):
        server.on("POST", f"/metric/v2.0{SCOPE}/runs/{run_id}/list", {"value": [{"metricKey": {"name": "a"}}]})
        server.on("POST", f"/metric/v2.0{SCOPE}/runs/{run_id}/full", {"name": "a", "columns": {"a": "int"}, "properties": {}, "value": [{"data": {"a": value}}]})
    server.on("GET", f"/history/v1.0{SCOPE}/experiments/exp/runs/r1", {"runId": "r1", "rootRunId": "r1"})
    server.on("POST", f"/history/v1.0{SCOPE}/experiments/exp/runs:query", {"value": [{"runId": "c1", "parentRunId": "r1"}]})
    assert Run.get_context().get_metrics(recursive=True) == {"a": [1, 2]}
