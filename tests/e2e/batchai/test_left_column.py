"""The guide's left column, run to its end with the clients of 2019, and the right one after it on the same Homeport."""
import re

import pytest

from guide import GUIDE, assert_trained, copy_guide, lines_never_run, run_guide
from inhabitant import enter
from jobs import Place, output_files, read_output


@pytest.mark.parametrize('program', ['batch_ai.py', 'azure_ml.py', 'tensorflow_samples/mnist_replica.py'])
def test_nothing_in_the_guide_s_programs_names_the_server(program):
    assert 'homeport' not in (GUIDE / program).read_text().lower()


@pytest.mark.timeout(1200)
def test_both_columns_run_one_after_the_other(own_homeport, tmp_path, monkeypatch):
    folder = copy_guide(tmp_path / 'project')
    left = run_guide(own_homeport, folder / 'batch_ai.py', tmp_path / 'left.coverage')
    assert_trained(left)
    missed = lines_never_run(folder / 'batch_ai.py', tmp_path / 'left.coverage')
    assert not missed, 'lines of the guide that never ran: %s' % missed
    assert_reads_like_the_guide([line for _, line in left])
    assert 'nc6' not in [cluster['name'] for cluster in own_homeport.json('cluster', 'list')]

    enter(own_homeport, monkeypatch)
    import utilities
    cfg = utilities.config.Configuration('configuration.json')
    client = utilities.config.create_batchai_client(cfg)
    job = next(iter(client.jobs.list_by_experiment(cfg.resource_group, cfg.workspace, 'tensorflow_experiment')))
    place = Place(client, cfg, cfg.resource_group, cfg.workspace, 'tensorflow_experiment')
    assert_each_task_did_its_part(place, job)

    # The other column, unchanged as well, finds what the first has left.
    right = run_guide(own_homeport, folder / 'azure_ml.py', tmp_path / 'right.coverage')
    assert_trained(right)
    runs = own_homeport.json('run', 'list')
    assert len(runs) == 2 and {run['experiment'] for run in runs} == {'tensorflow_experiment'}, runs
    assert {run['status'] for run in runs} == {'Completed'}


def assert_reads_like_the_guide(lines):
    text = '\n'.join(lines)
    assert re.search(r'^Cluster state: (steady|resizing) Target: 2; Allocated: \d; Idle: \d; ', text, re.M), text
    assert re.search(r'^Created Job tf_\w+ in Experiment tensorflow_experiment$', text, re.M), text
    begin, end = text.index('Waiting for job output to become available...'), text.index('Job state: succeeded ExitCode: 0')
    assert len(re.findall(r'^worker 0: step \d+, loss', text[begin:end], re.M)) > 3, 'the log was streamed'
    links = dict(re.findall(r'^(\S+\.txt) (https://\S+)$', text, re.M))
    for name in ('stdout-wk-0.txt', 'stdout-wk-1.txt', 'stderr-wk-0.txt', 'stderr-wk-1.txt'):
        assert re.match(r'https://\w+\.file\.core\.windows\.net/batchaisample/\S+/stdouterr/%s\?' % re.escape(name), links[name]), links
        assert re.search(r'^stdouterr/%s: \d+ bytes$' % re.escape(name), text, re.M), 'the link of %s was fetched' % name
    assert re.search(r'^MODEL/checkpoint: [1-9]\d* bytes$', text, re.M) and re.search(r'^TENSORBOARD/events\S+: [1-9]\d* bytes$', text, re.M)


def assert_each_task_did_its_part(place, job):
    for worker in (0, 1):
        log = read_output(place, job.name, 'stdout-wk-%d.txt' % worker)
        assert re.search(r'^worker %d: step \d+' % worker, log, re.M) and 'worker %d: done at step' % worker in log
    names = [file.name for file in output_files(place, job.name)]
    servers = [name for name in names if re.match(r'stdout-ps-\d+\.txt', name)]
    assert servers and 'all workers have finished' in read_output(place, job.name, servers[0]), names
    assert job.execution_info.exit_code == 0 and str(getattr(job.tool_type, 'value', job.tool_type)) == 'tensorflow'
