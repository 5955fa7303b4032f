"""Experiments and runs: submitting, following, looking back."""
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from azureml._local.ignore import IgnoreRules
from azureml._local.log_follow import LogFollower
from azureml.core import Experiment, Run, ScriptRunConfig
from azureml.core.experiment import new_run_id
from azureml.core.script_run import ScriptRun
from azureml.exceptions import (ActivityFailedException, ExperimentExecutionException, SnapshotException, UserErrorException)
from azureml.widgets import RunDetails

from conftest import SCOPE, run_dto

HISTORY = f"/history/v1.0{SCOPE}"
RUN = f"{HISTORY}/experiments/exp/runs/exp_1_aa"
START = f"/execution/v1.0{SCOPE}/experiments/exp/startrun"


@pytest.fixture
def experiment(workspace):
    return Experiment(workspace, "exp")


@pytest.fixture
def run(experiment, server):
    server.on("GET", RUN, run_dto())
    server.on("GET", f"{HISTORY}/runs/exp_1_aa", run_dto())
    return Run(experiment, "exp_1_aa")


@pytest.fixture
def project():
    Path("src/deep").mkdir(parents=True)
    Path("src/train.py").write_text("print(1)")
    Path("src/deep/data.bin").write_bytes(b"x" * 10)
    Path("src/.amlignore").write_text("*.bin\n")
    return "src"


def accept(server):
    server.on("POST", START, lambda request: {"runId": request.query["runId"]})
    server.on("GET", f"{HISTORY}/experiments/exp/runs/exp_.*", lambda request: run_dto(request.path.rpartition("/")[2], "Starting"))


def parts_of(request):
    """The parts of a multipart request by their file names, each with its headers."""
    boundary = re.search("boundary=(.*)", request.headers["content-type"]).group(1).encode()
    found = {}
    for part in request.body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
        found[re.search(b'filename="(.*?)"', head).group(1).decode()] = (head.decode(), content)
    return found


# Submitting.

def test_an_experiment_is_made_when_there_is_none(workspace, server):
    made = {"experimentId": "e-2", "name": "new", "tags": {"a": "b"}}
    server.on("POST", f"{HISTORY}/experiments/new", made)
    experiment = Experiment(workspace, "new")
    assert (experiment.id, experiment.tags, repr(experiment)) == ("e-2", {"a": "b"}, "Experiment(Name: new,\nWorkspace: ws)")
    with pytest.raises(UserErrorException, match="'a b' is no name for an experiment"):
        Experiment(workspace, "a b")


def test_submit_sends_definition_and_folder(experiment, server, project):
    accept(server)
    run = experiment.submit(ScriptRunConfig(project, "./train.py", ["--a", 1], compute_target="cpu"))
    sent = server.asked("POST", START)[0]
    assert re.fullmatch(r"exp_\d{10}_[0-9a-f]{8}", sent.query["runId"]) and run.id == sent.query["runId"]
    parts = parts_of(sent)
    assert 'name="runDefinitionFile"' in parts["definition.json"][0] and "Content-Type" not in parts["definition.json"][0]
    definition = json.loads(parts["definition.json"][1])
    assert definition["configuration"]["script"] == "train.py" and definition["configuration"]["arguments"] == ["--a", "1"]
    assert definition["configuration"]["environment"]["name"] == "Experiment exp Environment"
    assert definition["TelemetryValues"]["amlClientType"] == "azureml-sdk-core"
    names = zipfile.ZipFile(io.BytesIO(parts["project.zip"][1])).namelist()
    assert names == [".amlignore", "train.py"]
    assert type(run) is ScriptRun
    assert repr(run) == f"Run(Experiment: exp,\nId: {run.id},\nType: azureml.scriptrun,\nStatus: Starting)"


def test_submit_takes_an_id_tags_and_an_estimator(experiment, server, project):
    from azureml.train.estimator import Estimator

    accept(server)
    server.on("PATCH", f"{HISTORY}/experiments/exp/runs/mine", run_dto("mine"))
    server.on("GET", f"{HISTORY}/experiments/exp/runs/mine", run_dto("mine"))
    run = experiment.submit(Estimator(project, compute_target="cpu", entry_script="train.py"), tags={"k": "v"}, run_id="mine")
    assert run.id == "mine"
    assert server.asked("PATCH")[0].json() == {"runId": "mine", "tags": {"k": "v"}}
    values = json.loads(parts_of(server.asked("POST", START)[0])["definition.json"][1])["TelemetryValues"]
    assert (values["estimator"], values["useGpu"]) == ("Estimator", False)


