"""The guide's right column, run to its end on a fresh server: every one of its lines, twice over where it branches."""
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from guide import GUIDE, assert_trained, copy_guide, lines_never_run, run_guide
from server import Homeport


@pytest.fixture
def copied_guide(tmp_path):
    return copy_guide(tmp_path / 'project')


@pytest.mark.timeout(900)
def test_every_line_of_the_guide_runs(own_homeport, own_ws, copied_guide, tmp_path):
    first = run_guide(own_homeport, copied_guide / 'azure_ml.py', tmp_path / 'first.coverage')
    assert_trained(first)
    assert 'Found existing cluster, use it.' not in [line for _, line in first]
    # The program deletes its cluster: with one made by hand, the other branch runs.
    own_homeport.cli('cluster', 'create', 'nc6', '--vm-size', 'STANDARD_NC6', '--min-nodes', '1', '--max-nodes', '2')
    second = run_guide(own_homeport, copied_guide / 'azure_ml.py', tmp_path / 'second.coverage')
    assert 'Found existing cluster, use it.' in [line for _, line in second]
    assert_trained(second)
    first_step = next(seconds for seconds, line in second if re.match(r'worker \d: step', line))
    # 8 s on a quiet machine, nearly all of it TensorFlow's imports; the bound leaves room for a busy one.
    assert first_step < 30, 'with all in place, the training began only after %.1f s' % first_step

    missed = lines_never_run(copied_guide / 'azure_ml.py', tmp_path / 'first.coverage', tmp_path / 'second.coverage')
    assert not missed, 'lines of the guide that never ran: %s' % missed

    from azureml.core import Experiment
    run = next(iter(Experiment(own_ws, 'tensorflow_experiment').get_runs()))
    names = [name for name in run.get_file_names() if '70_driver_log' in name]
    for worker in (0, 1):
        log = next(name for name in names if 'worker_%d' % worker in name)
        run.download_file(log, output_file_path='log.txt')
        assert re.search(r'^worker %d: step \d+' % worker, open('log.txt').read(), re.M), 'worker %d took steps' % worker
    assert len(run.get_metrics()['loss']) > 5


def test_the_training_script_s_images_are_what_numpy_reads(tmp_path):
    subprocess.run([sys.executable, GUIDE / 'make_mnist_npz.py', tmp_path / 'mnist.npz'], check=True)
    with zipfile.ZipFile(tmp_path / 'mnist.npz') as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ['x_test.npy', 'x_train.npy', 'y_test.npy', 'y_train.npy']
        head = archive.read('x_test.npy')[:128]
        assert head.startswith(b'\x93NUMPY\x01\x00') and b"'shape': (10000, 28, 28)" in head
        assert archive.getinfo('x_train.npy').file_size == 128 + 60000 * 28 * 28


def test_a_missing_data_set_names_what_to_install(tmp_path):
    done = subprocess.run([sys.executable, GUIDE / 'make_mnist_npz.py', tmp_path / 'm.npz', '--source', tmp_path], capture_output=True, text=True)
    assert done.returncode == 1 and 'apt-get install dataset-fashion-mnist' in done.stderr
    assert not (tmp_path / 'm.npz').exists()


@pytest.mark.root
@pytest.mark.timeout(900)
def test_the_guide_runs_for_a_user_who_is_not_root(copied_guide, monkeypatch):
    """Server, nodes and training as `nobody`, in a folder that is nobody's own."""
    folder = Path(tempfile.mkdtemp(prefix='homeport-nobody-'))
    homeport = Homeport(folder, as_user='nobody')
    try:
        shutil.copytree(copied_guide, folder / 'project/guide')
        subprocess.run(['chown', '-R', 'nobody:nogroup', folder], check=True)
        # Its own cache: what root built for other tests is not nobody's to complete.
        monkeypatch.delenv('HOMEPORT_ENVIRONMENTS_DIR', raising=False)
        homeport.up()
        assert_trained(homeport.timed_lines('exec', '--', '/usr/bin/python3', '-u', folder / 'project/guide/azure_ml.py'))
        said = homeport.cli('status').stdout
        assert 'share your identity' in said, said
    finally:
        homeport.close()
        shutil.rmtree(folder, ignore_errors=True)
