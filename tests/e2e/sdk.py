"""What the tests ask of the Python package, in few words. Imports it late: its first use must see the test's own HOME."""
import os
import uuid


def workspace():
    from azureml.core import Workspace
    return Workspace.from_config()


def make_cluster(ws, name, **settings):
    from azureml.core.compute import AmlCompute, ComputeTarget
    settings = {'vm_size': 'STANDARD_D2_V2', 'max_nodes': 2, 'idle_seconds_before_scaledown': 600, **settings}
    cluster = ComputeTarget.create(ws, name, AmlCompute.provisioning_configuration(**settings))
    cluster.wait_for_completion()
    return cluster


def plain_environment():
    """The interpreter of the machine as it is: nothing to build, nothing to import."""
    from azureml.core import Environment
    environment = Environment('plain')
    environment.python.user_managed_dependencies = True
    environment.python.interpreter_path = '/usr/bin/python3'
    return environment


def sdk_environment():
    """An environment with the package and nothing else."""
    from azureml.core import Environment
    from azureml.core.conda_dependencies import CondaDependencies
    environment = Environment('sdk')
    environment.python.conda_dependencies = CondaDependencies.create()
    return environment


def script_config(folder, cluster, script='train.py', arguments=(), environment=None, **more):
    from azureml.core import ScriptRunConfig
    return ScriptRunConfig(source_directory=str(folder), script=script, arguments=list(arguments), compute_target=cluster,
                           environment=environment or plain_environment(), **more)


def read_log(run, part='70_driver_log'):
    """The text of the run's log file whose name holds `part`; all of them one after another if several do."""
    names = sorted(name for name in run.get_file_names() if part in name)
    assert names, 'no log file %r among %s' % (part, run.get_file_names())
    texts = []
    for name in names:
        target = 'read-' + uuid.uuid4().hex
        run.download_file(name, output_file_path=target)
        with open(target, encoding='utf-8') as file:
            texts.append(file.read())
        os.remove(target)
    return ''.join(texts)
