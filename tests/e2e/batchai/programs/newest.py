"""A program with the newest azure-mgmt-batchai: newest.py FACTS gateway|endpoint. Prints a line for each step that went well."""
import json
import sys
import time
import uuid

import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.batchai import BatchAI, models

FACTS, WAY = json.load(open(sys.argv[1])), sys.argv[2]
GROUP, WORKSPACE, NAME = FACTS['resource_group'], 'newest-' + uuid.uuid4().hex[:8], 'n'


class HeldToken:
    def get_token(self, *scopes, **options):
        return AccessToken(FACTS['token'], int(time.time()) + 3600)


def make_client():
    if WAY == 'gateway':
        return BatchAI(ClientSecretCredential(FACTS['aad_tenant'], FACTS['aad_client_id'], FACTS['aad_secret']), FACTS['subscription_id'])
    return BatchAI(HeldToken(), FACTS['subscription_id'], base_url=FACTS['endpoint'], credential_scopes=['https://management.azure.com/.default'],
                   connection_verify=FACTS['ca'])


def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, 'waited a minute'
        time.sleep(0.2)


def job_parameters(cluster, command):
    account = FACTS['storage_account']
    share = models.AzureFileShareReference(
        account_name=account['name'], credentials=models.AzureStorageCredentialsInfo(account_key=account['key']),
        azure_file_url='https://%s.file.core.windows.net/batchaitests' % account['name'], relative_mount_path='afs')
    return models.JobCreateParameters(
        cluster=models.ResourceId(id=cluster.id), node_count=1, std_out_err_path_prefix='$AZ_BATCHAI_JOB_MOUNT_ROOT/afs',
        mount_volumes=models.MountVolumes(azure_file_shares=[share]),
        custom_toolkit_settings=models.CustomToolkitSettings(command_line=command),
        constraints=models.JobBasePropertiesConstraints(max_wall_clock_time='PT1H'))


def main():
    client = make_client()
    client.workspaces.begin_create(GROUP, WORKSPACE, models.WorkspaceCreateParameters(location=FACTS['location'])).result()
    print('workspace')
    user = models.UserAccountSettings(admin_user_name='me', admin_user_password='Word-1234')
    scale = models.ScaleSettings(manual=models.ManualScaleSettings(target_node_count=1))
    client.clusters.begin_create(GROUP, WORKSPACE, NAME, models.ClusterCreateParameters(
        vm_size='STANDARD_D2_V2', scale_settings=scale, user_account_settings=user)).result()
    wait_until(lambda: client.clusters.get(GROUP, WORKSPACE, NAME).node_state_counts.idle_node_count == 1)
    cluster = client.clusters.get(GROUP, WORKSPACE, NAME)
    assert [each.name for each in client.clusters.list_by_workspace(GROUP, WORKSPACE)] == [NAME]
    print('cluster')
    client.experiments.begin_create(GROUP, WORKSPACE, NAME).result()
    print('experiment')

    def state(job):
        return client.jobs.get(GROUP, WORKSPACE, NAME, job).execution_state
    client.jobs.begin_create(GROUP, WORKSPACE, NAME, 'first', job_parameters(cluster, 'echo hello')).result()
    wait_until(lambda: state('first') in ('succeeded', 'failed'))
    print('job', state('first'))
    options = models.JobsListOutputFilesOptions(outputdirectoryid='stdouterr')
    files = {each.name: each for each in client.jobs.list_output_files(GROUP, WORKSPACE, NAME, 'first', options)}
    print('files', *sorted(name for name in files if name.startswith('std')))
    print('said', requests.get(files['stdout.txt'].download_url, verify=FACTS['ca'] if WAY == 'endpoint' else None).text.strip())

    client.jobs.begin_create(GROUP, WORKSPACE, NAME, 'second', job_parameters(cluster, 'sleep 600')).result()
    wait_until(lambda: state('second') == 'running')
    assert len(list(client.jobs.list_remote_login_information(GROUP, WORKSPACE, NAME, 'second'))) == 1
    client.jobs.begin_terminate(GROUP, WORKSPACE, NAME, 'second').result()
    wait_until(lambda: state('second') == 'failed')
    print('terminated')
    try:
        client.jobs.get(GROUP, WORKSPACE, NAME, 'absent')
    except ResourceNotFoundError as error:
        print('not found', error.error.code)
    try:
        client.jobs.begin_create(GROUP, WORKSPACE, NAME, 'bad name!', job_parameters(cluster, 'true')).result()
    except HttpResponseError as error:
        assert error.status_code == 400, error
        print('refused')
    assert {each.name for each in client.jobs.list_by_experiment(GROUP, WORKSPACE, NAME)} == {'first', 'second'}
    client.workspaces.begin_delete(GROUP, WORKSPACE).result()
    assert WORKSPACE not in [each.name for each in client.workspaces.list_by_resource_group(GROUP)]
    print('gone')


main()