def test_wrong_submits_are_refused_before_anything_is_sent(experiment, server, project):
    def refused(named, source=project, script="train.py", **more):
        with pytest.raises(UserErrorException, match=named):
            experiment.submit(ScriptRunConfig(source, script, compute_target="cpu"), **more)

    refused("The script absent.py does not exist in the source directory /", script="absent.py")
    refused("The source directory does not exist: .*nowhere", source="nowhere")
    refused("is left out by .amlignore", script="deep/data.bin")
    refused("'a b' is no id for a run", run_id="a b")
    with pytest.raises(UserErrorException, match="not a str"):
        experiment.submit("train.py")
    assert server.asked("POST") == []


def test_a_refusal_of_the_server_is_an_execution_error(experiment, server, project):
    server.on("POST", START, (400, {"error": {"code": "UserError", "message": "node_count 9 is above 2"}}, {}))
    with pytest.raises(ExperimentExecutionException, match="node_count 9 is above 2"):
        experiment.submit(ScriptRunConfig(project, "train.py", compute_target="cpu"))


def test_limits_of_a_snapshot(experiment, project, monkeypatch):
    monkeypatch.setattr("azureml._local.snapshot.MAX_FILES", 1)
    with pytest.raises(SnapshotException, match="exceeds the limit of 1 files: .* has 2"):
        experiment.submit(ScriptRunConfig(project, "train.py", compute_target="cpu"))
    monkeypatch.setattr("azureml._local.snapshot.MAX_BYTES", 1)
    with pytest.raises(SnapshotException, match=r"exceeds the limit of 0\.0 MB: .*the largest: train.py"):
        experiment.submit(ScriptRunConfig(project, "train.py", compute_target="cpu"))


def test_the_older_ignore_file_counts_only_without_the_newer():
    Path("both").mkdir()
    Path("both/.gitignore").write_text("a\n")
    assert IgnoreRules.of_folder("both").ignores("a", False)
    Path("both/.amlignore").write_text("b\n")
    rules = IgnoreRules.of_folder("both")
    assert rules.ignores("b", False) and not rules.ignores("a", False)


@pytest.mark.parametrize("pattern, path, is_folder, ignored", [
    ("*.pyc", "a/b.pyc", False, True), ("/data", "data", True, True), ("/data", "x/data", True, False),
    ("data/", "data", False, False), ("data/", "x/data", True, True), ("a/*/c", "a/b/c", False, True),
    ("a/*/c", "a/b/d/c", False, False), ("a/**/c", "a/b/d/c", False, True), ("a/**/c", "a/c", False, True),
    ("**/x", "deep/er/x", False, True), ("# no", "# no", False, False), ("f?o", "foo", False, True), ("[a-c].txt", "b.txt", False, True),
    ("[!a].txt", "a.txt", False, False), ("\\!x", "!x", False, True), ("x ", "x", False, True), ("", "x", False, False),
    (".git", ".git", True, True), ("a.b", "axb", False, False),
])
def test_ignore_patterns(pattern, path, is_folder, ignored):
    assert IgnoreRules([pattern]).ignores(path, is_folder) is ignored


def test_a_later_rule_takes_back_an_earlier_one():
    rules = IgnoreRules(["*.txt", "!keep.txt"])
    assert rules.ignores("a.txt", False) and not rules.ignores("keep.txt", False)


def test_git_folders_and_caches_are_never_sent():
    rules = IgnoreRules.of_folder(".")
    assert rules.ignores(".git", True) and rules.ignores("a/__pycache__", True) and not rules.ignores(".azureml", True)


def test_run_ids_have_the_known_form():
    assert re.fullmatch(r"my-exp_\d+_[0-9a-f]{8}", new_run_id("my-exp"))


# Following.

