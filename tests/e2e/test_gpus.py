"""GPUs are one run's alone. Device files that every machine has stand for those of GPUs: /dev/zero and /dev/full."""
import json

import pytest

from inhabitant import inhabit
from sdk import make_cluster, read_log, script_config, workspace
from server import Homeport, wait_for

LOOK = '''
import os, sys, time
def reach(path):
    try:
        return len(open(path, 'rb').read(4))
    except OSError as error:
        return type(error).__name__
print('visible', repr(os.environ['CUDA_VISIBLE_DEVICES']), 'zero', reach('/dev/zero'), 'full', reach('/dev/full'), flush=True)
while len(sys.argv) > 1 and not os.path.exists('outputs/go'):
    time.sleep(0.1)
'''


@pytest.fixture
def two_gpus(tmp_path, monkeypatch):
    homeport = Homeport(tmp_path)
    homeport.data.mkdir(mode=0o700)
    (homeport.data / 'gpus.json').write_text(json.dumps(['/dev/zero', '/dev/full']))
    homeport.up()
    yield inhabit(homeport, monkeypatch)
    homeport.close()


@pytest.mark.root
def test_clusters_share_gpus_and_no_two_runs_have_the_same(two_gpus, project):
    from azureml.core import Experiment
    ws = workspace()
    gpu = make_cluster(ws, 'gpu', vm_size='STANDARD_NC12', max_nodes=1, min_nodes=1)
    other = make_cluster(ws, 'other', vm_size='STANDARD_NC6', max_nodes=2, min_nodes=2)
    plain = make_cluster(ws, 'plain', vm_size='STANDARD_D2_V2', max_nodes=1, min_nodes=1)
    experiment = Experiment(ws, name='gpus')
    folder = project(train=LOOK)

    holds = experiment.submit(script_config(folder, gpu, arguments=['wait']))
    wait_for(lambda: holds.get_status() == 'Running', 'the first run to run')
    without = experiment.submit(script_config(folder, plain))
    without.wait_for_completion()
    assert read_log(without).strip() == "visible '' zero PermissionError full PermissionError"

    waits = experiment.submit(script_config(folder, other))
    shown = wait_for(lambda: [line for line in two_gpus.cli('run', 'show', waits.id).stdout.splitlines() if 'waits for' in line], 'the reason')
    assert 'waits for 1 GPU for 1 node of STANDARD_NC6 in other' in shown[0], shown
    assert waits.get_status() == 'Queued'
    holds.cancel()
    waits.wait_for_completion()
    assert read_log(holds).strip() == "visible '0,1' zero 4 full 4"
    assert read_log(waits).strip() == "visible '0' zero 4 full PermissionError"


def test_a_list_of_gpus_that_names_no_device_is_refused_by_name(tmp_path):
    homeport = Homeport(tmp_path)
    homeport.data.mkdir(mode=0o700)
    (homeport.data / 'gpus.json').write_text('["/etc/hostname"]')
    done = homeport.up(check=False)
    assert done.returncode != 0
    assert "gpus.json: '/etc/hostname' is no device file" in done.stdout + done.stderr
