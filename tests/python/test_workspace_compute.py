"""Workspaces and clusters: what is sent, printed and refused."""
import re

import pytest

from azureml.core import ComputeTarget, Workspace
from azureml.core.compute import AmlCompute
from azureml.core.compute_target import ComputeTargetException
from azureml.exceptions import UserErrorException, WorkspaceException

from conftest import GROUP, SCOPE, SUBSCRIPTION, WORKSPACE

COMPUTE = f"{SCOPE}/computes/nc6"


def cluster(state="Succeeded", nodes=1, **more):
    return {"id": COMPUTE, "name": "nc6", "location": "lab", "tags": None, "properties": {
        "computeType": "AmlCompute", "provisioningState": state, "provisioningErrors": more.pop("provisioningErrors", None),
        "createdOn": "2020-01-15T02:05:54.103893Z", "modifiedOn": "2020-01-24T06:30:42.8918929Z",
        "properties": {
            "vmSize": "Standard_NC6", "vmPriority": "LowPriority", "currentNodeCount": nodes, "targetNodeCount": 1,
            "scaleSettings": {"minNodeCount": 1, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT300S"},
            "nodeStateCounts": {"idleNodeCount": nodes}, "allocationState": "Steady", "errors": None,
            "allocationStateTransitionTime": "2020-01-30T17:43:39.536000+00:00", **more}}}


@pytest.fixture
def made(workspace, server):
    server.on("GET", COMPUTE, cluster())
    return ComputeTarget(workspace=workspace, name="nc6")


def test_reprs(workspace, made):
    text = f"Workspace.create(name='{WORKSPACE}', subscription_id='{SUBSCRIPTION}', resource_group='{GROUP}')"
    assert repr(workspace) == text
    assert repr(made) == (f"AmlCompute(workspace={text}, name=nc6, id={COMPUTE}, type=AmlCompute, "
                          "provisioning_state=Succeeded, location=lab, tags=None)")


def test_get_details_has_the_names_that_users_read(workspace):
    details = workspace.get_details()
    assert (details["name"], details["workspaceid"], details["location"]) == (WORKSPACE, "w-1", "lab")
    assert {"id", "type", "description", "friendlyName", "creationTime", "keyVault", "storageAccount",
            "containerRegistry", "applicationInsights", "identityPrincipalId"} <= set(details)


def test_create_takes_an_existing_workspace_only_when_told_to(workspace, capsys):
    arguments = dict(name=WORKSPACE, subscription_id=SUBSCRIPTION, resource_group=GROUP)
    with pytest.raises(WorkspaceException, match="already exists"):
        Workspace.create(**arguments)
    assert Workspace.create(**arguments, exist_ok=True, storage_account="mine").name == WORKSPACE
    captured = capsys.readouterr()
    assert "Workspace.create: storage_account= accepted; Homeport does not honour it yet." in captured.err
    assert captured.out == ""


def test_create_makes_waits_and_prints(workspace, server, capsys):
    path = SCOPE.replace("workspaces/ws", "workspaces/fresh")
    there = []
    server.on("GET", path, lambda request: {"id": path, "name": "fresh", "location": "lab"} if there else 404)
    server.on("PUT", path, lambda request: there.append(request) or (
        201, {}, {"Azure-AsyncOperation": f"{server.url}/operations/1"}))
    server.on("GET", "/operations/1", {"status": "Succeeded"})
    Workspace.create(name="fresh", subscription_id=SUBSCRIPTION, resource_group=GROUP, location="lab")
    assert there[0].json()["location"] == "lab"
    assert re.fullmatch(r"Deployed Workspace with name fresh\. Took \d+\.\d\d seconds\.\n", capsys.readouterr().out)


def test_a_wrong_workspace_name_is_refused_before_any_request():
    with pytest.raises(UserErrorException, match="'a b' is no name for a workspace"):
        Workspace.create(name="a b", subscription_id=SUBSCRIPTION)


def test_an_absent_target_raises_what_scripts_catch(workspace):
    with pytest.raises(ComputeTargetException, match="ComputeTargetNotFound: Compute Target with name none not found"):
        ComputeTarget(workspace=workspace, name="none")


def test_a_target_is_of_the_class_of_its_type(made):
    assert type(made) is AmlCompute and made.type == "AmlCompute"


def test_status_serialises_in_the_known_shape_and_order(made):
    assert list(made.get_status().serialize().items()) == [
        ("currentNodeCount", 1), ("targetNodeCount", 1),
        ("nodeStateCounts", {"preparingNodeCount": 0, "runningNodeCount": 0, "idleNodeCount": 1, "unusableNodeCount": 0,
                             "leavingNodeCount": 0, "preemptedNodeCount": 0}),
        ("allocationState", "Steady"), ("allocationStateTransitionTime", "2020-01-30T17:43:39.536000+00:00"),
        ("errors", None), ("creationTime", "2020-01-15T02:05:54.103893+00:00"),
        ("modifiedTime", "2020-01-24T06:30:42.891892+00:00"), ("provisioningState", "Succeeded"),
        ("provisioningStateTransitionTime", None),
        ("scaleSettings", {"minNodeCount": 1, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT300S"}),
        ("vmPriority", "LowPriority"), ("vmSize", "STANDARD_NC6")]


def test_create_sends_the_guides_cluster_and_names_what_is_not_honoured(workspace, server, capsys):
    server.on("PUT", COMPUTE, (201, cluster("Creating", 0), {}))
    server.on("GET", COMPUTE, cluster("Creating", 0))
    config = AmlCompute.provisioning_configuration(
        vm_size="STANDARD_NC6", vm_priority="lowpriority", min_nodes=1, max_nodes=2, idle_seconds_before_scaledown="300",
        vnet_resourcegroup_name="rg", vnet_name="net", subnet_name="sub", admin_username="op")
    ComputeTarget.create(workspace, "nc6", config)
    sent = server.asked("PUT", COMPUTE)[0].json()
    own = sent["properties"]["properties"]
    assert sent["properties"]["computeType"] == "AmlCompute" and sent["location"] == "lab"
    assert (own["vmSize"], own["vmPriority"]) == ("STANDARD_NC6", "LowPriority")
    assert own["scaleSettings"] == {"minNodeCount": 1, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT300S"}
    assert own["subnet"]["id"].endswith("/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/sub")
    said = capsys.readouterr().err
    assert "vnet_resourcegroup_name=, vnet_name=, subnet_name= accepted" in said and "admin_username= accepted" in said


def test_waiting_for_a_cluster_that_stands_prints_three_lines(made, capsys):
    made.wait_for_completion(show_output=True)
    assert capsys.readouterr().out == ("Succeeded\nAmlCompute wait for completion finished\n"
                                       "Minimum number of nodes requested have been provisioned\n")


def test_waiting_for_a_new_cluster_prints_states_and_dots(workspace, server, capsys, monkeypatch):
    monkeypatch.setattr("azureml.core.compute.amlcompute.POLL_S", 0.01)
    answers = [cluster("Creating", 0)] * 4 + [cluster("Succeeded", 0)] * 3 + [cluster()]
    server.on("GET", COMPUTE, lambda request: answers.pop(0) if len(answers) > 1 else answers[0])
    ComputeTarget(workspace, "nc6").wait_for_completion(show_output=True)
    assert capsys.readouterr().out == (
        "Creating..\nSucceeded...\nAmlCompute wait for completion finished\n\n"
        "Minimum number of nodes requested have been provisioned\n")


def test_waiting_without_output_prints_nothing(made, capsys):
    made.wait_for_completion()
    assert capsys.readouterr().out == ""


def test_a_cluster_that_could_not_be_made_raises_the_servers_reason(workspace, server):
    server.on("GET", COMPUTE, cluster("Failed", 0, provisioningErrors=[{"error": {"code": "Quota", "message": "no cores"}}]))
    with pytest.raises(ComputeTargetException, match="nc6 is Failed: Quota: no cores"):
        ComputeTarget(workspace, "nc6").wait_for_completion(show_output=True)


def test_running_out_of_time_is_printed(workspace, server, capsys):
    server.on("GET", COMPUTE, cluster("Succeeded", 0))
    ComputeTarget(workspace, "nc6").wait_for_completion(show_output=True, timeout_in_minutes=0)
    assert "Wait timeout has been reached" in capsys.readouterr().out


def test_update_changes_what_is_given_and_keeps_the_rest(made, server):
    server.on("PATCH", COMPUTE, cluster())
    made.update(max_nodes=4)
    made.update(min_nodes=2, max_nodes=4, idle_seconds_before_scaledown=600)
    sent = [each.json()["properties"]["scaleSettings"] for each in server.asked("PATCH", COMPUTE)]
    assert sent == [{"minNodeCount": 1, "maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "PT300S"},
                    {"minNodeCount": 2, "maxNodeCount": 4, "nodeIdleTimeBeforeScaleDown": "PT600S"}]


def test_update_of_what_is_fixed_names_the_field(made):
    with pytest.raises(ComputeTargetException, match="vm_size of the cluster nc6 cannot be changed"):
        made.update(vm_size="STANDARD_NC12")


def test_delete_asks_for_the_deletion_and_waiting_ends_when_it_is_gone(made, server):
    server.on("DELETE", COMPUTE, 202)
    made.delete()
    assert server.asked("DELETE", COMPUTE)[0].query["underlyingResourceAction"] == "Delete"
    server.on("GET", COMPUTE, 404)
    made.wait_for_completion(is_delete_operation=True)


@pytest.mark.parametrize("arguments, named", [
    (dict(min_nodes=3, max_nodes=2), r"max_nodes \(2\) is less than min_nodes \(3\)"),
    (dict(min_nodes=-1), "min_nodes is -1"), (dict(max_nodes="many"), "max_nodes is 'many'"),
    (dict(vm_priority="cheap"), "vm_priority is 'cheap'"),
    (dict(idle_seconds_before_scaledown="soon"), "idle_seconds_before_scaledown is 'soon'"),
    (dict(vnet_name="net"), "vnet_resourcegroup_name, subnet_name"),
])
def test_wrong_arguments_are_named(arguments, named):
    with pytest.raises(ComputeTargetException, match=named):
        AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", **arguments)


@pytest.mark.parametrize("name", ["", "1abc", "a", "a_b", "a" * 17, "abc-"])
def test_a_wrong_name_is_refused(workspace, name):
    with pytest.raises(ComputeTargetException, match="is no name for a compute target"):
        ComputeTarget.create(workspace, name, AmlCompute.provisioning_configuration(vm_size="x"))


def test_list_nodes_has_the_known_keys(made, server):
    server.on("POST", f"{COMPUTE}/listNodes", {"nodes": [{"nodeId": "n1", "nodeState": "idle", "port": 22, "extra": 1}]})
    assert made.list_nodes() == [{"nodeId": "n1", "port": 22, "publicIpAddress": None, "privateIpAddress": None,
                                  "nodeState": "idle", "runId": None}]


def test_compute_targets_are_by_name(workspace, server):
    server.on("GET", f"{SCOPE}/computes", {"value": [cluster()]})
    assert type(workspace.compute_targets["nc6"]) is AmlCompute


def test_what_the_server_refuses_has_the_type_that_scripts_catch(workspace, made, server):
    server.on("PUT", f"{SCOPE}/computes/huge", (400, {"error": {"code": "BadRequest", "message": "no size STANDARD_HUGE"}}, {}))
    with pytest.raises(ComputeTargetException, match="no size STANDARD_HUGE"):
        ComputeTarget.create(workspace, "huge", AmlCompute.provisioning_configuration(vm_size="STANDARD_HUGE"))
    server.on("DELETE", COMPUTE, (409, {"error": {"code": "Conflict", "message": "it has runs"}}, {}))
    with pytest.raises(ComputeTargetException, match="it has runs"):
        made.delete()
