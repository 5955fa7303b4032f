"""What the client of 2019 can ask for and Homeport does not have: each says so, by name, and changes nothing."""
import pytest

from jobs import cluster_parameters, job_parameters, of


def refused(call):
    """The error of a call that is answered 501."""
    from msrestazure.azure_exceptions import CloudError
    with pytest.raises(CloudError) as caught:
        call()
    assert caught.value.status_code == 501 and caught.value.error.error == 'NotImplemented', caught.value
    return caught.value.message


def vault_secret():
    from azure.mgmt.batchai import models
    return models.KeyVaultSecretReference(source_vault=models.ResourceId(id='/vault'), secret_url='https://vault.example/secrets/s')


@pytest.fixture
def there(either, place):
    return place._replace(client=either)


def test_file_servers(there):
    from azure.mgmt.batchai import models
    servers, name = there.client.file_servers, (there.group, there.workspace, 'nfs')
    account = models.UserAccountSettings(admin_user_name='a', admin_user_password='b')
    parameters = models.FileServerCreateParameters(
        vm_size='STANDARD_D2_V2', ssh_configuration=models.SshConfiguration(user_account_settings=account, public_ips_to_allow=['10.0.0.1']),
        data_disks=models.DataDisks(disk_size_in_gb=10, disk_count=1, storage_account_type='Standard_LRS', caching_type='none'),
        subnet=models.ResourceId(id='/subnet'))
    for call in (lambda: servers.create(*name, parameters).result(), lambda: servers.get(*name), lambda: servers.delete(*name).result(),
                 lambda: list(servers.list_by_workspace(there.group, there.workspace))):
        assert 'file server' in refused(call)


def test_the_mount_of_a_file_server(place, nodes):
    from azure.mgmt.batchai import models
    reference = models.FileServerReference(file_server=models.ResourceId(id='/fs'), source_directory='s', relative_mount_path='nfs')
    parameters = job_parameters(place, nodes, 'true', mount_volumes=models.MountVolumes(file_servers=[reference]))
    assert 'properties.mountVolumes.fileServers[0].fileServer' in refused(lambda: place.client.jobs.create(*of(place), 'j', parameters).result())
    assert list(place.client.jobs.list_by_experiment(*of(place))) == []


def with_key(parameters):
    parameters.mount_volumes.azure_file_shares[0].credentials.account_key_secret_reference = vault_secret()


def with_variable(parameters):
    from azure.mgmt.batchai import models
    parameters.secrets = [models.EnvironmentVariableWithSecretValue(name='S', value_secret_reference=vault_secret())]


def with_registry(parameters):
    from azure.mgmt.batchai import models
    credentials = models.PrivateRegistryCredentials(username='u', password_secret_reference=vault_secret())
    parameters.container_settings = models.ContainerSettings(
        image_source_registry=models.ImageSourceRegistry(image='i', credentials=credentials))


@pytest.mark.parametrize('change, field', [
    (with_key, 'mountVolumes.azureFileShares[0].credentials.accountKeySecretReference'),
    (with_variable, 'secrets[0].valueSecretReference'),
    (with_registry, 'containerSettings.imageSourceRegistry.credentials.passwordSecretReference')])
def test_secrets_of_a_key_vault(place, nodes, change, field):
    parameters = job_parameters(place, nodes, 'true')
    change(parameters)
    message = refused(lambda: place.client.jobs.create(*of(place), 'j', parameters).result())
    assert 'Key Vault' in message and field in message, message
    assert list(place.client.jobs.list_by_experiment(*of(place))) == []


def test_a_key_of_application_insights_in_a_key_vault(place):
    from azure.mgmt.batchai import models
    reference = models.AppInsightsReference(component=models.ResourceId(id='/component'), instrumentation_key_secret_reference=vault_secret())
    setup = models.NodeSetup(performance_counters_settings=models.PerformanceCountersSettings(app_insights_reference=reference))
    parameters = cluster_parameters(place.cfg, 0, node_setup=setup)
    message = refused(lambda: place.client.clusters.create(place.group, place.workspace, 'insights', parameters).result())
    assert 'instrumentationKeySecretReference' in message
    assert 'insights' not in [each.name for each in place.client.clusters.list_by_workspace(place.group, place.workspace)]
