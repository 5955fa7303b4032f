"""What programs of the Batch AI years do with azure-storage-file 1.4.0: old_files.py ENDPOINT ACCOUNT KEY.

ENDPOINT is HOST:PORT/ACCOUNT.file. Prints `done` at the end; an assertion that fails ends it with a traceback.
"""
import base64
import datetime
import os
import sys
import uuid

from azure.storage.file import ContentSettings, FilePermissions, FileService, SharePermissions
from azure.storage.file.models import Directory, File

from old_failures import fails_with

ENDPOINT, ACCOUNT, KEY = sys.argv[1:]
SHARE = 'old-' + uuid.uuid4().hex[:10]


def opened(credential):
    """A service with a part of a connection string that says who one is."""
    return FileService(connection_string='DefaultEndpointsProtocol=http;FileEndpoint=http://%s;%s' % (ENDPOINT, credential))


def shares(service):
    assert service.create_share(SHARE, metadata={'Colour': 'blue'}, quota=7, fail_on_exist=True)
    assert not service.create_share(SHARE)
    fails_with(409, 'ShareAlreadyExists', lambda: service.create_share(SHARE, fail_on_exist=True))
    assert service.get_share_properties(SHARE).properties.quota == 7
    service.set_share_properties(SHARE, 9)
    assert service.get_share_properties(SHARE).properties.quota == 9
    assert service.get_share_metadata(SHARE) == {'Colour': 'blue'}
    service.set_share_metadata(SHARE, {'a': 'b'})
    found = [share for share in service.list_shares(prefix='old-', include_metadata=True) if share.name == SHARE]
    assert len(found) == 1 and found[0].metadata == {'a': 'b'} and found[0].properties.quota == 9
    assert service.get_share_stats(SHARE) == 0
    assert service.exists(SHARE) and not service.exists('absent-share')
    assert service.get_share_acl(SHARE) == {}


def directories(service):
    assert service.create_directory(SHARE, 'deep', metadata={'x': '1'})
    assert service.create_directory(SHARE, 'deep/er') and not service.create_directory(SHARE, 'Deep/ER')
    fails_with(404, 'ParentNotFound', lambda: service.create_directory(SHARE, 'no/where'))
    assert service.get_directory_metadata(SHARE, 'deep') == {'x': '1'}
    service.set_directory_metadata(SHARE, 'deep', {'y': '2'})
    assert service.get_directory_properties(SHARE, 'DEEP').metadata == {'y': '2'}
    fails_with(409, 'DirectoryNotEmpty', lambda: service.delete_directory(SHARE, 'deep', fail_not_exist=True))
    service.create_directory(SHARE, 'gone')
    assert service.delete_directory(SHARE, 'gone') and not service.delete_directory(SHARE, 'gone')
    assert service.exists(SHARE, 'deep/er') and not service.exists(SHARE, 'deep/est')


def files(service):
    service.create_file_from_text(SHARE, 'deep', 'ü a+b.txt', 'grün', content_settings=ContentSettings(content_type='text/plain'),
                                  metadata={'k': 'v'})
    seen = service.get_file_to_text(SHARE, 'deep', 'Ü A+B.TXT')
    assert seen.content == 'grün' and seen.metadata == {'k': 'v'} and seen.properties.content_settings.content_type == 'text/plain'
    service.MAX_SINGLE_GET_SIZE = service.MAX_CHUNK_GET_SIZE = 4 << 20  # what the client itself can check
    content = os.urandom((9 << 20) + 3)
    service.create_file_from_bytes(SHARE, None, 'big', content, max_connections=2, validate_content=True)
    assert service.get_file_to_bytes(SHARE, None, 'big', max_connections=2, validate_content=True).content == content
    assert service.get_file_to_bytes(SHARE, None, 'big', start_range=5, end_range=9).content == content[5:10]
    assert service.get_file_properties(SHARE, None, 'big').properties.content_length == len(content)
    service.create_file_from_bytes(SHARE, None, 'empty', b'')
    assert service.get_file_to_bytes(SHARE, None, 'empty').content == b''
    service.set_file_metadata(SHARE, None, 'big', {'m': 'n'})
    assert service.get_file_metadata(SHARE, None, 'big') == {'m': 'n'}
    service.set_file_properties(SHARE, None, 'big', ContentSettings(content_language='de'))
    assert service.get_file_properties(SHARE, None, 'big').properties.content_settings.content_language == 'de'
    fails_with(404, 'ResourceNotFound', lambda: service.get_file_to_bytes(SHARE, 'deep', 'absent'))


