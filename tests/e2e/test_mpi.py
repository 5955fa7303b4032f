"""Runs of MPI with real Open MPI: as many processes on every node as were asked for."""
import json
import uuid

import pytest

from sdk import plain_environment, read_log, script_config

RANKS = """
import json, os, socket, sys
from mpi4py import MPI
world = MPI.COMM_WORLD
said = json.dumps([world.Get_rank(), world.Get_size(), socket.gethostname(), int(os.environ['OMPI_COMM_WORLD_LOCAL_RANK']),
                   os.getcwd(), world.allreduce(world.Get_rank() + 1), os.environ['AZUREML_RUN_ID'], os.environ['AZUREML_SERVICE_ENDPOINT'],
                   os.environ['MINE'], os.environ['AZ_BATCH_MASTER_NODE']])
open('rank-%d' % world.Get_rank(), 'w').close()
world.Barrier()
assert len([name for name in os.listdir('.') if name.startswith('rank-')]) == world.Get_size(), 'one project directory'
sys.stdout.write(said + chr(10))  # in one piece: mpirun mixes what ranks write
"""


@pytest.fixture
def experiment(ws):
    from azureml.core import Experiment
    return Experiment(ws, 'mpi-' + uuid.uuid4().hex[:8])


def ranks_of(run):
    lines = [line for line in read_log(run).splitlines() if line.startswith('[')]
    return sorted(map(json.loads, lines))


def test_ranks_run_on_the_nodes_node_by_node(experiment, cluster, project):
    from azureml.core.runconfig import MpiConfiguration
    environment = plain_environment()
    environment.environment_variables['MINE'] = 'from the run'
    config = script_config(project(train=RANKS), cluster, environment=environment, distributed_job_config=MpiConfiguration(2, 2))
    run = experiment.submit(config)
    assert run.wait_for_completion()['status'] == 'Completed'
    ranks = ranks_of(run)
    assert [each[0] for each in ranks] == [0, 1, 2, 3] and [each[3] for each in ranks] == [0, 1, 0, 1]
    hosts, endpoints = [each[2] for each in ranks], [each[7] for each in ranks]
    assert hosts[0] == hosts[1] != hosts[2] == hosts[3]
    assert endpoints[0] == endpoints[1] != endpoints[2] == endpoints[3], 'each speaks with the agent of its own node'
    assert all(each[1] == 4 and each[5] == 10 and each[6] == run.id and each[8] == 'from the run' for each in ranks)
    assert len({each[4] for each in ranks}) == 1 and len({each[9] for each in ranks}) == 1


def test_an_estimator_over_mpi(experiment, cluster, project):
    from azureml.train.dnn import Mpi
    from azureml.train.estimator import Estimator
    estimator = Estimator(str(project(train=RANKS)), compute_target=cluster, entry_script='train.py', node_count=2,
                          distributed_training=Mpi(), environment_definition=environment())
    run = experiment.submit(estimator)
    assert run.wait_for_completion()['status'] == 'Completed'
    first, second = ranks_of(run)
    assert first[2] != second[2] and first[5] == second[5] == 3


def test_a_rank_that_fails_fails_the_run(experiment, cluster, project):
    from azureml.core.runconfig import MpiConfiguration
    script = 'import os, sys, time\nif os.environ["OMPI_COMM_WORLD_RANK"] == "1":\n    sys.exit("this rank fails")\ntime.sleep(300)\n'
    run = experiment.submit(script_config(project(train=script), cluster, distributed_job_config=MpiConfiguration(1, 2)))
    run.wait_for_completion(raise_on_error=False)
    assert run.get_status() == 'Failed' and 'this rank fails' in read_log(run)


def environment():
    made = plain_environment()
    made.environment_variables['MINE'] = 'from the run'
    return made
