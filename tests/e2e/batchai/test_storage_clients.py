"""Storage accounts through the gateway: the published names, nothing else said. And the ways in which a program names an endpoint."""
import io
import json
import os
import uuid
from pathlib import Path

import pytest

from clients import python_words, run_inside

PROGRAMS = Path(__file__).with_name('programs')
STEPS = ['container', 'blob', 'blocks', 'range', 'metadata', 'listing', 'signed', 'refused', 'gone']


@pytest.fixture
def account(cfg):
    return cfg.storage_account_name, cfg.storage_account_key


@pytest.fixture
def name():
    return 's' + uuid.uuid4().hex[:12]


def test_blobs_of_2019(account, name):
    from azure.common import AzureMissingResourceHttpError
    from azure.storage.blob import BlockBlobService
    service = BlockBlobService(*account)
    assert service.primary_endpoint == account[0] + '.blob.core.windows.net'
    assert service.create_container(name) and not service.create_container(name, fail_on_exist=False)
    content = os.urandom((9 << 20) + 5)
    service.MAX_SINGLE_PUT_SIZE = 4 << 20
    service.create_blob_from_stream(name, 'folder/big', io.BytesIO(content), max_connections=2)
    assert service.get_blob_to_bytes(name, 'folder/big').content == content
    assert service.get_blob_to_bytes(name, 'folder/big', start_range=7, end_range=16).content == content[7:17]
    service.create_blob_from_text(name, 'folder/small', 'ü', metadata={'a': 'b'})
    assert [blob.name for blob in service.list_blobs(name, prefix='folder/')] == ['folder/big', 'folder/small']
    service.delete_container(name)
    with pytest.raises(AzureMissingResourceHttpError):
        service.get_blob_to_text(name, 'folder/small')


def test_files_of_2019(account, name, tmp_path):
    from azure.common import AzureMissingResourceHttpError
    from azure.storage.file import FileService
    service = FileService(*account)
    service.create_share(name)
    service.create_directory(name, 'Deep')
    service.create_directory(name, 'Deep/er')
    content = os.urandom((5 << 20) + 3)
    (tmp_path / 'file').write_bytes(content)
    service.create_file_from_path(name, 'Deep/er', 'big', str(tmp_path / 'file'))
    assert service.get_file_to_bytes(name, 'deep/ER', 'BIG').content == content, 'the case of a name does not count'
    service.update_range(name, 'Deep/er', 'big', b'0123', 100, 103)
    assert service.get_file_to_bytes(name, 'Deep/er', 'big', start_range=98, end_range=105).content == content[98:100] + b'0123' + content[104:106]
    assert [each.name for each in service.list_directories_and_files(name, 'Deep')] == ['er']
    service.delete_file(name, 'Deep/er', 'big')
    assert not service.exists(name, 'Deep/er', 'big') and service.exists(name, 'Deep/er')
    service.delete_share(name)
    with pytest.raises(AzureMissingResourceHttpError):
        service.get_share_properties(name)


@pytest.mark.parametrize('way', ['custom_domain', 'connection_string'])
def test_an_endpoint_that_the_program_names(homeport, account, name, way):
    from azure.storage.blob import BlockBlobService
    where = homeport.url.split('://')[1] + '/' + account[0]
    if way == 'custom_domain':
        service = BlockBlobService(*account, protocol='http', custom_domain=where)
    else:
        service = BlockBlobService(connection_string='DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=http://%s;' % (*account, where))
    service.create_container(name)
    service.create_blob_from_text(name, 'a', 'text')
    assert BlockBlobService(*account).get_blob_to_text(name, 'a').content == 'text', 'the same account by its published name'
    service.delete_container(name)


def test_an_account_that_is_not_ours_is_told_which_are(account):
    from azure.common import AzureHttpError
    from azure.storage.blob import BlockBlobService
    service = BlockBlobService('someoneelses', account[1])
    service.retry = lambda context: None
    with pytest.raises(AzureHttpError, match=account[0]):
        service.create_container('x')


@pytest.fixture
def facts(homeport, cfg, tmp_path):
    (tmp_path / 'facts.json').write_text(json.dumps({'account': cfg.storage_account_name, 'key': cfg.storage_account_key}))
    return tmp_path / 'facts.json'


def test_the_newest_python_clients(homeport, facts):
    said = run_inside(homeport, python_words('newest', PROGRAMS / 'storage_newest.py', facts))
    assert said.split() == STEPS + ['share', 'files']