def ranges(service):
    service.create_file(SHARE, 'deep', 'sparse', 1 << 20)
    assert service.list_ranges(SHARE, 'deep', 'sparse') == []
    service.update_range(SHARE, 'deep', 'sparse', b'x' * 512, 0, 511)
    service.update_range(SHARE, 'deep', 'sparse', b'y' * 1024, 65536, 65536 + 1023, validate_content=True)
    assert [(r.start, r.end) for r in service.list_ranges(SHARE, 'deep', 'sparse')] == [(0, 511), (65536, 65536 + 1023)]
    service.clear_range(SHARE, 'deep', 'sparse', 0, 511)
    assert [(r.start, r.end) for r in service.list_ranges(SHARE, 'deep', 'sparse')] == [(65536, 65536 + 1023)]
    fails_with(416, 'InvalidRange', lambda: service.update_range(SHARE, 'deep', 'sparse', b'x' * 512, 1 << 20, (1 << 20) + 511))
    service.resize_file(SHARE, 'deep', 'sparse', 65536 + 512)
    assert service.get_file_to_bytes(SHARE, 'deep', 'sparse').content == b'\0' * 65536 + b'y' * 512
    service.resize_file(SHARE, 'deep', 'sparse', 65536 + 1024)
    assert service.get_file_to_bytes(SHARE, 'deep', 'sparse').content == b'\0' * 65536 + b'y' * 512 + b'\0' * 512


def copies_and_lists(service):
    copy = service.copy_file(SHARE, 'deep', 'copy', service.make_file_url(SHARE, 'deep', 'sparse'))
    assert copy.status == 'success'
    copied = service.get_file_properties(SHARE, 'deep', 'copy')
    assert copied.properties.copy.status == 'success' and copied.properties.content_length == 65536 + 1024
    fails_with(409, 'NoPendingCopyOperation', lambda: service.abort_copy_file(SHARE, 'deep', 'copy', copy.id))
    entries = list(service.list_directories_and_files(SHARE, 'deep'))
    assert {entry.name for entry in entries if isinstance(entry, Directory)} == {'er'}
    assert {entry.name: entry.properties.content_length for entry in entries if isinstance(entry, File)} == {
        'ü a+b.txt': 5, 'sparse': 65536 + 1024, 'copy': 65536 + 1024}
    for number in range(12):
        service.create_file(SHARE, 'deep/er', '%02d' % number, 0)
    page = service.list_directories_and_files(SHARE, 'deep/er', num_results=5)
    rest = service.list_directories_and_files(SHARE, 'deep/er', marker=page.next_marker)
    assert [entry.name for entry in page] + [entry.name for entry in rest] == ['%02d' % number for number in range(12)]
    assert [entry.name for entry in service.list_directories_and_files(SHARE, 'deep/er', prefix='1')] == ['10', '11']
    assert service.delete_file(SHARE, 'deep', 'COPY') is None
    assert not service.exists(SHARE, 'deep', 'copy')


def signatures(service):
    tomorrow = datetime.datetime.utcnow() + datetime.timedelta(days=1)
    token = service.generate_share_shared_access_signature(SHARE, SharePermissions.READ, tomorrow)
    reader = opened('SharedAccessSignature=' + token)
    assert reader.get_file_to_bytes(SHARE, 'deep', 'sparse').content.endswith(b'\0')
    fails_with(403, 'AuthorizationPermissionMismatch', lambda: reader.delete_file(SHARE, 'deep', 'sparse'))
    token = service.generate_file_shared_access_signature(SHARE, 'deep', 'sparse', FilePermissions.READ, tomorrow)
    single = opened('SharedAccessSignature=' + token)
    assert single.get_file_properties(SHARE, 'deep', 'sparse')
    fails_with(403, 'AuthenticationFailed', lambda: single.get_file_to_bytes(SHARE, None, 'big'))
    past = datetime.datetime.utcnow() - datetime.timedelta(days=1)
    token = service.generate_share_shared_access_signature(SHARE, SharePermissions.READ, past)
    late = opened('SharedAccessSignature=' + token)
    fails_with(403, 'AuthenticationFailed', lambda: late.get_file_to_bytes(SHARE, None, 'big'))
    wrong_key = base64.b64encode(b'w' * 64).decode()
    stranger = opened('AccountName=%s;AccountKey=%s' % (ACCOUNT, wrong_key))
    fails_with(403, 'AuthenticationFailed', lambda: stranger.get_file_to_bytes(SHARE, None, 'big'))


def main():
    service = opened('AccountName=%s;AccountKey=%s' % (ACCOUNT, KEY))
    for use in (shares, directories, files, ranges, copies_and_lists, signatures):
        use(service)
    assert service.delete_share(SHARE) and not service.exists(SHARE)
    print('done')


main()
