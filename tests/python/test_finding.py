"""Finding the server, the token and the workspace's configuration."""
import json
import os
from pathlib import Path

import pytest

from azureml._wire.endpoint import find_endpoint, profiles_path
from azureml.core import Workspace
from azureml.exceptions import UserErrorException

from conftest import GROUP, SCOPE, SUBSCRIPTION, WORKSPACE

CONFIG = {"subscription_id": SUBSCRIPTION, "resource_group": GROUP, "workspace_name": WORKSPACE}


def write_profiles(**content):
    path = Path(profiles_path())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def write_config(folder, **more):
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "config.json").write_text(json.dumps({**CONFIG, **more}))


def test_the_environment_wins_over_everything(monkeypatch):
    write_config(".azureml", homeport={"url": "http://config:1"})
    write_profiles(default="http://profile:1", profiles={"http://env:1": {"token": "of-env"}})
    monkeypatch.setenv("AZUREML_RUN_ID", "r"), monkeypatch.setenv("AZUREML_SERVICE_ENDPOINT", "http://agent:1")
    monkeypatch.setenv("HOMEPORT_URL", "http://env:1/")
    assert find_endpoint() == ("http://env:1", "of-env", "HOMEPORT_URL", profiles_path())
    monkeypatch.setenv("HOMEPORT_TOKEN", "given")
    assert find_endpoint()[1::2] == ("given", "HOMEPORT_TOKEN")


def test_inside_a_run_the_agent_comes_before_the_configuration(monkeypatch):
    write_config(".azureml", homeport={"url": "http://config:1"})
    monkeypatch.setenv("AZUREML_RUN_ID", "r"), monkeypatch.setenv("AZUREML_RUN_TOKEN", "jwt")
    monkeypatch.setenv("AZUREML_SERVICE_ENDPOINT", "http://agent:1/")
    assert find_endpoint() == ("http://agent:1", "jwt", "AZUREML_SERVICE_ENDPOINT", "AZUREML_RUN_TOKEN")


def test_a_configuration_upwards_comes_before_the_profile(monkeypatch, tmp_path):
    write_profiles(default="http://profile:1", profiles={"http://config:1": {"token": "t1"},
                                                         "http://profile:1": {"token": "t2"}})
    assert find_endpoint()[:2] == ("http://profile:1", "t2")
    write_config(".azureml", homeport={"url": "http://config:1"})
    os.makedirs("deep/er")
    monkeypatch.chdir("deep/er")
    assert find_endpoint()[:2] == ("http://config:1", "t1")
    assert find_endpoint(token="explicit")[1::2] == ("explicit", "the given auth")


def test_no_server_at_all_says_what_to_do():
    with pytest.raises(UserErrorException, match="homeport up"):
        find_endpoint()


def test_a_broken_profile_is_named():
    path = Path(profiles_path())
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(UserErrorException, match="profiles.json cannot be read"):
        find_endpoint()


def test_no_configuration_says_where_it_was_looked_for():
    with pytest.raises(UserErrorException) as caught:
        Workspace.from_config()
    assert caught.value.message.startswith(
        f"We could not find config.json in: {os.getcwd()} or in its parent directories. Please provide the full path to "
        "the config file or ensure that config.json exists in the parent directories.")
    assert "`homeport up`" in caught.value.message


@pytest.mark.parametrize("names, found", [(["lab"], "lab"), (["lab", "other"], None), ([], None)])
def test_without_a_configuration_the_only_workspace_of_the_environments_server_is_meant(server, monkeypatch, names, found):
    monkeypatch.setenv("HOMEPORT_URL", server.url)
    root = "/subscriptions/s/providers/Microsoft.MachineLearningServices/workspaces"
    server.on("GET", "/subscriptions", {"value": [{"subscriptionId": "s"}]})
    server.on("GET", root, {"value": [{"id": f"/subscriptions/s/resourceGroups/g/providers/P/workspaces/{name}", "name": name}
                                      for name in names]})
    if found:
        assert (Workspace.from_config().name, Workspace.from_config().resource_group) == (found, "g")
    else:
        with pytest.raises(UserErrorException, match="could not find"):
            Workspace.from_config()
    with pytest.raises(UserErrorException, match="could not find"):
        Workspace.from_config(path=os.getcwd())


@pytest.mark.parametrize("key", list(CONFIG))
def test_a_configuration_without_a_key_names_it(key):
    write_config(".azureml", **{key: ""})
    with pytest.raises(UserErrorException, match=f"has no {key}"):
        Workspace.from_config()


@pytest.mark.parametrize("folder", [".azureml", "aml_config", "."])
def test_from_config_finds_the_file_upwards_and_uses_its_server(server, monkeypatch, folder):
    server.on("GET", SCOPE, {"id": SCOPE, "name": WORKSPACE, "location": "lab"})
    write_config(folder, homeport={"url": server.url}, unknown_key=1)
    write_profiles(profiles={server.url: {"token": "from-profile"}})
    os.makedirs("a/b")
    monkeypatch.chdir("a/b")
    workspace = Workspace.from_config()
    assert (workspace.name, workspace.location) == (WORKSPACE, "lab")
    assert server.requests[-1].headers["authorization"] == "Bearer from-profile"


def test_a_config_json_of_something_else_is_not_taken_for_a_workspace():
    Path("config.json").write_text(json.dumps({"learning_rate": 0.1}))
    with pytest.raises(UserErrorException, match="could not find"):
        Workspace.from_config()


def test_write_config_keeps_the_server_and_from_config_reads_it(workspace, server, monkeypatch):
    workspace.write_config()
    assert json.loads(Path(".azureml/config.json").read_text()) == {**CONFIG, "homeport": {"url": server.url}}
    monkeypatch.delenv("HOMEPORT_URL")
    assert Workspace.from_config()._services.endpoint.url == server.url


def test_write_config_under_another_name_and_folder(workspace):
    workspace.write_config(path="elsewhere", file_name="other.json")
    assert Workspace.from_config(path="elsewhere/.azureml/other.json").name == WORKSPACE
    assert Workspace.from_config(path="elsewhere", _file_name="other.json").name == WORKSPACE
