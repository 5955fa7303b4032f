"""Append and page blobs, leases, snapshots, copies, tiers: with the clients of 2019 and of today, Python and Node."""
import datetime
from pathlib import Path

import pytest

from clients import node_words, python_words, run_outside

HERE = Path(__file__).parent


def code_of(action):
    """The status and code that `action` fails with."""
    from azure.core.exceptions import HttpResponseError
    with pytest.raises(HttpResponseError) as caught:
        action()
    return caught.value.status_code, caught.value.error_code


def test_the_python_client_of_2019(homeport, account):
    words = python_words('batchai-2019', HERE / 'old_blob_types.py', account.url.split('://')[1], account.name, account.key,
                         account.container)
    assert run_outside(homeport, words).endswith('done\n')


def test_the_node_client_of_today(homeport, account):
    words = node_words(HERE / 'blob_types.js', account.url, account.name, account.key, account.container)
    assert run_outside(homeport, words).endswith('done\n')


def test_append_blobs(container):
    blob = container.get_blob_client('log')
    blob.create_append_blob(metadata={'k': 'v'})
    blob.append_block(b'one ', validate_content=True)
    done = blob.append_block(b'two ', appendpos_condition=4)
    assert (done['blob_append_offset'], done['blob_committed_block_count']) == ('4', 2)
    assert code_of(lambda: blob.append_block(b'x', appendpos_condition=4)) == (412, 'AppendPositionConditionNotMet')
    blob.upload_blob(b'three', blob_type='AppendBlob')
    assert blob.download_blob().readall() == b'one two three'
    source = container.upload_blob('source', b'0123456789')
    blob.append_block_from_url(source.url, source_offset=2, source_length=3)
    assert blob.download_blob().readall() == b'one two three234'
    blob.seal_append_blob()
    assert code_of(lambda: blob.append_block(b'x')) == (409, 'BlobIsSealed')
    seen = blob.get_blob_properties()
    assert (seen.blob_type, seen.append_blob_committed_block_count, seen.metadata) == ('AppendBlob', 4, {'k': 'v'})
    assert [(found.name, str(found.blob_type)) for found in container.list_blobs(name_starts_with='log')] == [('log', 'BlobType.APPENDBLOB')]


def test_page_blobs(container):
    blob = container.get_blob_client('disk')
    blob.create_page_blob(8192, sequence_number=1)
    blob.upload_page(b'p' * 1024, 1024, 1024, validate_content=True)
    blob.clear_page(1024, 512)
    assert blob.get_page_ranges()[0] == [{'start': 1536, 'end': 2047}]
    assert [(found.start, found.end) for found in blob.list_page_ranges()] == [(1536, 2047)]
    blob.resize_blob(2048)
    assert blob.set_sequence_number('update', '7')['blob_sequence_number'] == 7
    assert blob.download_blob().readall() == b'\0' * 1536 + b'p' * 512
    assert code_of(lambda: blob.upload_page(b'p' * 512, 2048, 512)) == (416, 'InvalidPageRange')
    assert code_of(lambda: blob.upload_page(b'p' * 512, 0, 512, if_sequence_number_lt=7)) == (412, 'SequenceNumberConditionNotMet')
    copy = container.get_blob_client('disk2')
    copy.start_copy_from_url(blob.url)
    assert (copy.get_blob_properties().blob_type, copy.get_blob_properties().page_blob_sequence_number) == ('PageBlob', 7)


def test_leases(container):
    from azure.storage.blob import BlobLeaseClient
    blob = container.upload_blob('a', b'one')
    lease = blob.acquire_lease(lease_duration=15)
    assert code_of(lambda: blob.upload_blob(b'two', overwrite=True)) == (412, 'LeaseIdMissing')
    assert code_of(lambda: blob.delete_blob(lease=BlobLeaseClient(blob))) == (412, 'LeaseIdMismatchWithBlobOperation')
    assert code_of(blob.acquire_lease) == (409, 'LeaseAlreadyPresent')
    blob.upload_blob(b'two', overwrite=True, lease=lease)
    seen = blob.get_blob_properties().lease
    assert (seen.status, seen.state, seen.duration) == ('locked', 'leased', 'fixed')
    assert [found.lease.state for found in container.list_blobs()] == ['leased']
    lease.renew()
    lease.change('44444444-4444-4444-4444-444444444444')
    assert lease.break_lease(0) == 0
    assert code_of(lease.renew) == (409, 'LeaseIsBrokenAndCannotBeRenewed')
    blob.upload_blob(b'three', overwrite=True)
    held = container.acquire_lease()
    assert code_of(container.delete_container) == (412, 'LeaseIdMissing')
    held.release()


