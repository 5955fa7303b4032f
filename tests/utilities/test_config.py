from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict

import pytest
from azure.mgmt.batchai import BatchAIManagementClient
from msrest.authentication import BasicTokenAuthentication
from msrestazure.azure_exceptions import CloudError

from conftest import GROUP, SCOPE, SUBSCRIPTION
from scripted_server import ScriptedServer
from utilities import config


def document(**more: Any) -> Dict[str, Any]:
    return {"subscription_id": SUBSCRIPTION, "aad_client_id": "app", "aad_secret": "word", "aad_tenant": "tenant", "location": "lab",
            "base_url": "https://management.azure.com", "resource_group": GROUP, "workspace": "ws",
            "storage_account": {"name": "acc", "key": "a2V5"}, "admin_user": {"name": "me", "password": "pw", "ssh_public_key": ""},
            **more}


def written(content: Any, name: str = "configuration.json") -> str:
    Path(name).write_text(json.dumps(content))
    return name


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Dict[str, Any]:
    """What was asked of the identity service, which gives a token at once."""
    asked: Dict[str, Any] = {}

    def sign_in(**arguments: Any) -> BasicTokenAuthentication:
        asked.update(arguments)
        return BasicTokenAuthentication({"access_token": "secret"})

    monkeypatch.setattr(config, "ServicePrincipalCredentials", sign_in)
    return asked


def test_what_the_file_says_is_there_as_attributes() -> None:
    cfg = config.Configuration(written(document(
        container_registry={"user": "u", "password": "p", "secret_url": "https://vault/s"}, keyvault_id="/vault")))
    assert (cfg.subscription_id, cfg.aad_client_id, cfg.aad_secret_key, cfg.aad_tenant) == (SUBSCRIPTION, "app", "word", "tenant")
    assert (cfg.location, cfg.url, cfg.resource_group, cfg.workspace) == ("lab", "https://management.azure.com", GROUP, "ws")
    assert (cfg.storage_account_name, cfg.storage_account_key) == ("acc", "a2V5")
    assert (cfg.admin, cfg.admin_password, cfg.admin_ssh_key) == ("me", "pw", "")
    assert (cfg.container_registry_user, cfg.container_registry_password, cfg.container_registry_secret_url) == ("u", "p", "https://vault/s")
    assert cfg.keyvault_id == "/vault"


def test_what_may_be_missing_is_none() -> None:
    cfg = config.Configuration(written(document()))
    assert cfg.container_registry_user is None and cfg.container_registry_password is None
    assert cfg.container_registry_secret_url is None and cfg.keyvault_id is None


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ValueError, match=r'^Cannot find configuration file "../../configuration.json"$'):
        config.Configuration("../../configuration.json")


def test_the_file_of_the_environment_stands_in_for_a_missing_one_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEPORT_BATCHAI_CONFIG", written(document(workspace="theirs"), "other.json"))
    assert config.Configuration("configuration.json").workspace == "theirs"
    written(document(workspace="mine"))
    assert config.Configuration("configuration.json").workspace == "mine"
    monkeypatch.setenv("HOMEPORT_BATCHAI_CONFIG", "absent.json")
    with pytest.raises(ValueError, match='"nowhere.json"'):
        config.Configuration("nowhere.json")


@pytest.mark.parametrize("path", ["subscription_id", "aad_client_id", "aad_secret", "aad_tenant", "location", "base_url",
                                  "resource_group", "workspace", "storage_account", "storage_account.key", "admin_user.name"])
def test_a_missing_value_is_named(path: str) -> None:
    content = document()
    *parents, last = path.split(".")
    target = content[parents[0]] if parents else content
    del target[last]
    named = "storage_account.name" if path == "storage_account" else path
    with pytest.raises(AttributeError, match=f'^Please provide a value for "{named}" configuration key$'):
        config.Configuration(written(content))


@pytest.mark.parametrize("user, good", [({"name": "me"}, False), ({"name": "me", "password": "", "ssh_public_key": ""}, False),
                                        ({"name": "me", "password": "pw"}, True), ({"name": "me", "ssh_public_key": "ssh-rsa"}, True)])
def test_a_password_or_a_key_is_needed(user: Dict[str, str], good: bool) -> None:
    written(document(admin_user=user))
    if good:
        assert config.Configuration("configuration.json").admin == "me"
    else:
        with pytest.raises(AttributeError, match="password or public ssh key"):
            config.Configuration("configuration.json")


def test_encode_leaves_text_and_makes_bytes_of_no_text() -> None:
    class Text:
        def encode(self, encoding: str) -> bytes:
            return encoding.encode()
    assert config.encode("ü") == "ü" and config.encode(Text()) == b"utf-8"


def test_the_client_is_one_of_the_configured_address_and_principal(server: ScriptedServer, signed_in: Dict[str, Any]) -> None:
    cfg = config.Configuration(written(document(base_url=server.url)))
    client = config.create_batchai_client(cfg)
    assert isinstance(client, BatchAIManagementClient)
    assert signed_in == {"client_id": "app", "secret": "word", "tenant": "tenant"}
    server.on("GET", SCOPE, {"id": SCOPE, "name": "ws", "location": "lab"})
    assert client.workspaces.get(GROUP, "ws").location == "lab"
    assert server.requests[-1].headers["authorization"] == "Bearer secret"


def test_the_resource_group_is_put_where_the_configuration_says(server: ScriptedServer, signed_in: Dict[str, Any]) -> None:
    cfg = config.Configuration(written(document(base_url=server.url)))
    path = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}"
    server.on("PUT", path, (201, {"id": path, "location": "lab"}, {}))
    config.create_resource_group(cfg)
    request = server.asked("PUT", path)[0]
    assert request.json() == {"location": "lab"} and request.query["api-version"] and request.headers["authorization"] == "Bearer secret"
    server.on("PUT", path, (409, {"error": {"code": "ResourceGroupBeingDeleted", "message": "lab is going"}}, {}))
    with pytest.raises(CloudError, match="lab is going"):
        config.create_resource_group(cfg)
