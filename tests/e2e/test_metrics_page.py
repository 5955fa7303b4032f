"""GET /metrics of a real server: what an operator's Prometheus reads, and who may read it."""
import re

import pytest

from sdk import read_log, script_config
from server import ROOT, wait_for

LINE = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def read(homeport, token='own'):
    """{(name, frozenset of labels): value}"""
    figures = {}
    for line in homeport.request('GET', '/metrics', token=token).text.splitlines():
        if not line.startswith('#'):
            name, labels, value = LINE.match(line).groups()
            key = name, frozenset(LABEL.findall(labels or ''))
            assert key not in figures, 'Prometheus refuses a series that comes twice: %s' % line
            figures[key] = float(value)
    return figures


def value(figures, name, **labels):
    found = [number for (of, has), number in figures.items() if of == name and has >= set(labels.items())]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def until(homeport, name, expected, **labels):
    """The figures, once this one of them has its expected value."""
    def settled():
        figures = read(homeport)
        return figures if value(figures, name, **labels) == expected else None
    return wait_for(settled, '%s %s to be %s' % (name, labels, expected), 60)


def test_the_figures_follow_runs_nodes_and_queues(own_homeport, own_ws, own_cluster, project):
    from azureml.core import Experiment
    idle = read(own_homeport)
    assert value(idle, 'homeport_ledger_up') == 1 and value(idle, 'homeport_clusters') == 1
    assert value(idle, 'homeport_nodes', cluster='cpu', state='idle') == 1
    assert value(idle, 'homeport_runs', state='Running') == 0
    assert value(idle, 'homeport_waiting_runs', cluster='cpu', workspace=own_ws.name) == 0
    assert value(idle, 'homeport_build_info') == 1
    assert 1e6 < value(idle, 'process_resident_memory_bytes') < 5e8 and value(idle, 'process_open_fds') > 5

    folder = project(train='import time\ntime.sleep(3600)\n')
    # One node each on a cluster of two: the third waits.
    runs = [Experiment(own_ws, name='figures').submit(script_config(folder, own_cluster)) for _ in range(3)]
    busy = until(own_homeport, 'homeport_runs', 2, state='Running')
    assert value(busy, 'homeport_runs', state='Queued') == 1
    assert value(busy, 'homeport_waiting_runs', cluster='cpu') == 1
    assert value(busy, 'homeport_longest_wait_seconds', cluster='cpu') > 0
    assert value(busy, 'homeport_nodes', cluster='cpu', state='running') == 2
    for run in reversed(runs):
        run.cancel()
    done = until(own_homeport, 'homeport_runs', 3, state='Canceled')
    assert value(done, 'homeport_runs', state='Running') == 0 and value(done, 'homeport_runs', state='Queued') == 0
    assert value(done, 'homeport_longest_wait_seconds', cluster='cpu') == 0
    assert value(done, 'homeport_ledger_writes_total') > value(idle, 'homeport_ledger_writes_total')

    own_homeport.kill()
    own_homeport.up()
    assert value(read(own_homeport), 'homeport_runs', state='Canceled') == 3, 'the ledger counts, not the process'


def test_who_may_read_them(homeport, cluster, ws, project):
    from azureml.core import Experiment
    token = (homeport.data / 'secrets/metrics-token').read_text().strip()
    assert value(read(homeport, token), 'homeport_ledger_up') == 1
    assert homeport.request('GET', '/metrics', token=None).status == 401, 'loopback is no credential: runs are there too'
    assert homeport.request('GET', '/metrics', token='x' + token[1:]).status == 401

    script = ('import os, urllib.error, urllib.request\n'
              'for headers in ({}, {"Authorization": "Bearer " + os.environ["AZUREML_RUN_TOKEN"]}):\n'
              '    try:\n'
              '        print(urllib.request.urlopen(urllib.request.Request("%s/metrics", headers=headers)).status)\n'
              '    except urllib.error.HTTPError as error:\n'
              '        print(error.code)\n' % homeport.url)
    run = Experiment(ws, name='figures').submit(script_config(project(train=script), cluster))
    run.wait_for_completion()
    assert read_log(run).split() == ['401', '403']


@pytest.mark.parametrize('method, path', [
    ('GET', '/subscriptions?api-version=2019-11-01'),
    ('GET', '/providers/Homeport.Compute/status'),
    ('POST', '/providers/Homeport.Compute/loginLinks'),
])
def test_their_token_is_good_for_nothing_else(homeport, method, path):
    token = (homeport.data / 'secrets/metrics-token').read_text().strip()
    assert homeport.request(method, path, body={} if method == 'POST' else None, token=token).status == 403


def test_it_cannot_read_data(homeport, ws):
    token = (homeport.data / 'secrets/metrics-token').read_text().strip()
    store = ws.get_default_datastore()
    path = '/%s/%s?restype=container&comp=list' % (store.account_name, store.container_name)
    assert homeport.request('GET', path, token=token).status == 403
    history = '/history/v1.0/subscriptions/%s/resourceGroups/%s/providers/Microsoft.MachineLearningServices/workspaces/%s/experiments:query' % (
        ws.subscription_id, ws.resource_group, ws.name)
    assert homeport.request('POST', history, body={}, token=token).status == 403


def test_every_figure_is_in_the_manual(homeport):
    manual = (ROOT / 'docs/metrics.md').read_text()
    names = {re.sub(r'_(bucket|sum|count)$', '', name) for name, _ in read(homeport)}
    missing = sorted(name for name in names if '`%s' % name not in manual)
    assert not missing, missing
