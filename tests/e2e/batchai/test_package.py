"""The package `utilities` reaches programs under `homeport exec`, and nobody else."""
import io
import re
import sys
import zipfile

from clients import python_words, run_inside


def test_a_program_finds_it_beside_the_clients_of_2019(homeport):
    said = run_inside(homeport, python_words('batchai-2019', '-c', 'import utilities as utils; print(utils.job.__file__, utils.config.Configuration)'))
    assert said.startswith(str(homeport.data / 'batchai/utilities/job.py'))


def test_without_the_clients_it_says_what_to_install(homeport):
    done = homeport.cli('exec', '--', '/usr/bin/python3', '-c', 'import utilities', env={'PYTHONPATH': ''}, check=False)
    assert done.returncode == 1 and 'pip install azure-mgmt-batchai==2.0.0' in done.stderr


def test_what_the_person_put_on_the_path_comes_first(homeport, tmp_path):
    (tmp_path / 'utilities.py').write_text('mine = True')
    said = homeport.cli('exec', '--', sys.executable, '-c', 'import utilities; print(utilities.mine)', env={'PYTHONPATH': str(tmp_path)})
    assert said.stdout == 'True\n'


def test_it_is_not_in_the_wheel_that_environments_install(homeport):
    page = homeport.request('GET', '/simple/homeport-azureml/', token=None).text
    link = re.search(r'href="([^"#]+)', page).group(1)
    wheel = homeport.request('GET', link if link.startswith('/') else '/simple/homeport-azureml/' + link, token=None)
    names = zipfile.ZipFile(io.BytesIO(wheel.body)).namelist()
    assert {name.split('/')[0].split('-')[0] for name in names} == {'azureml', 'homeport_azureml'}


def test_it_needs_neither_numpy_nor_the_resource_client(homeport):
    program = 'import sys, utilities; print([name for name in sys.modules if name.startswith(("numpy", "azure.mgmt"))])'
    loaded = run_inside(homeport, python_words('batchai-2019', '-c', program))
    assert 'numpy' not in loaded and 'azure.mgmt.resource' not in loaded and 'azure.mgmt.batchai' in loaded
