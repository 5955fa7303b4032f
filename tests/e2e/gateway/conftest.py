"""Programs that name nothing of Homeport, run as `homeport exec` runs them, with the published clients' own interpreters."""
import pytest

from exec_programs import Exec, PlainEcho
from client_sets import node


@pytest.fixture
def run_exec(homeport):
    return Exec(homeport)


@pytest.fixture(scope='session')
def node_clients():
    return node()


@pytest.fixture
def batchai_config(homeport, tmp_path):
    """What programs of Batch AI keep in their configuration.json."""
    file = tmp_path / 'configuration.json'
    homeport.cli('env', '--batchai-config', file)
    return file


@pytest.fixture
def echo():
    host = PlainEcho()
    yield host
    host.close()
