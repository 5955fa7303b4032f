"""Append and page blobs, leases, snapshots, copies and tiers with azure-storage-blob 1.5.0: old_blob_types.py ENDPOINT ACCOUNT KEY CONTAINER.

ENDPOINT is HOST:PORT/ACCOUNT. Prints `done` at the end; an assertion that fails ends it with a traceback.
"""
import sys

from azure.storage.blob import AppendBlobService, BlockBlobService, DeleteSnapshot, Include, PageBlobService, SequenceNumberAction
from azure.storage.blob.models import StandardBlobTier

from old_failures import fails_with

ENDPOINT, ACCOUNT, KEY, CONTAINER = sys.argv[1:]
FOLDER = 'old types/'
BLOCKS, APPENDS, PAGES = (kind(ACCOUNT, KEY, protocol='http', custom_domain=ENDPOINT)
                          for kind in (BlockBlobService, AppendBlobService, PageBlobService))


def append():
    name = FOLDER + 'log'
    APPENDS.create_blob(CONTAINER, name, metadata={'k': 'v'})
    assert APPENDS.append_block(CONTAINER, name, b'one ', validate_content=True).append_offset == 0
    done = APPENDS.append_block(CONTAINER, name, b'two ', appendpos_condition=4)
    assert (done.append_offset, done.committed_block_count) == (4, 2)
    fails_with(412, 'AppendPositionConditionNotMet', lambda: APPENDS.append_block(CONTAINER, name, b'x', appendpos_condition=4))
    fails_with(412, 'MaxBlobSizeConditionNotMet', lambda: APPENDS.append_block(CONTAINER, name, b'x', maxsize_condition=8))
    APPENDS.append_blob_from_text(CONTAINER, name, 'three')
    seen = APPENDS.get_blob_to_text(CONTAINER, name)
    assert seen.content == 'one two three' and seen.metadata == {'k': 'v'}
    assert (seen.properties.blob_type, seen.properties.append_blob_committed_block_count) == ('AppendBlob', 3)
    fails_with(409, 'InvalidBlobType', lambda: BLOCKS.put_block(CONTAINER, name, b'x', 'id'))


def page():
    name = FOLDER + 'disk'
    PAGES.create_blob(CONTAINER, name, 4096, sequence_number=3)
    assert PAGES.update_page(CONTAINER, name, b'p' * 512, 512, 1023, validate_content=True).sequence_number == 3
    PAGES.update_page(CONTAINER, name, b'q' * 512, 1024, 1535, if_sequence_number_lte=3)
    fails_with(412, 'SequenceNumberConditionNotMet',
               lambda: PAGES.update_page(CONTAINER, name, b'q' * 512, 0, 511, if_sequence_number_lt=3))
    PAGES.clear_page(CONTAINER, name, 512, 1023)
    assert [(found.start, found.end) for found in PAGES.get_page_ranges(CONTAINER, name)] == [(1024, 1535)]
    assert PAGES.get_blob_to_bytes(CONTAINER, name).content == b'\0' * 1024 + b'q' * 512 + b'\0' * 2560
    PAGES.resize_blob(CONTAINER, name, 1536)
    assert PAGES.set_sequence_number(CONTAINER, name, SequenceNumberAction.Increment).sequence_number == 4
    seen = PAGES.get_blob_properties(CONTAINER, name).properties
    assert (seen.blob_type, seen.content_length, seen.page_blob_sequence_number) == ('PageBlob', 1536, 4)
    content = b'r' * 4096 + b'\0' * 4096
    PAGES.create_blob_from_bytes(CONTAINER, FOLDER + 'image', content)
    assert PAGES.get_blob_to_bytes(CONTAINER, FOLDER + 'image').content == content
    fails_with(416, 'InvalidPageRange', lambda: PAGES.update_page(CONTAINER, name, b'q' * 512, 1536, 2047))


