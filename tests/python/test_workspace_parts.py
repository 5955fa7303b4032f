"""What a workspace lists, changes and keeps: itself, experiments, environments; and whose token is used."""
import pytest

from azureml.core import Environment, Experiment, Run, Workspace
from azureml.core.authentication import (ArmTokenAuthentication, AzureMLTokenAuthentication, InteractiveLoginAuthentication,
                                         ServicePrincipalAuthentication, TokenAuthentication)
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.conda_dependencies import CondaDependencies
from azureml.data.datapath import DataPath, DataPathComputeBinding
from azureml.exceptions import AuthenticationException, ComputeTargetException, UserErrorException, WorkspaceException

from conftest import GROUP, SCOPE, SUBSCRIPTION, WORKSPACE, run_dto

LIST = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.MachineLearningServices/workspaces"
HISTORY = f"/history/v1.0{SCOPE}"
ENVIRONMENTS = f"/environment/v1.0{SCOPE}/environments"


def arm(name, group=GROUP):
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}"
    return {"id": scope, "name": name, "location": "lab", "tags": {"t": "1"}, "sku": {"name": "Enterprise"}}


# Workspaces.

def test_workspaces_are_listed_by_name_page_after_page(workspace, server):
    server.on("GET", LIST, lambda request: {"value": [arm("two", "b")]} if "$skiptoken" in request.query else {
        "value": [arm("one"), arm("two", "a")], "nextLink": f"{server.url}{LIST}?$skiptoken=1"})
    found = Workspace.list(SUBSCRIPTION)
    assert {name: [each.resource_group for each in all_] for name, all_ in found.items()} == {"one": [GROUP], "two": ["a", "b"]}
    one = found["one"][0]
    assert (one.location, one.tags, one.sku, one.subscription_id) == ("lab", {"t": "1"}, "Enterprise", SUBSCRIPTION)


def test_get_finds_a_name_in_the_subscription(workspace, server):
    server.on("GET", LIST, {"value": [arm("one"), arm("two", "a"), arm("two", "b")]})
    server.on("GET", "/subscriptions", {"value": [{"subscriptionId": SUBSCRIPTION}]})
    assert Workspace.get("one").name == "one"
    assert Workspace.get(WORKSPACE, subscription_id=SUBSCRIPTION, resource_group=GROUP).name == WORKSPACE
    with pytest.raises(WorkspaceException, match="No workspaces found with name=none"):
        Workspace.get("none", subscription_id=SUBSCRIPTION)
    with pytest.raises(WorkspaceException, match="say which resource_group=: a, b"):
        Workspace.get("two", subscription_id=SUBSCRIPTION)
    server.on("GET", "/subscriptions", {"value": [{"subscriptionId": "s1"}, {"subscriptionId": "s2"}]})
    with pytest.raises(UserErrorException, match="subscription_id=; the server has: s1, s2"):
        Workspace.get("one")


def test_update_sends_what_is_given(workspace, server, capsys):
    server.on("PATCH", SCOPE, arm(WORKSPACE))
    workspace.update(friendly_name="F", tags={"a": "b"}, image_build_compute="cpu")
    assert server.asked("PATCH")[0].json() == {"properties": {"friendlyName": "F"}, "tags": {"a": "b"}}
    assert "Workspace.update: image_build_compute= accepted" in capsys.readouterr().err


def test_delete_waits_for_its_end_and_tells_a_failure(workspace, server):
    states = ["InProgress", "Succeeded"]
    server.on("DELETE", SCOPE, (202, {}, {"Location": f"{server.url}/operations/1"}))
    server.on("GET", "/operations/1", lambda request: {"status": states.pop(0)})
    workspace.delete()
    assert states == []
    server.on("GET", "/operations/1", {"status": "Failed", "error": {"code": "Busy", "message": "runs are active"}})
    with pytest.raises(WorkspaceException, match="runs are active"):
        workspace.delete()
    server.on("DELETE", SCOPE, (409, {"error": {"code": "Conflict", "message": "it is in use"}}, {}))
    with pytest.raises(WorkspaceException, match="it is in use"):
        workspace.delete(no_wait=True)


# Tokens.

def test_whose_token_is_sent(server, workspace):
    for auth, token in ((None, "secret"), (ArmTokenAuthentication("arm"), "arm"), (TokenAuthentication(lambda audience: "given"), "given"),
                        (AzureMLTokenAuthentication("run"), "run"), (InteractiveLoginAuthentication(force=True), "secret")):
        Workspace(SUBSCRIPTION, GROUP, WORKSPACE, auth=auth)
        assert server.requests[-1].headers["authorization"] == f"Bearer {token}"
        if auth is not None:
            assert auth.get_authentication_header() == {"Authorization": f"Bearer {token}"}


def test_a_service_principal_is_said_not_to_be_used(capsys):
    ServicePrincipalAuthentication("tenant", "id", "password-of-it")
    said = capsys.readouterr().err
    assert "service_principal_password= accepted" in said and "password-of-it" not in said


def test_no_token_for_a_header_is_an_error(server, monkeypatch):
    monkeypatch.setenv("HOMEPORT_URL", server.url)
    with pytest.raises(AuthenticationException, match="no token for http"):
        InteractiveLoginAuthentication().get_authentication_header()


# Experiments.