class Logs:
    """Log files that grow."""

    def __init__(self):
        self.content = {}
        self.out = io.StringIO()
        self.follower = LogFollower(lambda url, offset: self.content[url][offset:], self.out)

    def write(self, name, text):
        self.content[name] = self.content.get(name, b"") + (text if isinstance(text, bytes) else text.encode())

    def urls(self):
        return {name: name for name in self.content}

    def follow(self):
        self.follower.follow(self.urls())

    @property
    def shown(self):
        return self.out.getvalue()


def test_files_are_shown_under_titles_in_name_order():
    logs = Logs()
    logs.write("azureml-logs/20_image_build_log.txt", "building\n")
    logs.follow()
    logs.write("azureml-logs/20_image_build_log.txt", "built\n")
    logs.write("azureml-logs/70_driver_log.txt", "")
    logs.follow()
    logs.write("azureml-logs/70_driver_log.txt", "step 1\nste")
    logs.follow()
    logs.write("azureml-logs/70_driver_log.txt", "p 2\n")
    logs.follower.finish(logs.urls())
    assert logs.shown == (
        "\nStreaming azureml-logs/20_image_build_log.txt\n=============================================\nbuilding\nbuilt\n"
        "\nStreaming azureml-logs/70_driver_log.txt\n========================================\nstep 1\nstep 2\n")


def test_a_build_that_goes_on_beside_other_logs_is_seen_as_it_goes():
    logs = Logs()
    logs.write("azureml-logs/20_image_build_log.txt", "collecting\n")
    logs.write("azureml-logs/65_job_prep-n1.txt", "unpacking\n")
    logs.follow()
    logs.write("azureml-logs/20_image_build_log.txt", "installing\n")
    logs.follow()
    assert [line for line in logs.shown.splitlines() if line and "=" not in line] == [
        "Streaming azureml-logs/20_image_build_log.txt", "collecting", "Streaming azureml-logs/65_job_prep-n1.txt", "unpacking",
        "Streaming azureml-logs/20_image_build_log.txt", "installing"]


def test_of_several_processes_the_chief_is_shown_and_the_rest_named():
    logs = Logs()
    for name in ("ps_0", "worker_0", "worker_1"):
        logs.write(f"azureml-logs/70_driver_log_{name}.txt", f"{name} says\n")
    logs.follow()
    logs.follower.finish(logs.urls())
    assert "worker_0 says" in logs.shown and "worker_1 says" not in logs.shown
    assert logs.shown.endswith("\nFurther logs of this run: azureml-logs/70_driver_log_ps_0.txt, azureml-logs/70_driver_log_worker_1.txt\n")


def test_a_parameter_server_that_speaks_first_does_not_hide_the_chief():
    logs = Logs()
    logs.write("azureml-logs/70_driver_log_ps_0.txt", "serving\n")
    logs.follow()
    logs.write("azureml-logs/70_driver_log_worker_1.txt", "second\n")
    logs.follow()
    logs.write("azureml-logs/70_driver_log_worker_0.txt", "first\n")
    logs.follow()
    assert "serving" not in logs.shown and logs.shown.index("second") < logs.shown.index("first")


def test_other_files_are_not_followed():
    logs = Logs()
    logs.write("logs/azureml/1_azureml.log", "internal\n")
    logs.follower.finish(logs.urls())
    assert logs.shown == ""


def test_a_character_cut_in_two_is_shown_whole():
    logs = Logs()
    name = "azureml-logs/70_driver_log.txt"
    logs.write(name, "é".encode()[:1])
    logs.follow()
    logs.write(name, "é".encode()[1:] + b"\xff\n")
    logs.follow()
    assert logs.shown.endswith("é\ufffd\n")


def ending(server, status="Completed", **more):
    """A run whose log grows while it is asked for, and that then ends."""
    state = {"asked": 0}
    text = b"".join(b"step %d\n" % step for step in range(3))

    def details(request):
        state["asked"] += 1
        ended = state["asked"] > 1
        return {"runId": "exp_1_aa", "target": "cpu", "status": status if ended else "Running", "properties": {},
                "logFiles": {"azureml-logs/70_driver_log.txt": f"{server.url}/logs/driver?sig=1"}, **(more if ended else {})}

    def log(request):
        first, last = map(int, re.match(r"bytes=(\d+)-(\d+)", request.headers["range"]).groups())
        shown = text if state["asked"] > 1 else text[:10]
        if first >= len(shown):
            return 416, b"", {}
        return 206, shown[first:last + 1], {"Content-Range": f"bytes {first}-{len(shown) - 1}/{len(shown)}"}

    server.on("GET", f"{RUN}/details", details)
    server.on("GET", "/logs/driver", log)