def lease():
    name = FOLDER + 'leased'
    BLOCKS.create_blob_from_text(CONTAINER, name, 'one')
    held = BLOCKS.acquire_blob_lease(CONTAINER, name, lease_duration=15)
    fails_with(409, 'LeaseAlreadyPresent', lambda: BLOCKS.acquire_blob_lease(CONTAINER, name))
    fails_with(412, 'LeaseIdMissing', lambda: BLOCKS.create_blob_from_text(CONTAINER, name, 'two'))
    fails_with(412, 'LeaseIdMissing', lambda: BLOCKS.delete_blob(CONTAINER, name))
    BLOCKS.create_blob_from_text(CONTAINER, name, 'two', lease_id=held)
    assert BLOCKS.get_blob_properties(CONTAINER, name).properties.lease.state == 'leased'
    BLOCKS.renew_blob_lease(CONTAINER, name, held)
    other = '22222222-2222-2222-2222-222222222222'
    BLOCKS.change_blob_lease(CONTAINER, name, held, other)
    fails_with(412, 'LeaseIdMismatchWithBlobOperation', lambda: BLOCKS.set_blob_metadata(CONTAINER, name, {'a': 'b'}, lease_id=held))
    assert BLOCKS.break_blob_lease(CONTAINER, name, lease_break_period=0) == 0
    BLOCKS.create_blob_from_text(CONTAINER, name, 'three')
    held = BLOCKS.acquire_blob_lease(CONTAINER, name)
    assert BLOCKS.get_blob_properties(CONTAINER, name).properties.lease.duration == 'infinite'
    BLOCKS.release_blob_lease(CONTAINER, name, held)
    BLOCKS.delete_blob(CONTAINER, name)


def lease_container():
    BLOCKS.create_container('old-leased')
    held = BLOCKS.acquire_container_lease('old-leased')
    fails_with(412, 'LeaseIdMissing', lambda: BLOCKS.delete_container('old-leased'))
    BLOCKS.renew_container_lease('old-leased', held)
    assert BLOCKS.get_container_properties('old-leased').properties.lease.status == 'locked'
    BLOCKS.break_container_lease('old-leased')
    BLOCKS.release_container_lease('old-leased', held)
    BLOCKS.delete_container('old-leased')


def snapshot():
    name = FOLDER + 'kept'
    BLOCKS.create_blob_from_text(CONTAINER, name, 'one')
    first = BLOCKS.snapshot_blob(CONTAINER, name).snapshot
    BLOCKS.create_blob_from_text(CONTAINER, name, 'two')
    second = BLOCKS.snapshot_blob(CONTAINER, name, metadata={'n': '2'}).snapshot
    assert BLOCKS.get_blob_to_text(CONTAINER, name, snapshot=first).content == 'one'
    assert BLOCKS.get_blob_metadata(CONTAINER, name, snapshot=second) == {'n': '2'}
    listed = [(blob.name, blob.snapshot) for blob in BLOCKS.list_blobs(CONTAINER, prefix=name, include=Include.SNAPSHOTS)]
    assert listed == [(name, first), (name, second), (name, None)], listed
    fails_with(409, 'SnapshotsPresent', lambda: BLOCKS.delete_blob(CONTAINER, name))
    BLOCKS.delete_blob(CONTAINER, name, snapshot=first)
    BLOCKS.delete_blob(CONTAINER, name, delete_snapshots=DeleteSnapshot.Only)
    fails_with(404, 'BlobNotFound', lambda: BLOCKS.get_blob_to_text(CONTAINER, name, snapshot=second))
    BLOCKS.snapshot_blob(CONTAINER, name)
    BLOCKS.delete_blob(CONTAINER, name, delete_snapshots=DeleteSnapshot.Include)


def copy_and_tier():
    name = FOLDER + 'source'
    BLOCKS.create_blob_from_text(CONTAINER, name, 'bytes')
    made = BLOCKS.copy_blob(CONTAINER, FOLDER + 'copy', BLOCKS.make_blob_url(CONTAINER, name))
    seen = BLOCKS.get_blob_properties(CONTAINER, FOLDER + 'copy').properties.copy
    assert (seen.id, seen.status, seen.progress) == (made.id, 'success', '5/5')
    fails_with(409, 'NoPendingCopyOperation', lambda: BLOCKS.abort_copy_blob(CONTAINER, FOLDER + 'copy', made.id))
    BLOCKS.set_standard_blob_tier(CONTAINER, name, StandardBlobTier.Archive)
    assert BLOCKS.get_blob_properties(CONTAINER, name).properties.blob_tier == 'Archive'
    fails_with(409, 'BlobArchived', lambda: BLOCKS.get_blob_to_text(CONTAINER, name))
    BLOCKS.set_standard_blob_tier(CONTAINER, name, StandardBlobTier.Hot)
    assert BLOCKS.get_blob_to_text(CONTAINER, name).content == 'bytes'
    APPENDS.create_blob(CONTAINER, FOLDER + 'a log')
    fails_with(409, 'InvalidBlobType', lambda: BLOCKS.copy_blob(CONTAINER, FOLDER + 'a log', BLOCKS.make_blob_url(CONTAINER, name)))


for part in (append, page, lease, lease_container, snapshot, copy_and_tier):
    part()
print('done')