def test_experiments_are_listed_changed_and_deleted(workspace, server):
    dto = {"experimentId": "e-1", "name": "exp", "tags": {"a": "1"}, "archivedTime": "2024-01-01T00:00:00Z"}
    server.on("POST", f"{HISTORY}/experiments:query", {"value": [dto]})
    server.on("PATCH", f"{HISTORY}/experimentids/e-1", {**dto, "tags": {"a": "2"}})
    server.on("POST", f"{HISTORY}/experimentids/e-1/tags:delete", {})
    server.on("DELETE", f"{HISTORY}/experimentids/e-1", 202)
    experiment = workspace.experiments["exp"]
    assert experiment.id == "e-1" and experiment.archived_time.year == 2024
    Experiment.list(workspace, experiment_name="exp", view_type="All", tags={"a": "1"})
    sent = server.asked("POST")[-1].json()
    assert sent["viewType"] == "All" and sent["filter"] == '(name eq exp) and (Tags/a eq "1")'
    experiment.tag("a", "2")
    assert experiment.tags == {"a": "2"}
    experiment.remove_tags("a")
    experiment.archive()
    experiment.reactivate(new_name="again")
    assert experiment.name == "again"
    Experiment.delete(workspace, "e-1")
    assert [each.json() for each in server.asked("PATCH")] == [{"tags": {"a": "2"}}, {"archive": True}, {"archive": False, "name": "again"}]


# Environments.

def test_environments_are_registered_found_and_listed(workspace, server):
    made = Environment("mine")
    made.python.conda_dependencies = CondaDependencies.create(pip_packages=["numpy"])
    made.environment_variables = {"A": "b"}
    server.on("PUT", f"{ENVIRONMENTS}/mine", lambda request: {**request.json(), "version": "1"})
    registered = made.register(workspace)
    assert registered.version == "1" and list(registered.python.conda_dependencies.pip_packages) == ["azureml-defaults", "numpy"]
    stored = {key[0].upper() + key[1:]: value for key, value in registered._to_wire().items()}
    server.on("GET", f"{ENVIRONMENTS}/mine/versions/1", stored)
    server.on("GET", ENVIRONMENTS, {"value": [stored]})
    assert Environment.get(workspace, "mine", version="1")._to_wire() == registered._to_wire()
    assert list(workspace.environments) == ["mine"]
    with pytest.raises(UserErrorException, match="Environment none was not found"):
        Environment.get(workspace, "none")
    with pytest.raises(UserErrorException, match="needs a name"):
        Environment(None).register(workspace)


# Compute.

def test_targets_of_other_types_stay_plain(workspace, server):
    server.on("GET", f"{SCOPE}/computes/vm", {"id": "i", "name": "vm", "properties": {"computeType": "VirtualMachine", "provisioningState": "Succeeded"}})
    target = ComputeTarget(workspace, "vm")
    assert type(target) is ComputeTarget and target.type == "VirtualMachine" and target.get_status() == "Succeeded"
    with pytest.raises(ComputeTargetException, match="vm is of type VirtualMachine, not AmlCompute"):
        AmlCompute(workspace, "vm")
    server.on("DELETE", f"{SCOPE}/computes/vm", 200)
    target.detach()
    assert server.asked("DELETE")[0].query["underlyingResourceAction"] == "Detach"
    assert ComputeTarget.deserialize(workspace, target.serialize()).name == "vm"


def test_sizes_and_usages(workspace, server):
    place = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.MachineLearningServices/locations/lab"
    server.on("GET", f"{place}/vmSizes", {"amlCompute": [{"name": "Standard_D2_v2", "vCPUs": 2, "gpus": 0, "memoryGB": 7.0, "maxResourceVolumeMB": 1, "x": 1}]})
    server.on("GET", f"{place}/usages", {"value": [{"currentValue": 1, "limit": 4}, {"currentValue": 0, "limit": 0}]})
    assert AmlCompute.supported_vmsizes(workspace) == [{"name": "Standard_D2_v2", "vCPUs": 2, "gpus": 0, "memoryGB": 7.0, "maxResourceVolumeMB": 1}]
    assert len(AmlCompute.list_usages(workspace)) == 1 and len(AmlCompute.list_usages(workspace, show_all=True)) == 2


def test_runs_of_a_cluster(workspace, server):
    server.on("GET", f"{SCOPE}/computes/cpu", {"id": "i", "name": "cpu", "properties": {"computeType": "AmlCompute", "provisioningState": "Succeeded"}})
    server.on("GET", f"{HISTORY}/computes/cpu/runs", {"value": [run_dto("r1"), run_dto("r2", "Completed")]})
    cluster = AmlCompute(workspace, "cpu")
    assert [each.id for each in Run.list_by_compute(cluster, status="Running")] == ["r1", "r2"]
    assert server.asked("GET", ".*/runs")[0].query["$filter"] == "(Status eq Running)"
    assert [(each.id, each.experiment.name) for each in cluster.get_active_runs()] == [("r1", "exp")]


# Data paths.

def test_data_paths_become_references(workspace):
    from azureml.data.azure_storage_datastore import AzureBlobDatastore

    store = AzureBlobDatastore(workspace, "blobs", "c", "a")
    path = DataPath(store, "p")
    reference = path.create_data_reference("mine", DataPathComputeBinding("download", "/x", True))
    assert reference.to_config()._to_wire() == {"dataStoreName": "blobs", "mode": "Download", "pathOnDataStore": "p", "pathOnCompute": "/x", "overwrite": True}
    assert DataPath.create_from_data_reference(reference).datastore_name == "blobs"
    assert DataPathComputeBinding.create_from_data_reference(reference).create_data_reference("n", path).mode == "download"
