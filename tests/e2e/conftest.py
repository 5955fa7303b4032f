"""Fixtures of the end-to-end tests: a real server, a workspace seen through the package, clusters and small projects."""
import os
import sys
import uuid

import pytest

from server import BINARY, ROOT, Homeport

sys.path.insert(0, str(ROOT / 'python'))

from inhabitant import inhabit
from sdk import make_cluster, workspace


def pytest_configure(config):
    if not BINARY.exists():
        pytest.exit('no binary at %s: build it first (scripts/test does)' % BINARY, returncode=1)


def pytest_runtest_setup(item):
    if item.get_closest_marker('root') and os.geteuid() != 0:
        pytest.skip('needs root')


@pytest.fixture(scope='session')
def shared_homeport(tmp_path_factory):
    """One server for all tests that leave it as they found it."""
    homeport = Homeport(tmp_path_factory.mktemp('homeport'))
    homeport.up()
    yield homeport
    homeport.close()


@pytest.fixture
def homeport(shared_homeport, monkeypatch):
    """The shared server, with this process standing in the project of its user."""
    return inhabit(shared_homeport, monkeypatch)


@pytest.fixture
def own_homeport(tmp_path, monkeypatch):
    """A server for one test, that may kill it."""
    homeport = Homeport(tmp_path)
    homeport.up()
    yield inhabit(homeport, monkeypatch)
    homeport.close()


@pytest.fixture
def ws(homeport):
    return workspace()


@pytest.fixture
def own_ws(own_homeport):
    return workspace()


@pytest.fixture
def cluster(ws):
    """The cluster 'cpu' of the shared server, of two nodes."""
    from azureml.core.compute import ComputeTarget
    from azureml.exceptions import ComputeTargetException
    try:
        return ComputeTarget(workspace=ws, name='cpu')
    except ComputeTargetException:
        return make_cluster(ws, 'cpu', min_nodes=1)


@pytest.fixture
def own_cluster(own_ws):
    return make_cluster(own_ws, 'cpu', min_nodes=1)


@pytest.fixture
def project(tmp_path):
    """project(train='print(1)') writes train.py into a new folder and returns the folder."""
    def write(**scripts):
        folder = tmp_path / ('project-' + uuid.uuid4().hex[:8])
        folder.mkdir()
        for name, text in scripts.items():
            (folder / (name + '.py')).write_text(text)
        return folder
    return write