def test_waiting_with_output_prints_what_users_know(run, server, capsys, monkeypatch):
    monkeypatch.setattr("azureml.core.run_wait.STATUS_POLL_S", 0.05)
    monkeypatch.setattr("azureml.core.run_wait.LOG_POLL_S", 0.01)
    ending(server, warnings=[{"source": "server", "message": "no GPU here: ran on the CPU"}])
    details = run.wait_for_completion(show_output=True)
    assert details["status"] == "Completed"
    title = f"RunId: exp_1_aa\nWeb View: {run.get_portal_url()}\n"
    assert capsys.readouterr().out == (
        f"{title}\nStreaming azureml-logs/70_driver_log.txt\n========================================\nstep 0\nstep 1\nstep 2\n"
        f"\nExecution Summary\n=================\n{title}Warning: no GPU here: ran on the CPU\n\n")
    assert not any("authorization" in each.headers for each in server.asked("GET", "/logs/.*")), "the token stays at home"


def test_a_failed_run_raises_its_reason(run, server, capsys):
    ending(server, "Failed", error={"error": {"code": "UserError", "message": "exit code 3"}})
    with pytest.raises(ActivityFailedException, match="(?s)Activity Failed:.*exit code 3"):
        run.wait_for_completion()
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Failed"
    assert capsys.readouterr().out == ""


def test_why_a_run_waits_is_said_on_stderr(run, server, capsys, monkeypatch):
    monkeypatch.setattr("azureml.core.run_wait.REASON_AFTER_S", 0.0)
    monkeypatch.setattr("azureml.core.run_wait.STATUS_POLL_S", 0.01)
    server.on("GET", RUN, run_dto(status="Queued", queueingInfo={"message": "waits for 2 nodes of cpu"}))
    answers = [{"status": "Queued"}] * 4 + [{"status": "Canceled"}]
    server.on("GET", f"{RUN}/details", lambda request: answers.pop(0))
    run.wait_for_completion(show_output=True)
    assert capsys.readouterr().err == "Queued: waits for 2 nodes of cpu\n"
    assert run.get_detailed_status()["details"] == "waits for 2 nodes of cpu"


# Looking back.

def test_runs_are_found_by_id(run, experiment, workspace):
    assert type(workspace.get_run("exp_1_aa")) is ScriptRun and workspace.get_run("exp_1_aa").experiment.name == "exp"
    assert (run.number, run.type, run.status, run.get_status()) == (1, "azureml.scriptrun", "Running", "Running")
    with pytest.raises(UserErrorException, match="Run norun was not found in the experiment exp"):
        Run(experiment, "norun")
    with pytest.raises(UserErrorException, match="Run norun was not found in the workspace ws"):
        Run.get(workspace, "norun")


def test_get_runs_asks_page_after_page_with_the_services_filters(experiment, server):
    fits = dict(tags={"k": "v", "any": ""}, properties={"p": "1"})
    pages = {None: {"value": [run_dto("r3", **fits), run_dto("r2", **fits)], "continuationToken": "t"},
             "t": {"value": [run_dto("r0", tags={"k": "w"}), run_dto("r1", runType=None, **fits)]}}
    server.on("POST", f"{HISTORY}/experiments/exp/runs:query", lambda request: pages[request.json().get("continuationToken")])
    found = list(experiment.get_runs(type="hyperdrive", tags={"k": "v", "any": None}, properties="p"))
    assert [each.id for each in found] == ["r3", "r2", "r1"] and type(found[0]) is ScriptRun and type(found[2]) is Run
    sent = server.asked("POST")[0].json()
    assert sent["filter"] == ('(RunType eq hyperdrive or Properties/azureml.runsource eq hyperdrive) and (Tags/k eq "v") and '
                              "(Tags/any ne null or Tags/any eq null) and (Properties/p ne null or Properties/p eq null) and "
                              "(ParentRunId eq null)")
    list(experiment.get_runs(include_children=True))
    assert "filter" not in server.asked("POST")[-1].json()


