"""A storage account of the real server, as published clients are given it."""
from collections import namedtuple

import pytest

Account = namedtuple('Account', 'url name key container')


@pytest.fixture
def account(homeport, ws):
    """The account of the workspace's default datastore: `url` is its Blob endpoint, path style."""
    ds = ws.get_default_datastore()
    return Account('%s/%s' % (homeport.url, ds.account_name), ds.account_name, ds.account_key, ds.container_name)
