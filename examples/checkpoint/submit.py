"""A training on low-priority nodes that goes on where it was when its node is taken away.

    homeport exec -- python3 examples/checkpoint/submit.py --pause 1
    homeport cluster evict spot --node 0 --grace 30s      # from another shell, while it trains
"""
import sys
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import ComputeTargetException

ws = Workspace.from_config()

try:
    cluster = ComputeTarget(workspace=ws, name='spot')
except ComputeTargetException:
    settings = AmlCompute.provisioning_configuration(vm_size='STANDARD_D2_V2', vm_priority='lowpriority', max_nodes=1)
    cluster = ComputeTarget.create(ws, 'spot', settings)
    cluster.wait_for_completion(show_output=True)

environment = Environment('digits')
environment.python.conda_dependencies = CondaDependencies.create(conda_packages=['scikit-learn'])
environment.environment_variables = {'OMP_NUM_THREADS': '1'}

config = ScriptRunConfig(source_directory=str(Path(__file__).resolve().parent / 'training'), script='train.py',
                         arguments=sys.argv[1:], compute_target=cluster, environment=environment)
run = Experiment(ws, name='checkpoint').submit(config)
run.wait_for_completion(show_output=True)