def test_tags_change_and_properties_last(run, server):
    changed = []
    server.on("PATCH", RUN, lambda request: changed.append(request.json()) or run_dto(tags={"a": "1"}))
    server.on("DELETE", f"{RUN}/tags", run_dto())
    server.on("GET", RUN, run_dto(properties={"kept": "1"}))
    run.tag("a", 1)
    assert run.tags == {"a": "1"}
    run.remove_tags("a")
    assert server.asked("DELETE")[0].json() == ["a"]
    run.add_properties({"kept": 1, "new": 2})
    with pytest.raises(UserErrorException, match="property kept of the run exp_1_aa is '1' and cannot be changed"):
        run.add_properties({"kept": 2})
    assert [each.get("tags") or each.get("properties") for each in changed] == [{"a": "1"}, {"kept": "1", "new": "2"}]


def test_an_interactive_run_starts_and_ends_by_events(experiment, server):
    server.on("PATCH", f"{HISTORY}/experiments/exp/runs/.*", lambda request: run_dto(request.json()["runId"], runType=None))
    server.on("GET", f"{HISTORY}/experiments/exp/runs/.*", lambda request: run_dto(request.path.rpartition("/")[2], runType=None))
    server.on("POST", ".*/events", 200)
    with experiment.start_logging() as run:
        child = run.child_run(name="c")
        child.complete()
    with pytest.raises(ZeroDivisionError):
        with experiment.start_logging() as failing:
            1 / 0
    events = [(re.search("runs/(.*?)/", each.path).group(1), each.json()["name"].rpartition(".")[2]) for each in server.asked("POST", ".*/events")]
    assert events == [(run.id, "Start"), (child.id, "Start"), (child.id, "Completed"), (run.id, "Completed"),
                      (failing.id, "Start"), (failing.id, "Error"), (failing.id, "Failed")]
    assert server.asked("PATCH")[1].json()["parentRunId"] == run.id


def test_cancelling_a_submitted_run_asks_the_execution_service(experiment, server):
    server.on("GET", RUN, run_dto())
    server.on("POST", f"/execution/v1.0{SCOPE}/experiments/exp/runId/exp_1_aa/cancel", {"runId": "exp_1_aa"})
    assert ScriptRun(experiment, "exp_1_aa").cancel() is True
    assert Run(experiment, "exp_1_aa").cancel() is True
    assert len(server.asked("POST", ".*/cancel")) == 2 and server.asked("POST", ".*/events") == []
    server.on("GET", RUN, run_dto(runType=None))
    server.on("POST", f"{RUN}/events", 200)
    Run(experiment, "exp_1_aa").cancel()
    assert [each.json()["name"].rpartition(".")[2] for each in server.asked("POST", ".*/events")] == ["CancelRequested", "Canceled"]


def test_children_come_newest_first_and_whole_trees_by_their_root(run, server):
    old, new = run_dto("c1", createdUtc="2024-01-01T00:00:01Z"), run_dto("c2", createdUtc="2024-01-01T00:00:02Z")
    server.on("GET", f"{RUN}/children", {"value": [old, new]})
    assert [each.id for each in run.get_children()] == ["c2", "c1"]
    server.on("POST", f"{HISTORY}/experiments/exp/runs:query", {"value": [new, old]})
    assert [each.id for each in run.get_children(recursive=True)] == ["c2", "c1"]
    assert server.asked("POST")[-1].json()["filter"] == "(RootRunId eq exp_1_aa and RunId ne exp_1_aa)"


def test_children_in_numbers(run, server):
    server.on("PATCH", f"{HISTORY}/experiments/exp/batch/runs", lambda request: {
        "runs": {each["runId"]: run_dto(each["runId"], tags=each.get("tags")) for each in request.json()["runs"]}, "errors": {}})
    assert len(run.create_children(count=3)) == 3
    assert [each.tags for each in run.create_children(tag_key="k", tag_values=["a", "b"])] == [{"k": "a"}, {"k": "b"}]
    with pytest.raises(UserErrorException, match="create_children takes"):
        run.create_children()


