"""The Blob dialect, spoken by the clients of 2019 and of today."""
import base64
import datetime
import uuid
from pathlib import Path

import pytest

from clients import python_words, run_outside


def in_an_hour():
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)


def test_the_client_of_2019_works_as_it_did(homeport, account):
    words = python_words('batchai-2019', Path(__file__).with_name('old_client.py'), account.url.split('://')[1], account.name,
                         account.key, account.container)
    assert run_outside(homeport, words).endswith('done\n')


def test_containers_live_from_create_to_delete(service):
    from azure.core.exceptions import ResourceExistsError
    name = 'test-' + uuid.uuid4().hex[:12]
    made = service.create_container(name, metadata={'Colour': 'blue'})
    with pytest.raises(ResourceExistsError):
        service.create_container(name)
    assert made.get_container_properties().metadata == {'Colour': 'blue'}
    assert name in [found.name for found in service.list_containers(name_starts_with='test-')]
    made.delete_container()
    assert not made.exists()


def test_a_listing_is_sorted_by_whole_names_and_paged(container):
    names = ['d/%02d' % number for number in range(15)] + ['d-x', 'd.y', 'dz', 'd//2', 'd']
    for name in names:
        container.upload_blob(name, b'1')
    assert [blob.name for blob in container.list_blobs(results_per_page=4)] == sorted(names)
    assert sorted(blob.name for blob in container.walk_blobs(delimiter='/')) == ['d', 'd-x', 'd.y', 'd/', 'dz']


def test_a_checked_transfer_comes_back_checked(container):
    content = b'0123456789' * 500_000
    container.upload_blob('checked', content, validate_content=True)
    assert container.download_blob('checked', validate_content=True).readall() == content


def test_an_upload_in_one_piece_larger_than_memory_for_requests(container):
    content = b'0123456789abcdef' * (2 << 20)
    container.upload_blob('whole', content, max_concurrency=1)
    assert container.get_blob_client('whole').get_blob_properties().size == len(content)
    assert container.download_blob('whole').readall() == content


def test_conditions_keep_two_writers_apart(container):
    from azure.core import MatchConditions
    from azure.core.exceptions import ResourceModifiedError
    blob = container.upload_blob('shared', b'first')
    seen = blob.get_blob_properties().etag
    blob.upload_blob(b'second', overwrite=True, etag=seen, match_condition=MatchConditions.IfNotModified)
    with pytest.raises(ResourceModifiedError):
        blob.upload_blob(b'third', overwrite=True, etag=seen, match_condition=MatchConditions.IfNotModified)
    assert blob.download_blob().readall() == b'second'


def test_properties_metadata_and_copies(container):
    from azure.storage.blob import ContentSettings
    blob = container.upload_blob('a', b'bytes', metadata={'a_b': '1', 'ab': '2', 'A1': '3'},
                                 content_settings=ContentSettings(content_type='text/plain', content_language='de'))
    seen = blob.get_blob_properties()
    assert seen.metadata == {'a_b': '1', 'ab': '2', 'A1': '3'}
    assert (seen.content_settings.content_type, seen.content_settings.content_language) == ('text/plain', 'de')
    copy = container.get_blob_client('b')
    assert copy.start_copy_from_url(blob.url)['copy_status'] == 'success'
    blob.set_blob_metadata({'new': 'x'})
    assert copy.get_blob_properties().metadata == seen.metadata and blob.get_blob_properties().metadata == {'new': 'x'}


def test_a_sas_allows_what_it_says(account, container):
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import BlobClient, ContainerClient, generate_blob_sas, generate_container_sas
    container.upload_blob('a', b'bytes')
    url = '%s/%s' % (account.url, container.container_name)
    read = generate_blob_sas(account.name, container.container_name, 'a', account_key=account.key, permission='r', expiry=in_an_hour())
    reader = BlobClient.from_blob_url('%s/a?%s' % (url, read))
    assert reader.download_blob().readall() == b'bytes'
    with pytest.raises(HttpResponseError) as caught:
        reader.delete_blob()
    assert (caught.value.status_code, caught.value.error_code) == (403, 'AuthorizationPermissionMismatch')
    write = generate_container_sas(account.name, container.container_name, account_key=account.key, permission='wl', expiry=in_an_hour())
    writer = ContainerClient.from_container_url('%s?%s' % (url, write))
    writer.upload_blob('b', b'more')
    assert [blob.name for blob in writer.list_blobs()] == ['a', 'b']
    with pytest.raises(HttpResponseError):
        writer.download_blob('a')


def test_a_wrong_key_is_refused(account):
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import ContainerClient
    stranger = ContainerClient(account.url, account.container, credential={
        'account_name': account.name, 'account_key': base64.b64encode(b'w' * 64).decode()})
    with pytest.raises(HttpResponseError) as caught:
        stranger.upload_blob('stolen', b'x' * (3 << 20))
    assert (caught.value.status_code, caught.value.error_code) == (403, 'AuthenticationFailed')
