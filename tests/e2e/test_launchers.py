"""Launchers over two nodes: every process is on the node where it should be, finds the others, and together they learn."""
import re

import pytest

from sdk import plain_environment, read_log
from server import ROOT

PROGRAMS = ROOT / 'examples/distributed'
LEARNT = 0.75  # of 10,000 held-out images; a guess is 0.1


def submit(ws, cluster, script, distributed, arguments=(), environment=None):
    from azureml.core import Experiment, ScriptRunConfig
    config = ScriptRunConfig(source_directory=str(PROGRAMS), script=script, arguments=list(arguments), compute_target=cluster,
                             distributed_job_config=distributed, environment=environment or plain_environment())
    run = Experiment(ws, 'launchers').submit(config)
    assert run.wait_for_completion(raise_on_error=False)['status'] == 'Completed', run.get_details()
    return run


def assert_learnt_alike(logs, name):
    """Each process says the same accuracy and the same weights, and the accuracy is no guess's."""
    said = {re.search(r'accuracy on 10000 held-out images (\S+), sum of weights (\S+)', log).groups() for log in logs}
    assert len(said) == 1, (name, said)
    assert float(said.pop()[0]) >= LEARNT


@pytest.mark.parametrize('rendezvous', ['env://', '$AZ_BATCHAI_PYTORCH_INIT_METHOD'])
def test_pytorch_ddp_over_gloo(ws, cluster, rendezvous):
    from azureml.core.runconfig import PyTorchConfiguration
    run = submit(ws, cluster, 'pytorch_ddp.py', PyTorchConfiguration('Gloo', process_count=4, node_count=2),
                 ['--init-method', rendezvous])
    logs = [read_log(run, '70_driver_log_%d.txt' % rank) for rank in range(4)]
    for rank, log in enumerate(logs):
        assert 'rank %d of 4 on cpu-%d, local rank %d\n' % (rank, rank % 2, rank // 2) in log
    assert_learnt_alike(logs, rendezvous)


@pytest.mark.parametrize('loop', ['fit', 'own'])
def test_tensorflow_multi_worker(ws, cluster, loop):
    from azureml.core import Environment
    from azureml.core.conda_dependencies import CondaDependencies
    from azureml.core.runconfig import TensorflowConfiguration
    environment = Environment('tensorflow')
    environment.python.conda_dependencies = CondaDependencies.create(pip_packages=['tensorflow-gpu==1.13.1'])
    run = submit(ws, cluster, 'tensorflow_workers.py', TensorflowConfiguration(worker_count=2, parameter_server_count=0),
                 ['--loop', loop], environment)
    logs = [read_log(run, '70_driver_log_worker_%d.txt' % index) for index in range(2)]
    for index, log in enumerate(logs):
        assert 'worker %d of 2 on cpu-%d\n' % (index, index) in log
    assert_learnt_alike(logs, loop)
