"""A server that dies between a PUT and its answer: the client that tries again finds its one job, and the job goes on."""
import pytest

from inhabitant import enter
from jobs import Place, ended, job_parameters, make_cluster, of, read_output, state_of, submit, text_of
from server import wait_for


@pytest.fixture
def own_place(own_homeport, monkeypatch):
    """A place on a server that the test may kill."""
    import utilities
    enter(own_homeport, monkeypatch)
    cfg = utilities.config.Configuration('configuration.json')
    client = utilities.config.create_batchai_client(cfg)
    client.workspaces.create(cfg.resource_group, cfg.workspace, cfg.location).result()
    client.experiments.create(cfg.resource_group, cfg.workspace, 'e').result()
    return Place(client, cfg, cfg.resource_group, cfg.workspace, 'e')


def test_a_put_after_a_killed_server_finds_the_one_job(own_homeport, own_place):
    cluster = make_cluster(own_place, 'nodes', 1)
    parameters = job_parameters(own_place, cluster, 'echo begun; sleep 5; echo done')
    first = own_place.client.jobs.create(*of(own_place), 'once', parameters).result()
    wait_for(lambda: state_of(own_place, 'once') == 'running', 'the job to run')
    own_homeport.kill()
    own_homeport.up()
    again = own_place.client.jobs.create(*of(own_place), 'once', parameters).result()
    assert again.job_output_directory_path_segment == first.job_output_directory_path_segment
    over = ended(own_place, 'once')
    assert text_of(over.execution_state) == 'succeeded', over.execution_info.as_dict()
    assert read_output(own_place, 'once') == 'begun\ndone\n', 'it was not started a second time'
    assert len(list(own_place.client.jobs.list_by_experiment(*of(own_place)))) == 1


def test_operations_outlive_a_killed_server(own_homeport, own_place):
    cluster = make_cluster(own_place, 'nodes', 1)
    job = submit(own_place, cluster, 'sleep 600')
    wait_for(lambda: state_of(own_place, job.name) == 'running', 'the job to run')
    deletion = own_place.client.experiments.delete(*of(own_place))
    own_homeport.kill()
    own_homeport.up()
    deletion.result()
    assert list(own_place.client.experiments.list_by_workspace(own_place.group, own_place.workspace)) == []
