"""Scripts inside a run have the same gateway, with the run's token."""
from sdk import plain_environment, read_log, script_config, sdk_environment

CLIENTS = '''
import os, subprocess
from azure.storage.blob import BlobServiceClient

service = BlobServiceClient('https://%s.blob.core.windows.net' % os.environ['ACCOUNT'], os.environ['ACCOUNT_KEY'])
container = service.get_container_client('from-a-run')
if not container.exists():
    container.create_container()
container.upload_blob('hello', b'from inside', overwrite=True)
print('blob:', container.download_blob('hello').readall().decode())
subprocess.run(['/usr/bin/python3', '-m', 'pip', 'download', '-q', '--no-deps', '--no-cache-dir', '-d', 'wheels', 'six==1.16.0'], check=True)
print('pip:', os.listdir('wheels'))
'''

LOOK = '''
import os
for name in ('HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'SSL_CERT_FILE', 'HTTP_PROXY'):
    print(name, '=', os.environ.get(name))
print('mine', os.environ['AZUREML_RUN_TOKEN'] in os.environ.get('HTTPS_PROXY', ''))
print('bundle', open(os.environ['REQUESTS_CA_BUNDLE']).read().count('BEGIN CERTIFICATE') > 50)
'''


def test_a_script_uses_published_clients_and_pip(ws, cluster, project):
    from azureml.core import Experiment
    environment = sdk_environment()
    environment.python.conda_dependencies.add_pip_package('azure-storage-blob==12.31.1')
    ds = ws.get_default_datastore()
    environment.environment_variables = {'ACCOUNT': ds.account_name, 'ACCOUNT_KEY': ds.account_key}
    run = Experiment(ws, 'gateway').submit(script_config(project(train=CLIENTS), cluster, environment=environment))
    run.wait_for_completion(raise_on_error=False)
    log = read_log(run)
    assert run.get_status() == 'Completed', log
    assert 'blob: from inside' in log and "pip: ['six-1.16.0-py2.py3-none-any.whl']" in log


def test_a_run_has_the_gateway_with_its_own_token(ws, cluster, project, homeport):
    from azureml.core import Experiment
    run = Experiment(ws, 'gateway').submit(script_config(project(train=LOOK), cluster, environment=plain_environment()))
    run.wait_for_completion()
    log = read_log(run)
    assert 'mine True' in log and 'bundle True' in log and 'HTTP_PROXY = None' in log
    assert 'NO_PROXY = localhost,127.0.0.1,::1,' in log
    assert homeport.url.partition('//')[2] in log


def test_what_the_user_sets_wins(ws, cluster, project):
    from azureml.core import Experiment
    environment = plain_environment()
    environment.environment_variables = {'https_proxy': 'http://mine.example:1', 'SSL_CERT_FILE': '/mine.pem'}
    run = Experiment(ws, 'gateway').submit(script_config(project(train=LOOK), cluster, environment=environment))
    run.wait_for_completion()
    log = read_log(run)
    assert 'HTTPS_PROXY = None' in log and 'https_proxy = http://mine.example:1' in log and 'SSL_CERT_FILE = /mine.pem' in log
