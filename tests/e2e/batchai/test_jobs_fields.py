"""Every field of a job: what is sent comes back as the service showed it, secrets aside, and does what it says."""
import datetime
import uuid

import pytest

from jobs import MOUNT, container_mount, ended, job_parameters, of, output_files, read_output, run_job, share_mount, submit, text_of


def variable(name, value):
    from azure.mgmt.batchai import models
    return models.EnvironmentVariable(name=name, value=value)


def secret(name, value):
    from azure.mgmt.batchai import models
    return models.EnvironmentVariableWithSecretValue(name=name, value=value)


def output(name, prefix=MOUNT, suffix=None):
    from azure.mgmt.batchai import models
    return models.OutputDirectory(id=name, path_prefix=prefix, path_suffix=suffix)


def input_directory(name, path):
    from azure.mgmt.batchai import models
    return models.InputDirectory(id=name, path=path)


def make_container(cfg, name='batchaitests'):
    from azure.storage.blob import BlockBlobService
    service = BlockBlobService(cfg.storage_account_name, cfg.storage_account_key)
    service.create_container(name, fail_on_exist=False)
    return service


def test_every_field_comes_back(place, nodes):
    from azure.mgmt.batchai import models
    make_container(place.cfg)
    sent = dict(
        scheduling_priority='high', nodes=2,
        mount_volumes=models.MountVolumes(
            azure_file_shares=[share_mount(place.cfg)],
            azure_blob_file_systems=[models.AzureBlobFileSystemReference(
                account_name=place.cfg.storage_account_name, container_name='batchaitests', relative_mount_path='bfs', mount_options='-o ro',
                credentials=models.AzureStorageCredentialsInfo(account_key=place.cfg.storage_account_key))],
            unmanaged_file_systems=[models.UnmanagedFileSystemReference(mount_command='mount -t tmpfs none', relative_mount_path='own')]),
        container_settings=models.ContainerSettings(shm_size='16gb', image_source_registry=models.ImageSourceRegistry(
            server_url='registry.example', image='ubuntu', credentials=models.PrivateRegistryCredentials(username='u', password='geheim'))),
        job_preparation=models.JobPreparation(command_line='true'),
        input_directories=[input_directory('DATA', MOUNT + '/data')], output_directories=[output('OUT', suffix='o'), output('PLAIN')],
        environment_variables=[variable('A', '1')], secrets=[secret('S', 'geheim')],
        constraints=models.JobBasePropertiesConstraints(max_wall_clock_time=datetime.timedelta(hours=3)))
    job = submit(place, nodes, 'true', **sent)
    assert 'geheim' not in str(job.as_dict()) and place.cfg.storage_account_key not in str(job.as_dict())
    assert text_of(job.scheduling_priority) == 'high' and job.node_count == 2 and job.cluster.id == nodes.id
    mounts = job.mount_volumes
    share, container, own = mounts.azure_file_shares[0], mounts.azure_blob_file_systems[0], mounts.unmanaged_file_systems[0]
    assert (share.relative_mount_path, share.file_mode, share.directory_mode, share.credentials.account_key) == ('afs', '0777', '0777', None)
    assert (container.container_name, container.mount_options, own.mount_command) == ('batchaitests', '-o ro', 'mount -t tmpfs none')
    image = job.container_settings.image_source_registry
    assert (image.image, image.server_url, image.credentials.username, job.container_settings.shm_size) == ('ubuntu', 'registry.example', 'u', '16gb')
    assert job.job_preparation.command_line == 'true' and job.custom_toolkit_settings.command_line == 'true'
    assert [(each.id, each.path) for each in job.input_directories] == [('DATA', MOUNT + '/data')]
    assert [(each.id, each.path_suffix) for each in job.output_directories] == [('OUT', 'o'), ('PLAIN', None)]
    assert [(each.name, each.value) for each in job.environment_variables] == [('A', '1')]
    assert [(each.name, each.value) for each in job.secrets] == [('S', None)]
    assert job.constraints.max_wall_clock_time == datetime.timedelta(hours=3)
    assert text_of(job.tool_type) == 'custom'
    assert job.std_out_err_path_prefix == MOUNT and text_of(job.provisioning_state) == 'succeeded'
    assert job.job_output_directory_path_segment.startswith('%s/%s/workspaces/%s/experiments/%s/jobs/%s/' % (
        place.cfg.subscription_id, place.group, place.workspace, place.experiment, job.name))
    place.client.jobs.delete(*of(place), job.name).result()


def test_what_is_left_out_is_filled_in(place, nodes):
    job = submit(place, nodes, 'true')
    assert text_of(job.scheduling_priority) == 'normal'
    assert job.constraints.max_wall_clock_time == datetime.timedelta(days=7)
    assert job.secrets is None and job.container_settings is None and job.job_preparation is None


def test_variables_and_secrets_reach_preparation_and_job(place, nodes):
    from azure.mgmt.batchai import models
    job = run_job(place, nodes, 'echo "$GREETING $SECRET_GREETING $PATHS$EMPTY."; cat $AZ_BATCHAI_JOB_TEMP/said',
                  job_preparation=models.JobPreparation(command_line='echo "$GREETING $SECRET_GREETING" >$AZ_BATCHAI_JOB_TEMP/said'),
                  environment_variables=[variable('GREETING', 'job has'), variable('PATHS', '$AZ_BATCHAI_INPUT_NONE/x'), variable('EMPTY', '')],
                  secrets=[secret('SECRET_GREETING', 'a $ecret')])
    assert read_output(place, job.name) == 'job has a $ecret /x.\njob has a $ecret\n'


