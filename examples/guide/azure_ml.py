"""The Azure Machine Learning column of Microsoft's guide "Migrating from Batch AI", line by line and in its order.

    azure_ml.py [URL of an mnist.npz]

Lines between the guide's are marked `# Ours`: they define what the guide leaves to the reader. Without a URL the images
are those of Debian's dataset-fashion-mnist. The training script beside this program runs on the cluster's nodes.
"""
# Ours: the guide's paths ('data', the configuration file) are relative to the folder of the program.
import atexit
import os
import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path

import make_mnist_npz

image_url = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('MNIST_URL')
os.chdir(Path(__file__).resolve().parent)

# ---- Create workspaces ----
from azureml.core.workspace import Workspace

ws = Workspace.from_config()
print('Workspace name: ' + ws.name, 
      'Azure region: ' + ws.location, 
      'Subscription id: ' + ws.subscription_id, 
      'Resource group: ' + ws.resource_group, sep = '\n')

# Ours: the second way is given the workspace that the first one found.
workspace_name, subscription_id = ws.name, ws.subscription_id
resource_group, workspace_region = ws.resource_group, ws.location

from azureml.core import Workspace
# Create the workspace using the specified parameters
ws = Workspace.create(name = workspace_name,
                      subscription_id = subscription_id,
                      resource_group = resource_group, 
                      location = workspace_region,
                      create_resource_group = True,
                      exist_ok = True)
ws.get_details()

# write the details of the workspace to a configuration file to the notebook library
ws.write_config()

# ---- Create compute clusters ----
from azureml.core.compute import ComputeTarget, AmlCompute
from azureml.core.compute_target import ComputeTargetException

# Choose a name for your CPU cluster
gpu_cluster_name = "nc6"

# Verify that cluster does not exist already
try:
    gpu_cluster = ComputeTarget(workspace=ws, name=gpu_cluster_name)
    print('Found existing cluster, use it.')
except ComputeTargetException:
    compute_config = AmlCompute.provisioning_configuration(vm_size='STANDARD_NC6',
                                                           vm_priority='lowpriority',
                                                           min_nodes=1,
                                                           max_nodes=2,
                                                           idle_seconds_before_scaledown='300',
                                                           vnet_resourcegroup_name='<my-resource-group>',
                                                           vnet_name='<my-vnet-name>',
                                                           subnet_name='<my-subnet-name>')
    gpu_cluster = ComputeTarget.create(ws, gpu_cluster_name, compute_config)

gpu_cluster.wait_for_completion(show_output=True)

# ---- Monitor status of your cluster ----
gpu_cluster.get_status().serialize()

# ---- Get reference to a storage account ----
ds = ws.get_default_datastore()
print(ds.datastore_type, ds.account_name, ds.container_name)

# ---- Download and upload data ----
# Ours: the guide's file is one download of many megabytes from a host that may be gone; these images are on this machine.
if not image_url:
    made = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    make_mnist_npz.make(os.path.join(made, 'mnist.npz'))
    image_url = Path(made, 'mnist.npz').as_uri()

import os
import urllib
os.makedirs('./data', exist_ok=True)
download_url = image_url
urllib.request.urlretrieve(download_url, filename='data/mnist.npz')

ds.upload(src_dir='data', target_path='mnist_dataset', overwrite=True, show_progress=True)

# The guide prints these three statements on one line, with a blank before the path: written here as they were meant.
path_on_datastore = 'mnist_dataset/mnist.npz'
ds_data = ds.path(path_on_datastore)
print(ds_data)

# ---- Create experiments ----
from azureml.core import Experiment

experiment_name = 'tensorflow_experiment'
experiment = Experiment(ws, name=experiment_name)

# ---- Submit jobs ----
# Ours: the folder that holds the training script; .amlignore keeps the images out of the snapshot.
project_folder = '.'

from azureml.train.dnn import TensorFlow

script_params={
    '--num_gpus': 1,
    '--train_steps': 500,
    '--input_data': ds_data.as_mount()

}

estimator = TensorFlow(source_directory=project_folder,
                       compute_target=gpu_cluster,
                       script_params=script_params,
                       entry_script='tf_mnist_replica.py',
                       node_count=2,
                       worker_count=2,
                       parameter_server_count=1,   
                       distributed_backend='ps',
                       use_gpu=True)

run = experiment.submit(estimator)
print(run)

# ---- Monitor runs ----
run.wait_for_completion(show_output=True)

from azureml.widgets import RunDetails
RunDetails(run).show()

# Ours: what the training came to.
print('Final accuracy: %.4f' % run.get_metrics()['accuracy'])

# ---- Edit clusters ----
# The guide shows these two the other way round; a cluster that is gone cannot be updated.
gpu_cluster.update(min_nodes=2, max_nodes=4, idle_seconds_before_scaledown=600)

gpu_cluster.delete()
