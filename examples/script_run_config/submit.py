"""Run a script with an environment of its own: packages, Python and variables that only this run sees.

    homeport exec -- python3 examples/script_run_config/submit.py

The environment is built once, the first time that it is asked for, and kept for every later run that asks for the same.
"""
from pathlib import Path

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import ComputeTargetException

ws = Workspace.from_config()

try:
    cluster = ComputeTarget(workspace=ws, name='cpu')
except ComputeTargetException:
    cluster = ComputeTarget.create(ws, 'cpu', AmlCompute.provisioning_configuration(vm_size='STANDARD_D2_V2', max_nodes=2))
    cluster.wait_for_completion(show_output=True)

environment = Environment('digits')
environment.python.conda_dependencies = CondaDependencies.create(conda_packages=['scikit-learn'])
# One thread: the images are so few that a second one costs more than it brings.
environment.environment_variables = {'OMP_NUM_THREADS': '1'}

# Only the folder of the training script becomes the run's snapshot.
config = ScriptRunConfig(source_directory=str(Path(__file__).resolve().parent / 'digits'),
                         script='train.py',
                         arguments=['--regularization', 0.05],
                         compute_target=cluster,
                         environment=environment)

run = Experiment(ws, name='digits').submit(config)
run.wait_for_completion(show_output=True)
print('Accuracy: %.4f' % run.get_metrics()['accuracy'])
print('Files:', *run.get_file_names(), sep='\n  ')
