"""A storage account of the real server, as published clients are given it."""
import uuid
from collections import namedtuple

import pytest

Account = namedtuple('Account', 'url name key container')


@pytest.fixture
def account(homeport, ws):
    """The account of the workspace's default datastore: `url` is its Blob endpoint, path style."""
    ds = ws.get_default_datastore()
    return Account('%s/%s' % (homeport.url, ds.account_name), ds.account_name, ds.account_key, ds.container_name)


@pytest.fixture
def service(account):
    from azure.storage.blob import BlobServiceClient
    return BlobServiceClient.from_connection_string(
        'DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=%s;' % (account.name, account.key, account.url))


@pytest.fixture
def container(service):
    """An empty container, gone after the test."""
    container = service.create_container('test-' + uuid.uuid4().hex[:12])
    yield container
    container.delete_container()
