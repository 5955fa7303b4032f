"""Retries, refusals and errors of the HTTP client."""
import threading
import time

import pytest

from azureml._wire import retry
from azureml._wire.http import HttpClient
from azureml.core import Workspace
from azureml.exceptions import AuthenticationException, ServiceException, UserErrorException, WorkspaceException

from conftest import GROUP, SUBSCRIPTION


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch):
    monkeypatch.setattr(retry.Patience, "_sleep", lambda self, seconds: time.sleep(min(seconds, 0.02)))


def test_a_refused_connection_is_tried_until_the_server_is_there_and_said_once(server, capsys):
    server.on("GET", "/x", {"ok": True})
    server.stop()
    threading.Timer(0.3, server.start).start()
    assert HttpClient("t").request("GET", f"{server.url}/x").json() == {"ok": True}
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "refuses connections; trying again for up to 5 s" in said


def test_patience_ends(server, monkeypatch):
    monkeypatch.setenv("HOMEPORT_RETRY_SECONDS", "0.05")
    server.stop()
    with pytest.raises(ServiceException, match="cannot be reached.*homeport status"):
        HttpClient().request("GET", f"{server.url}/x")


def test_a_kept_connection_that_the_server_closed_is_replaced(server):
    server.on("GET", "/x", {"ok": True})
    client = HttpClient()
    client.request("GET", f"{server.url}/x")
    server.stop()
    server.start()
    assert client.request("GET", f"{server.url}/x").json() == {"ok": True}


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_status_is_asked_for_again(server, status):
    answers = [(status, {}, {"Retry-After": "0"}), (status, {}, {}), (200, {"ok": True}, {})]
    server.on("POST", "/x", lambda request: answers.pop(0))
    assert HttpClient().request("POST", f"{server.url}/x", json={"a": 1}).json() == {"ok": True}
    assert [each.json() for each in server.requests] == [{"a": 1}] * 3


def test_a_status_that_stays_is_raised_with_the_servers_words(server):
    server.on("GET", "/x", (503, {"error": {"code": "Busy", "message": "no room"}}, {}))
    with pytest.raises(ServiceException, match="no room") as caught:
        HttpClient().request("GET", f"{server.url}/x")
    assert (caught.value.status_code, caught.value.error_code) == (503, "Busy")
    assert len(server.requests) == 1 + retry.STATUS_RETRIES


def test_a_wrong_token_is_an_authentication_error_that_says_where_it_came_from(workspace, server):
    server.on("GET", ".*", (401, {"error": {"code": "Unauthorized", "message": "unknown token"}}, {}))
    with pytest.raises(AuthenticationException, match="unknown token.*401 of http://127.*token from HOMEPORT_TOKEN"):
        Workspace(SUBSCRIPTION, GROUP, "other")


def test_an_operation_that_the_server_lacks_is_a_user_error(server):
    server.on("GET", "/x", (501, {"error": {"code": "NotImplemented", "message": "listKeys is not built"}}, {}))
    with pytest.raises(UserErrorException, match="listKeys is not built"):
        HttpClient().request("GET", f"{server.url}/x")


def test_an_unknown_workspace_says_its_name(workspace):
    with pytest.raises(WorkspaceException, match="Workspace other was not found in subscription"):
        Workspace(SUBSCRIPTION, GROUP, "other")


def test_the_text_of_an_exception_has_message_inner_exception_and_response():
    text = str(UserErrorException("wrong", target="name"))
    assert text.startswith("UserErrorException:\n\tMessage: wrong\n\tInnerException None\n\tErrorResponse \n{")
    assert '"code": "UserError"' in text and '"target": "name"' in text


def test_no_token_at_all_says_where_it_should_be(server, monkeypatch):
    monkeypatch.setenv("HOMEPORT_URL", server.url)
    server.on("GET", ".*", (401, {}, {}))
    with pytest.raises(AuthenticationException, match="There is no token .*neither HOMEPORT_TOKEN nor .*profiles.json"):
        Workspace(SUBSCRIPTION, GROUP, "ws")


def test_behind_an_agent_an_absent_server_is_waited_for(server):
    answers = [(503, {}, {})] * (retry.STATUS_RETRIES + 3) + [(200, {"ok": True}, {})]
    server.on("GET", "/x", lambda request: answers.pop(0))
    assert HttpClient("jwt", via_agent=True).request("GET", f"{server.url}/x").json() == {"ok": True}