def test_files_are_listed_and_fetched(run, server):
    server.on("GET", f"{RUN}/artifacts", {"value": [{"path": each} for each in ("outputs/m.pkl", "outputs/deep/a b.txt", "logs/x")]})
    server.on("GET", f"{RUN}/artifacts/contentinfo/.*", lambda request: {"contentUri": f"{server.url}/files/{request.path.rpartition('/')[2].replace(' ', '_')}"}
              if "none" not in request.path else 404)
    server.on("GET", "/files/.*", lambda request: (206, request.path.encode(), {"Content-Range": f"bytes 0-9/{len(request.path)}"}))
    assert run.get_file_names() == ["logs/x", "outputs/deep/a b.txt", "outputs/m.pkl"]
    run.download_file("outputs/m.pkl")
    assert Path("m.pkl").read_text() == "/files/m.pkl"
    Path("there").mkdir()
    run.download_file("outputs/m.pkl", "there")
    assert Path("there/m.pkl").is_file()
    run.download_files(prefix="outputs", output_directory="all")
    run.download_files(prefix="outputs", output_directory="flat", append_prefix=False)
    assert Path("all/outputs/deep/a b.txt").is_file() and Path("flat/deep/a b.txt").is_file() and not Path("all/logs").exists()
    with pytest.raises(UserErrorException, match="File with path none was not found in the run exp_1_aa"):
        run.download_file("none")
    assert not Path("none").exists()


def test_the_source_folder_comes_back(run, server):
    server.on("GET", RUN, run_dto(properties={"ContentSnapshotId": "s1"}))
    server.on("GET", f"/content/v1.0{SCOPE}/snapshots/s1", lambda request: f"{server.url}/zips/s1")
    server.on("GET", "/zips/s1", lambda request: b"zip" if "authorization" in request.headers else 401)
    assert Path(run.restore_snapshot(path="back")).read_bytes() == b"zip"


def test_details_hold_what_there_is(run, server):
    server.on("GET", f"{RUN}/details", {"runId": "exp_1_aa", "status": "Running", "endTimeUtc": None, "inputDatasets": None, "logFiles": {}})
    assert run.get_details() == {"runId": "exp_1_aa", "status": "Running", "inputDatasets": [], "outputDatasets": [], "logFiles": {}}


def test_notebooks_show_a_table(run, experiment, server):
    server.on("GET", RUN, run_dto("exp_1_aa", "<b>"))
    run.get_status()
    html = run._repr_html_()
    assert html.startswith('<table style="width:100%"><tr><th>Experiment</th><th>Id</th><th>Type</th><th>Status</th><th>Details Page</th>')
    assert "&lt;b&gt;" in html and "<th>Report Page</th>" in experiment._repr_html_()


# Watching.

def watched(server, status):
    server.on("GET", f"{RUN}/details", {"runId": "exp_1_aa", "target": "cpu", "status": status, "startTimeUtc": "2024-01-01T00:00:00Z",
                                        "endTimeUtc": "2024-01-01T00:01:05Z", "logFiles": {"azureml-logs/70_driver_log.txt": f"{server.url}/log"}})
    server.on("GET", "/log", lambda request: (206, b"<last> line\n", {"Content-Range": "bytes 0-0/12"}))
    server.on("POST", f"{SCOPE}/computes/cpu/listNodes", {"nodes": [{"nodeId": "n1", "nodeState": "running", "runId": "exp_1_aa"},
                                                                    {"nodeId": "n2", "nodeState": "idle"}]})
    server.on("POST", f"/metric/v2.0{SCOPE}/runs/exp_1_aa/list", {"value": [{"metricKey": {"name": "loss"}}]})
    server.on("POST", f"/metric/v2.0{SCOPE}/runs/exp_1_aa/full", {"name": "loss", "columns": {"loss": "double"}, "properties": {},
                                                                  "value": [{"data": {"loss": 0.5}}, {"data": {"loss": 0.25}}]})


def test_details_as_text(run, server, capsys):
    watched(server, "Completed")
    RunDetails(run).show()
    assert capsys.readouterr().out == (
        f"Run exp_1_aa of exp: Completed\nWeb View: {run.get_portal_url()}\nTarget: cpu   Duration: 0:01:05\nMetrics:\n  loss: 0.25\n"
        "--- azureml-logs/70_driver_log.txt (its end)\n<last> line\n")


