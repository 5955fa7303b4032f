"""Clients that nobody here wrote, unpatched and with no endpoint named, under `homeport exec`."""
import os

from exec_programs import PROGRAMS


def test_a_program_of_2019_signs_in(run_exec, batchai_config, ws):
    assert run_exec.program('batchai-2019', 'sign_in_adal.py', batchai_config).strip() == ws.subscription_id


def test_a_program_of_2019_keeps_blobs(run_exec, batchai_config):
    assert run_exec.program('batchai-2019', 'blobs_2019.py', batchai_config) == 'done\n'


def test_todays_clients_sign_in_and_keep_blobs(run_exec, batchai_config):
    assert run_exec.program('newest', 'blobs_newest.py', batchai_config) == 'done\n'


def test_todays_control_plane_clients(run_exec, batchai_config):
    assert run_exec.program('management', 'management.py', batchai_config) == 'done\n'


def test_node_clients(run_exec, batchai_config, node_clients):
    done = run_exec(node_clients.program, PROGRAMS / 'blobs.js', batchai_config, NODE_PATH=str(node_clients.modules))
    assert done.stdout == 'done\n'


def test_curl_reaches_the_published_names(run_exec, homeport):
    done = run_exec('curl', '-sS', '-w', ' %{http_code} %{ssl_verify_result}', 'https://management.azure.com/healthz')
    assert done.stdout == 'ok\n 200 0'
    done = run_exec('curl', '-sS', '-H', 'Authorization: Bearer ' + homeport.token, 'https://westeurope.api.azureml.ms/tenants?api-version=2019-11-01')
    assert '"value"' in done.stdout
    # What is long-running or linked leads back to the published name.
    done = run_exec('curl', '-sS', '-H', 'Authorization: Bearer ' + homeport.token, 'https://management.azure.com/discovery/workspaces/x')
    assert 'https://management.azure.com' in done.stdout


def test_a_service_of_an_account_that_is_not_built_says_so(run_exec, ws):
    account = ws.get_default_datastore().account_name
    done = run_exec('curl', '-sS', '-w', '%{http_code}', 'https://%s.queue.core.windows.net/?comp=list' % account)
    assert done.stdout.endswith('501') and 'queue' in done.stdout and 'NotImplemented' in done.stdout


def test_pip_and_npm_work(run_exec, node_clients, tmp_path):
    run_exec(run_exec.homeport.environment().get('PYTHON', '/usr/bin/python3'), '-m', 'pip', 'download', '-q', '--no-deps', '--no-cache-dir',
             '-d', tmp_path / 'wheels', 'six==1.16.0')
    assert (tmp_path / 'wheels/six-1.16.0-py2.py3-none-any.whl').exists()
    folder = tmp_path / 'npm'
    folder.mkdir()
    path = '%s:%s' % (node_clients.program.parent, os.environ['PATH'])
    assert run_exec(node_clients.npm, 'view', 'left-pad', 'version', PATH=path).stdout.strip() == '1.3.0'
    run_exec(node_clients.npm, 'install', '--prefix', folder, '--cache', tmp_path / 'cache', '--no-audit', '--no-fund', 'left-pad@1.3.0', PATH=path)
    assert (folder / 'node_modules/left-pad/package.json').exists()
