"""A storage account of the real server, as published clients are given it."""
import subprocess
import sys
from collections import namedtuple

import pytest

from server import ROOT

OLD_CLIENT = 'azure-storage-blob==1.5.0'

Account = namedtuple('Account', 'url name key container')


@pytest.fixture
def account(homeport, ws):
    """The account of the workspace's default datastore: `url` is its Blob endpoint, path style."""
    ds = ws.get_default_datastore()
    return Account('%s/%s' % (homeport.url, ds.account_name), ds.account_name, ds.account_key, ds.container_name)


@pytest.fixture(scope='session')
def old_python():
    """An interpreter with the client of 2019, which cannot live beside today's: both are azure.storage.blob."""
    folder = ROOT / 'build/old-storage-client'
    if not (folder / 'complete').exists():
        subprocess.run([sys.executable, '-m', 'venv', '--clear', str(folder)], check=True)
        subprocess.run([str(folder / 'bin/pip'), 'install', '-q', OLD_CLIENT], check=True)
        (folder / 'complete').touch()
    return folder / 'bin/python'