def test_a_lease_and_an_append_outlive_a_killed_server(own_homeport, own_ws):
    from azure.storage.blob import BlobServiceClient
    store = own_ws.get_default_datastore()

    def blob(name):
        service = BlobServiceClient('%s/%s' % (own_homeport.url, store.account_name), credential=store.account_key)
        return service.get_blob_client(store.container_name, name)

    blob('leased').upload_blob(b'one')
    lease = blob('leased').acquire_lease()
    blob('log').create_append_blob()
    blob('log').append_block(b'before ')
    own_homeport.kill()
    own_homeport.up()
    assert code_of(lambda: blob('leased').upload_blob(b'two', overwrite=True)) == (412, 'LeaseIdMissing')
    blob('leased').upload_blob(b'two', overwrite=True, lease=lease.id)
    blob('log').append_block(b'after')
    assert blob('log').download_blob().readall() == b'before after'


def test_snapshots(container):
    blob = container.upload_blob('a', b'one', metadata={'k': 'v'})
    first = blob.create_snapshot()['snapshot']
    blob.upload_blob(b'two', overwrite=True)
    second = blob.create_snapshot(metadata={'n': '2'})['snapshot']
    old = container.get_blob_client('a', snapshot=first)
    assert old.download_blob().readall() == b'one' and old.get_blob_properties().metadata == {'k': 'v'}
    listed = [(found.name, found.snapshot) for found in container.list_blobs(include=['snapshots'], results_per_page=2)]
    assert listed == [('a', first), ('a', second), ('a', None)]
    assert code_of(blob.delete_blob) == (409, 'SnapshotsPresent')
    blob.start_copy_from_url(old.url)
    assert blob.download_blob().readall() == b'one'
    old.delete_blob()
    assert code_of(old.get_blob_properties)[0] == 404
    blob.delete_blob(delete_snapshots='include')
    assert list(container.list_blobs(include=['snapshots'])) == []


def test_copies_and_uploads_from_urls(container):
    from azure.storage.blob import ContentSettings
    source = container.upload_blob('a', b'0123456789', content_settings=ContentSettings(content_type='text/plain'))
    copy = container.get_blob_client('b')
    made = copy.start_copy_from_url(source.url)
    seen = copy.get_blob_properties()
    assert (seen.copy.id, seen.copy.status, seen.copy.progress) == (made['copy_id'], 'success', '10/10')
    assert code_of(lambda: copy.abort_copy(made['copy_id'])) == (409, 'NoPendingCopyOperation')
    assert copy.start_copy_from_url(source.url, requires_sync=True)['copy_status'] == 'success'
    whole = container.get_blob_client('c')
    whole.upload_blob_from_url(source.url, overwrite=True)
    assert whole.download_blob().readall() == b'0123456789' and whole.get_blob_properties().content_settings.content_type == 'text/plain'
    whole.stage_block_from_url('id', source.url, source_offset=2, source_length=3)
    whole.commit_block_list(['id'])
    assert whole.download_blob().readall() == b'234'
    assert code_of(lambda: copy.start_copy_from_url('https://example.com/none'))[0] == 501
    old = datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc)
    assert code_of(lambda: copy.start_copy_from_url(source.url, source_if_unmodified_since=old)) == (412, 'SourceConditionNotMet')


def test_tiers(container):
    from azure.storage.blob import StandardBlobTier
    blob = container.upload_blob('a', b'bytes', standard_blob_tier=StandardBlobTier.COOL)
    assert blob.get_blob_properties().blob_tier == 'Cool'
    blob.set_standard_blob_tier('Archive')
    assert [found.blob_tier for found in container.list_blobs()] == ['Archive']
    assert code_of(blob.download_blob) == (409, 'BlobArchived')
    blob.set_standard_blob_tier('Hot')
    assert blob.download_blob().readall() == b'bytes'


def test_batches(container):
    from azure.storage.blob import PartialBatchErrorException
    names = ['d/%d ü' % number for number in range(30)]
    for name in names:
        container.upload_blob(name, b'x')
    container.set_standard_blob_tier_blobs('Cool', *names[:5])
    assert [found.blob_tier for found in container.list_blobs()].count('Cool') == 5
    assert {part.status_code for part in container.delete_blobs(*names[:20])} == {202}
    with pytest.raises(PartialBatchErrorException) as caught:
        container.delete_blobs(names[0], names[20])
    assert [part.status_code for part in caught.value.parts] == [404, 202]
    assert len(list(container.list_blobs())) == 9


@pytest.mark.parametrize('use, name', [
    (lambda blob: blob.undelete_blob(), 'Undelete Blob'),
    (lambda blob: blob.set_blob_tags({'a': 'b'}), 'Set Blob Tags'),
    (lambda blob: blob.get_blob_tags(), 'Get Blob Tags'),
    (lambda blob: blob.download_blob(version_id='2023-11-14T22:13:20.0000000Z'), 'version'),
    (lambda blob: blob.query_blob('SELECT * from BlobStorage'), 'Query Blob Contents'),
], ids=['undelete', 'set-tags', 'get-tags', 'version', 'query'])
def test_what_is_not_built_says_so_by_name(container, use, name):
    from azure.core.exceptions import HttpResponseError
    blob = container.upload_blob('a', b'bytes')
    with pytest.raises(HttpResponseError) as caught:
        use(blob)
    assert (caught.value.status_code, caught.value.error_code) == (501, 'NotImplemented')
    assert name in caught.value.message