def test_inputs_and_outputs_on_shares_and_containers(place, nodes):
    from azure.mgmt.batchai import models
    blobs = make_container(place.cfg)
    folder = uuid.uuid4().hex
    blobs.create_blob_from_text('batchaitests', folder + '/in.txt', 'from a blob\n')
    job = run_job(place, nodes, 'cat $AZ_BATCHAI_INPUT_DATA/in.txt | tee $AZ_BATCHAI_OUTPUT_SHARE/s.txt >$AZ_BATCHAI_OUTPUT_BLOBS/b.txt; '
                                'mkdir $AZ_BATCHAI_OUTPUT_SHARE/sub; echo deep >$AZ_BATCHAI_OUTPUT_SHARE/sub/d.txt',
                  mount_volumes=models.MountVolumes(azure_file_shares=[share_mount(place.cfg)],
                                                    azure_blob_file_systems=[container_mount(place.cfg, 'batchaitests')]),
                  input_directories=[input_directory('DATA', '$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs/' + folder)],
                  output_directories=[output('SHARE', suffix='Models'), output('BLOBS', '$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs', 'Models')])
    assert text_of(job.execution_state) == 'succeeded', read_output(place, job.name, 'stderr.txt')
    assert read_output(place, job.name, 's.txt', 'SHARE') == read_output(place, job.name, 'b.txt', 'BLOBS') == 'from a blob\n'
    listed = [(file.name, text_of(file.file_type), file.content_length, bool(file.download_url)) for file in output_files(place, job.name, 'SHARE')]
    assert listed == [('s.txt', 'file', 12, True), ('sub', 'directory', None, False)]
    assert [file.name for file in output_files(place, job.name, 'SHARE', directory='sub')] == ['d.txt']
    name = job.job_output_directory_path_segment + '/outputs/Models/b.txt'
    assert blobs.get_blob_to_text('batchaitests', name).content == 'from a blob\n'


def test_a_directory_on_no_mount_is_the_nodes_own(place, nodes):
    from msrestazure.azure_exceptions import CloudError
    job = run_job(place, nodes, 'echo x >$AZ_BATCHAI_OUTPUT_LOST/x && echo x >$AZ_BATCHAI_OUTPUT_TEMP/x && echo ok',
                  output_directories=[output('LOST', '$AZ_BATCHAI_MOUNT_ROOT/external'), output('TEMP', '/tmp/job-' + uuid.uuid4().hex)])
    assert read_output(place, job.name) == 'ok\n', read_output(place, job.name, 'stderr.txt')
    for directory in ('LOST', 'TEMP'):
        with pytest.raises(CloudError) as caught:
            output_files(place, job.name, directory)
        assert caught.value.status_code == 400 and 'outputDirectoryId %s is not present on a mount root' % directory in caught.value.message


def test_output_that_is_on_no_mount_is_still_the_runs(place, nodes, homeport):
    job = run_job(place, nodes, 'echo to be found', std_out_err_path_prefix='/tmp/nowhere')
    assert 'to be found' in homeport.cli('run', 'logs', job.name).stdout


def test_two_jobs_of_one_name_in_two_experiments(place, nodes):
    other = place._replace(experiment='o-' + uuid.uuid4().hex[:10])
    place.client.experiments.create(*of(other)).result()
    for here, word in ((place, 'one'), (other, 'two')):
        place.client.jobs.create(*of(here), 'same', job_parameters(here, nodes, 'echo ' + word)).result()
    for here, word in ((place, 'one'), (other, 'two')):
        ended(here, 'same')
        assert read_output(here, 'same') == word + '\n'


def test_metrics_of_a_job_are_those_of_its_run(place, nodes, ws):
    from azureml.core import Experiment, Run
    script = 'from azureml.core import Run; run = Run.get_context(); run.log("loss", 0.5); print(run.id)'
    job = run_job(place, nodes, "python -c '%s'" % script)
    assert text_of(job.execution_state) == 'succeeded', read_output(place, job.name, 'stderr.txt')
    run = Run(Experiment(ws, place.experiment), read_output(place, job.name).strip())
    assert run.get_metrics() == {'loss': 0.5}
    assert run.get_status() == 'Completed'


def test_links_last_as_long_as_is_asked(place, nodes):
    job = run_job(place, nodes, 'echo hi')
    before = datetime.datetime.utcnow()
    from urllib.parse import parse_qs, urlparse
    file = next(file for file in output_files(place, job.name, linkexpiryinminutes=10) if file.name == 'stdout.txt')
    link = urlparse(file.download_url)
    query = parse_qs(link.query)
    lasts = datetime.datetime.strptime(query['se'][0], '%Y-%m-%dT%H:%M:%SZ') - before
    assert datetime.timedelta(minutes=9) < lasts < datetime.timedelta(minutes=11)
    assert query['sr'] == ['f'] and link.hostname == place.cfg.storage_account_name + '.file.core.windows.net'
    assert file.last_modified and file.content_length == 3
