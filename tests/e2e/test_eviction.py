"""A low-priority node is taken away: the drill of `homeport cluster evict`, with the example that resumes from its checkpoint."""
import re
import subprocess
import sys
import time

import pytest

from sdk import make_cluster, read_log, script_config
from server import ROOT, wait_for

EXAMPLE = ROOT / 'examples/checkpoint'


@pytest.fixture
def spot(ws):
    cluster = make_cluster(ws, 'spot', vm_priority='lowpriority', max_nodes=1)
    yield cluster
    cluster.delete()
    wait_for(lambda: 'spot' not in ws.compute_targets, 'the end of the cluster', 60)


def started(ws, experiment):
    """The newest run of the experiment, once it trains."""
    from azureml.core import Experiment

    def trains():
        for run in Experiment(ws, experiment).get_runs():
            return run if run.get_metrics().get('accuracy') else None
    return wait_for(trains, 'the training', 300)


def test_a_training_goes_on_from_its_checkpoint_when_its_node_is_taken_away(homeport, ws, spot):
    program = subprocess.Popen([sys.executable, str(EXAMPLE / 'submit.py'), '--epochs', '12', '--pause', '0.5'], cwd=homeport.project,
                               env=homeport.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        run = started(ws, 'checkpoint')
        evicted = homeport.json('cluster', 'evict', 'spot', '--node', '0', '--grace', '30s')
        assert evicted['runId'] == run.id and evicted['hostName'] == 'spot-0'
        shown, _ = program.communicate(timeout=120)
    finally:
        program.kill()
    assert run.get_status() == 'Completed' and program.returncode == 0, shown

    log = read_log(run)
    left = int(re.search(r'leaving after epoch (\d+)', log).group(1))
    assert 'resumed after epoch %d\n' % left in log, 'nothing was learnt twice, nothing was lost'
    assert [int(epoch) for epoch in re.findall(r'^epoch (\d+):', log, re.M)] == list(range(1, 13))
    assert len(run.get_metrics()['accuracy']) == 12 and float(log.split()[-1]) >= 0.9
    assert 'outputs/checkpoint.pkl' in run.get_file_names()


def test_a_node_that_does_not_listen_goes_when_the_grace_is_over(homeport, ws, spot, project):
    from azureml.core import Experiment
    deaf = project(train='''
import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: print('told to end', flush=True))
if os.path.exists('outputs/seen'):
    print('second attempt', flush=True)
else:
    os.makedirs('outputs', exist_ok=True)
    open('outputs/seen', 'w').close()
    while True: time.sleep(0.1)
''')
    run = Experiment(ws, 'deaf').submit(script_config(deaf, spot))
    wait_for(lambda: 'outputs/seen' in run.get_file_names(), 'the first attempt', 60)
    began = time.monotonic()
    homeport.cli('cluster', 'evict', 'spot', '--node', 'spot-0', '--grace', '2')
    assert 2 <= time.monotonic() - began < 20
    assert run.wait_for_completion()['status'] == 'Completed'
    assert read_log(run) == 'told to end\nsecond attempt\n'


def test_what_cannot_be_evicted_says_why(homeport, ws, cluster, spot):
    said = homeport.cli('cluster', 'evict', 'cpu', '--node', '0', check=False)
    assert said.returncode != 0 and "the nodes of cluster 'cpu' are dedicated" in said.stderr
    said = homeport.cli('cluster', 'evict', 'spot', '--node', '7', check=False)
    assert said.returncode != 0 and "cluster 'spot' has no node '7'; its nodes: none" in said.stderr
    assert homeport.cli('cluster', 'evict', 'none', '--node', '0', check=False).returncode != 0
    said = homeport.cli('cluster', 'evict', 'spot', '--node', '0', '--grace', '2 parsecs', check=False)
    assert said.returncode != 0 and '--grace' in said.stderr
