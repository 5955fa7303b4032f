"""Datastores: upload, references in a run, and the same files seen from both sides."""
import pytest

from sdk import read_log


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / 'source'
    (source / 'deep').mkdir(parents=True)
    (source / 'one.txt').write_text('one')
    (source / 'deep/two words.txt').write_text('two')
    return source


def test_upload_then_download_gives_the_same_files(ws, folder, tmp_path, capsys):
    ds = ws.get_default_datastore()
    ds.upload(src_dir=str(folder), target_path='round/trip', overwrite=True, show_progress=True)
    assert 'Uploaded' in capsys.readouterr().out
    ds.download(target_path=str(tmp_path / 'back'), prefix='round/trip')
    assert (tmp_path / 'back/round/trip/one.txt').read_text() == 'one'
    assert (tmp_path / 'back/round/trip/deep/two words.txt').read_text() == 'two'


def test_the_default_datastore_names_its_account_and_container(ws):
    ds = ws.get_default_datastore()
    assert ds.datastore_type == 'AzureBlob'
    assert ds.account_name and ds.container_name


def test_a_mount_and_a_download_show_the_uploaded_files(ws, cluster, folder, project):
    from azureml.core import Experiment
    from azureml.train.estimator import Estimator
    ds = ws.get_default_datastore()
    ds.upload(src_dir=str(folder), target_path='seen', overwrite=True)
    script = project(train='''
import argparse, os
parser = argparse.ArgumentParser()
parser.add_argument('--mounted')
parser.add_argument('--copied')
arguments = parser.parse_args()
print(open(os.path.join(arguments.mounted, 'deep', 'two words.txt')).read())
print(open(arguments.copied).read())
print([name for name in os.environ if name.startswith('AZUREML_DATAREFERENCE_')])
''')
    estimator = Estimator(source_directory=str(script), compute_target=cluster, entry_script='train.py', script_params={
        '--mounted': ds.path('seen').as_mount(), '--copied': ds.path('seen/one.txt').as_download()})
    run = Experiment(ws, name='data').submit(estimator)
    assert run.wait_for_completion()['status'] == 'Completed'
    log = read_log(run)
    assert log.startswith('two\none\n')
    assert log.count('AZUREML_DATAREFERENCE_') == 2


def test_what_a_run_writes_through_its_mount_is_at_once_in_the_datastore(ws, cluster, project, tmp_path):
    from azureml.core import Experiment
    from azureml.train.estimator import Estimator
    ds = ws.get_default_datastore()
    (tmp_path / 'seed').mkdir()
    (tmp_path / 'seed/seed.txt').write_text('seed')
    ds.upload(src_dir=str(tmp_path / 'seed'), target_path='written', overwrite=True)
    script = project(train='import sys\nopen(sys.argv[2] + "/result.txt", "w").write("42")\n')
    estimator = Estimator(source_directory=str(script), compute_target=cluster, entry_script='train.py',
                          script_params={'--folder': ds.path('written').as_mount()})
    Experiment(ws, name='data').submit(estimator).wait_for_completion()
    ds.download(target_path=str(tmp_path / 'back'), prefix='written')
    assert (tmp_path / 'back/written/result.txt').read_text() == '42'


def test_the_command_line_copies_and_lists(homeport, ws, folder):
    homeport.cli('data', 'cp', folder / 'one.txt', 'workspaceblobstore:cli/one.txt')
    assert 'cli/one.txt' in homeport.cli('data', 'ls', 'workspaceblobstore:cli').stdout
    homeport.cli('data', 'cp', 'workspaceblobstore:cli/one.txt', 'copied.txt')
    assert (homeport.project / 'copied.txt').read_text() == 'one'
