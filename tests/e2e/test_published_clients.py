"""The dialects, spoken by clients that nobody here wrote: the ARM client of 2019 and today's Blob client."""
import os

import pytest

from server import wait_for


@pytest.fixture
def arm(homeport, ws):
    from azure.mgmt.machinelearningservices import AzureMachineLearningWorkspaces
    from msrest.authentication import BasicTokenAuthentication
    credentials = BasicTokenAuthentication({'access_token': homeport.token})
    client = AzureMachineLearningWorkspaces(credentials, ws.subscription_id, base_url=homeport.url)
    client.config.long_running_operation_timeout = 1
    return client


@pytest.fixture
def container(homeport, ws):
    from azure.storage.blob import ContainerClient
    ds = ws.get_default_datastore()
    return ContainerClient('%s/%s' % (homeport.url, ds.account_name), ds.container_name,
                           credential={'account_name': ds.account_name, 'account_key': ds.account_key})


def test_the_arm_client_reads_workspaces(arm, ws):
    workspace = arm.workspaces.get(ws.resource_group, ws.name)
    assert workspace.name == ws.name and workspace.location == ws.location
    assert ws.name in [found.name for found in arm.workspaces.list_by_subscription()]
    assert ws.name in [found.name for found in arm.workspaces.list_by_resource_group(ws.resource_group)]


def test_the_arm_client_makes_changes_and_deletes_a_cluster(arm, ws):
    from azure.mgmt.machinelearningservices import models
    operations = arm.machine_learning_compute
    scale = models.ScaleSettings(min_node_count=1, max_node_count=2, node_idle_time_before_scale_down='PT5M')
    made = operations.create_or_update(ws.resource_group, ws.name, 'armmade', models.ComputeResource(
        location=ws.location, properties=models.AmlCompute(
            properties=models.AmlComputeProperties(vm_size='STANDARD_D2_V2', vm_priority='LowPriority', scale_settings=scale)))).result(60)
    assert made.name == 'armmade' and made.properties.provisioning_state == 'Succeeded'

    def ready():
        return [node for node in operations.list_nodes(ws.resource_group, ws.name, 'armmade').nodes if node.node_id]
    assert len(wait_for(ready, 'a node', 30)) == 1

    found = operations.get(ws.resource_group, ws.name, 'armmade')
    assert found.properties.properties.vm_priority == 'LowPriority'
    assert 'armmade' in [compute.name for compute in operations.list_by_workspace(ws.resource_group, ws.name)]

    operations.update(ws.resource_group, ws.name, 'armmade', models.ScaleSettings(min_node_count=0, max_node_count=3)).result(60)
    assert operations.get(ws.resource_group, ws.name, 'armmade').properties.properties.scale_settings.max_node_count == 3

    operations.delete(ws.resource_group, ws.name, 'armmade', 'Delete').result(60)
    with pytest.raises(models.MachineLearningServiceErrorException):
        operations.get(ws.resource_group, ws.name, 'armmade')


def test_a_cluster_of_the_arm_client_is_a_compute_target_of_the_package(arm, ws):
    from azure.mgmt.machinelearningservices import models
    from azureml.core.compute import AmlCompute, ComputeTarget
    arm.machine_learning_compute.create_or_update(ws.resource_group, ws.name, 'shared1', models.ComputeResource(
        location=ws.location, properties=models.AmlCompute(properties=models.AmlComputeProperties(
            vm_size='STANDARD_D2_V2', scale_settings=models.ScaleSettings(max_node_count=1))))).result(60)
    target = ComputeTarget(workspace=ws, name='shared1')
    assert type(target) is AmlCompute and target.provisioning_state == 'Succeeded'
    target.delete()


def test_the_arm_client_gets_an_error_that_it_can_read(arm, ws):
    from azure.mgmt.machinelearningservices import models
    with pytest.raises(models.MachineLearningServiceErrorException, match='(?i)not.?found|no .*absent') as caught:
        arm.machine_learning_compute.get(ws.resource_group, ws.name, 'absent')
    assert caught.value.response.status_code == 404


def test_the_vm_sizes_are_listed(arm, ws):
    names = [size.name.upper() for size in arm.virtual_machine_sizes.list(ws.location).aml_compute]
    assert 'STANDARD_NC6' in names and 'STANDARD_D2_V2' in names


def test_the_blob_client_writes_lists_reads_and_deletes(container):
    from azure.core.exceptions import ResourceNotFoundError
    content = os.urandom(9 << 20)
    container.upload_blob('clients/big.bin', content, overwrite=True, max_concurrency=2)
    container.upload_blob('clients/empty', b'', overwrite=True, metadata={'colour': 'blue'})
    assert [blob.name for blob in container.list_blobs(name_starts_with='clients/')] == ['clients/big.bin', 'clients/empty']
    assert container.download_blob('clients/big.bin').readall() == content
    assert container.download_blob('clients/big.bin', offset=1000, length=10).readall() == content[1000:1010]
    assert container.get_blob_client('clients/empty').get_blob_properties().metadata == {'colour': 'blue'}
    container.delete_blob('clients/big.bin')
    with pytest.raises(ResourceNotFoundError):
        container.download_blob('clients/big.bin')


def test_the_blob_client_uploads_in_blocks(homeport, ws):
    from azure.storage.blob import BlobClient
    ds = ws.get_default_datastore()
    blob = BlobClient('%s/%s' % (homeport.url, ds.account_name), ds.container_name, 'clients/blocks.bin', max_single_put_size=1 << 20,
                      max_block_size=1 << 20, credential={'account_name': ds.account_name, 'account_key': ds.account_key})
    content = os.urandom((5 << 20) + 17)
    blob.upload_blob(content, overwrite=True, max_concurrency=4)
    assert blob.download_blob(max_concurrency=4).readall() == content
    committed, uncommitted = blob.get_block_list('all')
    assert len(committed) == 6 and not uncommitted


@pytest.mark.parametrize('name', ['a b/ü €.txt', 'a%20b', "quote'and\"", 'plus+and&amp;', 'deep/' * 20 + 'x'])
def test_names_that_need_care_come_back_as_they_were(container, name):
    container.upload_blob('names/' + name, name.encode(), overwrite=True)
    assert 'names/' + name in [blob.name for blob in container.list_blobs(name_starts_with='names/')]
    assert container.download_blob('names/' + name).readall() == name.encode()


def test_a_blob_may_only_be_replaced_when_asked_for(container):
    from azure.core.exceptions import ResourceExistsError
    container.upload_blob('clients/once', b'1', overwrite=True)
    with pytest.raises(ResourceExistsError):
        container.upload_blob('clients/once', b'2')
    assert container.download_blob('clients/once').readall() == b'1'