def test_details_on_a_terminal_follow_until_the_end(run, server, capsys, monkeypatch):
    monkeypatch.setattr("azureml.widgets.run_details.REFRESH_S", 0.01)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    watched(server, "Running")
    asked = []
    body = {"runId": "exp_1_aa", "target": "cpu", "logFiles": {}}
    server.on("GET", f"{RUN}/details", lambda request: asked.append(1) or {**body, "status": "Running" if len(asked) < 4 else "Completed"})
    RunDetails(run).show()
    printed = capsys.readouterr().out
    assert printed.count("exp: Running") == 1 and printed.count("exp: Completed") == 1 and "Nodes: n1 running" in printed


def test_details_in_a_notebook_are_drawn_and_kept_fresh(run, server, monkeypatch):
    import sys
    import types

    drawn = []
    handle = types.SimpleNamespace(update=lambda data, raw: drawn.append(data))
    display = types.ModuleType("IPython.display")
    display.display = lambda data, raw, display_id: drawn.append(data) or handle
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr("azureml.widgets.run_details.REFRESH_S", 0.01)
    watched(server, "Running")
    asked = []
    body = {"runId": "exp_1_aa", "target": "cpu", "logFiles": {"azureml-logs/70_driver_log.txt": f"{server.url}/log"}}
    server.on("GET", f"{RUN}/details", lambda request: asked.append(1) or {**body, "status": "Running" if len(asked) < 4 else "Completed"})
    view = RunDetails(run)
    view.show()
    view._thread.join(10)
    pages = [data["text/html"] for data in drawn]
    assert "Running" in pages[0] and "Completed" in pages[-1] and len(pages) == 4
    assert "&lt;last&gt; line" in pages[0] and "<svg" in pages[0]
    assert drawn[0]["text/plain"].startswith("Run exp_1_aa of exp: Running\n"), "for a front end without HTML"


def test_words_about_a_run_can_be_changed(run, server):
    changed = []
    server.on("PATCH", RUN, lambda request: changed.append(request.json()) or run_dto(displayName="new", description="text"))
    run.display_name = "new"
    run.description = "text"
    assert (run.display_name, run.description) == ("new", "text")
    assert [{**each, "runId": None} for each in changed] == [{"runId": None, "name": "new", "displayName": "new"}, {"runId": None, "description": "text"}]


def test_logs_as_text_and_as_files(run, server):
    server.on("GET", f"{RUN}/details", {"status": "Completed", "logFiles": {"azureml-logs/70_driver_log.txt": f"{server.url}/log"},
                                        "runDefinition": {"environment": {"name": "e", "environmentVariables": {"A": "b"}}}})
    server.on("GET", "/log", lambda request: (206, b"text\n", {"Content-Range": "bytes 0-4/5"}))
    assert run.get_details_with_logs()["logFiles"] == {"azureml-logs/70_driver_log.txt": "text\n"}
    assert run.get_all_logs("kept") == ["kept/azureml-logs/70_driver_log.txt"]
    assert Path("kept/azureml-logs/70_driver_log.txt").read_text() == "text\n"
    assert run.get_environment().environment_variables == {"A": "b"}


def test_an_outputs_folder_goes_up_when_an_interactive_run_completes(experiment, server):
    stored = {}
    server.on("PATCH", f"{HISTORY}/experiments/exp/runs/.*", lambda request: run_dto(request.json()["runId"], runType=None))
    server.on("GET", f"{HISTORY}/experiments/exp/runs/.*", lambda request: run_dto(request.path.rpartition("/")[2], runType=None))
    server.on("POST", ".*/events", 200)
    server.on("POST", ".*/artifacts/batch/metadata", lambda request: {"artifactContentInformation": {
        each["path"]: {"contentUri": f"{server.url}/blob/{each['path']}?sig=x"} for each in request.json()["paths"]}})
    server.on("PUT", "/blob/.*", lambda request: stored.update({request.path: request.body}) or 201)
    Path("outputs/deep").mkdir(parents=True)
    Path("outputs/deep/a.txt").write_text("a")
    experiment.start_logging(outputs="./outputs").complete()
    assert stored == {"/blob/outputs/deep/a.txt": b"a"}
