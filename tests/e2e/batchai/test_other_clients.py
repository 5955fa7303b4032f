"""The same service through the newest Python client and through Node's, each with no endpoint named and with an explicit one."""
import json
from pathlib import Path

import pytest

from clients import node_words, python_words, run_inside, run_outside
from jobs import make_share

PROGRAMS = Path(__file__).with_name('programs')
STORY = ['workspace', 'cluster', 'experiment', 'job succeeded', 'files stderr.txt stdout.txt', 'said hello', 'terminated', 'not found JobNotFound',
         'refused', 'gone']


@pytest.fixture
def facts(homeport, cfg, inside, tmp_path):
    """A file that tells a program where it is to go, for those who name their endpoint."""
    make_share(cfg)
    homeport.cli('env', '--batchai-config', tmp_path / 'configuration.json')
    content = json.loads((tmp_path / 'configuration.json').read_text())
    port = homeport.url.rpartition(':')[2]
    content.update(endpoint='https://127.0.0.1:' + port, token=homeport.token, ca=inside['REQUESTS_CA_BUNDLE'])
    (tmp_path / 'facts.json').write_text(json.dumps(content))
    return tmp_path / 'facts.json'


def steps(said):
    return [line for line in said.splitlines() if line]


@pytest.mark.parametrize('way', ['gateway', 'endpoint'])
def test_the_newest_python_client(homeport, facts, way):
    run = run_inside if way == 'gateway' else run_outside
    assert steps(run(homeport, python_words('newest', PROGRAMS / 'newest.py', facts, way))) == STORY


@pytest.mark.timeout(400)
@pytest.mark.parametrize('way', ['gateway', 'endpoint'])
def test_node_s_client(homeport, facts, way):
    run = run_inside if way == 'gateway' else run_outside
    words = node_words(PROGRAMS / 'arm_batchai.js', facts, way)
    assert steps(run(homeport, words, timeout=300, env={'NODE_EXTRA_CA_CERTS': json.loads(facts.read_text())['ca']} if way == 'endpoint' else None)) == STORY
