"""Tests in which this process is a program of the Batch AI years: its interpreter has the clients of 2019
(tests/clients/batchai-2019.txt), and its environment is that of `homeport exec`."""
import sys
import uuid

import pytest

from server import ROOT

sys.path.insert(0, str(ROOT / 'python'))

from inhabitant import enter
from jobs import Place, make_cluster


@pytest.fixture
def inside(homeport, monkeypatch):
    """What `homeport exec` would give this process."""
    return enter(homeport, monkeypatch)


@pytest.fixture
def cfg(inside):
    import utilities
    return utilities.config.Configuration('configuration.json')


@pytest.fixture
def client(cfg):
    """The client of 2019 as a program makes it: signed in, and with no endpoint named."""
    import utilities
    return quick(utilities.config.create_batchai_client(cfg))


@pytest.fixture
def direct(homeport, cfg):
    """The same client with an endpoint that the program names, and a token that it has."""
    from azure.mgmt.batchai import BatchAIManagementClient
    from msrest.authentication import BasicTokenAuthentication
    credentials = BasicTokenAuthentication({'access_token': homeport.token})
    return quick(BatchAIManagementClient(credentials, cfg.subscription_id, base_url=homeport.url))


def quick(client):
    """Only a test has no time for ten retries of an answer that is wrong."""
    client.config.retry_policy.retries = 1
    return client


@pytest.fixture(params=['gateway', 'endpoint'])
def either(request):
    """A client through the gateway, then one with an explicit endpoint."""
    return request.getfixturevalue('client' if request.param == 'gateway' else 'direct')


@pytest.fixture
def place(cfg, client):
    """The workspace of the configuration and an experiment of this test's own."""
    client.workspaces.create(cfg.resource_group, cfg.workspace, cfg.location).result()
    experiment = 'e-' + uuid.uuid4().hex[:10]
    client.experiments.create(cfg.resource_group, cfg.workspace, experiment).result()
    return Place(client, cfg, cfg.resource_group, cfg.workspace, experiment)


@pytest.fixture
def nodes(place):
    """The cluster 'nodes' of the shared server, of four nodes."""
    return make_cluster(place, 'nodes', 4)
