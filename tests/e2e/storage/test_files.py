"""The Files dialect, spoken by the clients of 2019 and of today; what they see is plain files."""
import base64
import datetime
import os
import uuid
from pathlib import Path

import pytest

from clients import python_words, run_outside


@pytest.fixture
def files(account):
    """The endpoint of the account's shares, path style."""
    return account.url + '.file'


@pytest.fixture
def service(account, files):
    from azure.storage.fileshare import ShareServiceClient
    return ShareServiceClient.from_connection_string(
        'DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;FileEndpoint=%s;' % (account.name, account.key, files))


@pytest.fixture
def share(service):
    """An empty share, gone after the test."""
    share = service.create_share('test-' + uuid.uuid4().hex[:12])
    yield share
    share.delete_share()


@pytest.fixture
def tree(homeport, account, share):
    """Where a person finds the share's files."""
    return homeport.data / 'objects' / (account.name + '.file') / 'blob' / share.share_name


def in_an_hour():
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)


def fails_with(status, code, action):
    from azure.core.exceptions import HttpResponseError
    with pytest.raises(HttpResponseError) as caught:
        action()
    assert (caught.value.status_code, str(getattr(caught.value.error_code, 'value', caught.value.error_code))) == (status, code)


def test_the_client_of_2019_works_as_it_did(homeport, account, files):
    words = python_words('batchai-2019', Path(__file__).with_name('old_files.py'), files.split('://')[1], account.name, account.key)
    assert run_outside(homeport, words).endswith('done\n')


def test_shares_live_from_create_to_delete(service):
    name = 'test-' + uuid.uuid4().hex[:12]
    share = service.create_share(name, metadata={'Colour': 'blue'}, quota=3)
    fails_with(409, 'ShareAlreadyExists', lambda: service.create_share(name))
    seen = share.get_share_properties()
    assert (seen.metadata, seen.quota, seen.access_tier) == ({'Colour': 'blue'}, 3, 'TransactionOptimized')
    share.set_share_quota(11)
    share.set_share_metadata({'a': 'b'})
    found = [found for found in service.list_shares(name_starts_with='test-', include_metadata=True) if found.name == name]
    assert [(found.quota, found.metadata) for found in found] == [(11, {'a': 'b'})]
    assert share.get_share_stats() == 0
    share.delete_share()
    fails_with(404, 'ShareNotFound', share.get_share_properties)


def test_a_folder_goes_up_and_comes_down(share, tmp_path):
    source = tmp_path / 'source'
    for name, size in (('a.bin', 3 << 20), ('deep/er/b.bin', (5 << 20) + 7), ('deep/leer', 0), ('deep/ü a+b%41.txt', 10)):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(os.urandom(size))
    for path in sorted(source.rglob('*')):
        name = path.relative_to(source).as_posix()
        if path.is_dir():
            share.create_directory(name)
        else:
            with path.open('rb') as file:
                share.get_file_client(name).upload_file(file, max_concurrency=2)

    def down(directory, target):
        target.mkdir()
        for entry in directory.list_directories_and_files():
            if entry['is_directory']:
                down(directory.get_subdirectory_client(entry['name']), target / entry['name'])
            else:
                (target / entry['name']).write_bytes(directory.get_file_client(entry['name']).download_file(max_concurrency=2).readall())
    down(share.get_directory_client(), tmp_path / 'back')
    for path in source.rglob('*'):
        if path.is_file():
            assert (tmp_path / 'back' / path.relative_to(source)).read_bytes() == path.read_bytes(), path


def test_what_lies_in_the_tree_is_what_the_client_sees(share, tree):
    share.get_file_client('made.txt').upload_file(b'by the client')
    assert (tree / 'made.txt').read_bytes() == b'by the client'
    (tree / 'folder').mkdir()
    (tree / 'folder/job.txt').write_bytes(b'by a job')
    assert share.get_file_client('folder/job.txt').download_file().readall() == b'by a job'
    assert sorted(entry.name for entry in share.list_directories_and_files()) == ['folder', 'made.txt']
    before = share.get_file_client('folder/job.txt').get_file_properties().etag
    with (tree / 'folder/job.txt').open('ab') as file:
        file.write(b', and more')
    after = share.get_file_client('folder/job.txt').get_file_properties()
    assert after.etag != before and after.size == 18


def test_names_are_found_without_case_and_keep_theirs(share, tree):
    share.create_directory('Data')
    share.get_file_client('data/Größe.TXT').upload_file(b'1')
    assert (tree / 'Data/Größe.TXT').read_bytes() == b'1'
    assert share.get_file_client('DATA/GRÖSSE.txt'.replace('SS', 'ß')).download_file().readall() == b'1'
    fails_with(409, 'ResourceAlreadyExists', lambda: share.create_directory('DATA'))
    share.get_file_client('data/grÖße.txt').upload_file(b'22')
    assert [entry.name for entry in share.get_directory_client('dATA').list_directories_and_files()] == ['Größe.TXT']


def test_properties_and_times_of_files_and_directories(share):
    from azure.storage.fileshare import ContentSettings, NTFSAttributes
    made = datetime.datetime(2001, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
    file = share.get_file_client('f')
    file.create_file(10, content_settings=ContentSettings(content_type='text/plain', content_language='de'), metadata={'k': 'v'},
                     file_attributes=NTFSAttributes(read_only=False, hidden=True), file_creation_time=made, file_last_write_time=made)
    seen = file.get_file_properties()
    assert (seen.size, seen.metadata, seen.content_settings.content_type) == (10, {'k': 'v'}, 'text/plain')
    assert (seen.file_attributes, seen.creation_time, seen.last_write_time) == ('Hidden', made, made)
    assert seen.file_id and seen.parent_id and seen.change_time > made
    file.upload_range(b'x', offset=0, length=1, file_last_write_mode='preserve')
    assert file.get_file_properties().last_write_time == made
    file.upload_range(b'y', offset=0, length=1)
    assert file.get_file_properties().last_write_time > made
    file.set_http_headers(ContentSettings(content_type='a/b'))
    assert file.get_file_properties().content_settings.content_type == 'a/b'
    directory = share.create_directory('d', metadata={'x': 'y'})
    directory.set_http_headers(file_attributes='Hidden', file_last_write_time=made)
    seen = directory.get_directory_properties()
    assert (seen.metadata, seen.file_attributes, seen.last_write_time) == ({'x': 'y'}, 'Directory|Hidden', made)
    listed = {entry.name: entry for entry in share.list_directories_and_files(include=['timestamps', 'Etag', 'Attributes', 'PermissionKey'])}
    assert listed['f'].etag and listed['d'].file_attributes == 'Directory|Hidden' and listed['f'].permission_key


def test_permissions_are_kept_under_a_key(share):
    text = 'O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;WD)'
    key = share.create_permission_for_share(text)
    assert share.get_permission_for_share(key) == text
    file = share.get_file_client('f')
    file.create_file(1, permission_key=key)
    assert file.get_file_properties().permission_key == key
    other = share.get_file_client('g')
    other.create_file(1, file_permission=text)
    assert other.get_file_properties().permission_key == key
    plain = share.get_file_client('h')
    plain.create_file(1)
    assert share.get_permission_for_share(plain.get_file_properties().permission_key).startswith('O:SY')
    fails_with(404, 'ResourceNotFound', lambda: share.get_permission_for_share('../../secrets'))


def test_ranges_resize_and_clear(share, tree):
    file = share.get_file_client('sparse')
    file.create_file(1 << 30)
    file.upload_range(b'a' * 512, offset=1 << 20, length=512)
    file.upload_range(b'b' * 4096, offset=0, length=4096)
    assert [(r['start'], r['end']) for r in file.get_ranges()] == [(0, 4095), (1 << 20, (1 << 20) + 511)]
    assert (tree / 'sparse').stat().st_blocks * 512 < 1 << 20
    file.clear_range(offset=0, length=4096)
    assert [(r['start'], r['end']) for r in file.get_ranges()] == [(1 << 20, (1 << 20) + 511)]
    file.resize_file((1 << 20) + 100)
    assert file.download_file(offset=(1 << 20) - 2).readall() == b'\0\0' + b'a' * 100
    fails_with(416, 'InvalidRange', lambda: file.upload_range(b'c' * 512, offset=1 << 20, length=512))
    fails_with(400, 'Md5Mismatch', lambda: file.upload_range(
        b'c', offset=0, length=1, headers={'Content-MD5': base64.b64encode(b'0' * 16).decode()}))


def test_copies_from_files_and_from_blobs(account, share):
    from azure.storage.blob import BlobServiceClient, generate_blob_sas
    source = share.get_file_client('source')
    source.upload_file(b'bytes', metadata={'k': 'v'})
    copy = share.get_file_client('copy')
    assert copy.start_copy_from_url(source.url)['copy_status'] == 'success'
    seen = copy.get_file_properties()
    assert (copy.download_file().readall(), seen.metadata, seen.copy.status) == (b'bytes', {'k': 'v'}, 'success')
    blobs = BlobServiceClient(account.url, credential={'account_name': account.name, 'account_key': account.key})
    blob = blobs.get_blob_client(account.container, 'for files')
    blob.upload_blob(b'from a blob', overwrite=True)
    sas = generate_blob_sas(account.name, account.container, 'for files', account_key=account.key, permission='r', expiry=in_an_hour())
    target = share.get_file_client('target')
    target.create_file(11)
    target.upload_range_from_url(blob.url + '?' + sas, offset=0, length=4, source_offset=7)
    assert target.download_file().readall() == b'blob' + b'\0' * 7
    target.start_copy_from_url(blob.url + '?' + sas)
    assert target.download_file().readall() == b'from a blob'
    fails_with(404, 'ResourceNotFound', lambda: copy.start_copy_from_url(source.url + '-absent'))


def test_renames_keep_what_is_known(share, tree):
    directory = share.create_directory('old', metadata={'a': '1'})
    share.get_file_client('old/f').upload_file(b'1', metadata={'b': '2'})
    moved = directory.rename_directory('new')
    assert moved.get_directory_properties().metadata == {'a': '1'}
    assert share.get_file_client('new/f').get_file_properties().metadata == {'b': '2'}
    share.get_file_client('other').upload_file(b'22')
    fails_with(409, 'ResourceAlreadyExists', lambda: share.get_file_client('new/f').rename_file('other'))
    share.get_file_client('new/f').rename_file('other', overwrite=True)
    assert share.get_file_client('other').download_file().readall() == b'1'
    (tree / 'new').rename(tree / 'renamed by a job')
    assert share.get_directory_client('renamed by a job').get_directory_properties().metadata == {'a': '1'}


def test_a_sas_allows_what_it_says(account, files, share):
    from azure.storage.fileshare import ShareClient, ShareFileClient, generate_account_sas, generate_file_sas, generate_share_sas
    share.create_directory('d')
    share.get_file_client('d/f').upload_file(b'bytes')
    read = generate_file_sas(account.name, share.share_name, ['d', 'f'], account.key, permission='r', expiry=in_an_hour())
    reader = ShareFileClient(files, share.share_name, 'd/f', credential=read)
    assert reader.download_file().readall() == b'bytes'
    fails_with(403, 'AuthorizationPermissionMismatch', reader.delete_file)
    listing = generate_share_sas(account.name, share.share_name, account.key, permission='l', expiry=in_an_hour())
    lister = ShareClient(files, share.share_name, credential=listing)
    assert [entry.name for entry in lister.list_directories_and_files('d')] == ['f']
    fails_with(403, 'AuthorizationPermissionMismatch', lambda: lister.get_file_client('d/f').download_file())
    whole = generate_account_sas(account.name, account.key, resource_types='sco', permission='rwlc', expiry=in_an_hour())
    writer = ShareClient(files, share.share_name, credential=whole)
    writer.get_file_client('g').upload_file(b'1')
    assert sorted(entry.name for entry in writer.list_directories_and_files()) == ['d', 'g']
    share.set_share_access_policy({'readers': policy('r')})
    named = generate_share_sas(account.name, share.share_name, account.key, policy_id='readers')
    assert ShareClient(files, share.share_name, credential=named).get_file_client('g').download_file().readall() == b'1'


def policy(permission):
    from azure.storage.fileshare import AccessPolicy
    return AccessPolicy(permission=permission, expiry=in_an_hour(), start=in_an_hour() - datetime.timedelta(hours=2))


def test_what_a_job_plants_is_no_file_and_leads_nowhere(share, tree, homeport):
    (tree / 'link').symlink_to('/etc/passwd')
    (tree / 'up').symlink_to(homeport.data / 'secrets')
    os.mkfifo(tree / 'fifo')
    for name in ('link', 'up/ca', 'fifo', '%2e%2e/x'):
        fails_with_any_of((400, 404), lambda: share.get_file_client(name).download_file())
    assert list(share.list_directories_and_files()) == []
    share.get_file_client('link').upload_file(b'mine')
    assert (tree / 'link').read_bytes() == b'mine' and not (tree / 'link').is_symlink()


def fails_with_any_of(statuses, action):
    from azure.core.exceptions import HttpResponseError
    with pytest.raises(HttpResponseError) as caught:
        action()
    assert caught.value.status_code in statuses


def test_what_is_not_built_says_so_by_name(share):
    fails_with(501, 'NotImplemented', share.create_snapshot)


def test_nobody_holds_a_handle(share):
    share.create_directory('d')
    assert list(share.get_directory_client('d').list_handles(recursive=True)) == []
    assert share.get_directory_client('d').close_all_handles()['closed_handles_count'] == 0


def test_ten_thousand_files_are_listed_in_pages(share, tree):
    (tree / 'many').mkdir()
    for number in range(10000):
        (tree / ('many/%05d' % number)).touch()
    pages = list(share.get_directory_client('many').list_directories_and_files().by_page())
    names = [entry.name for page in share.get_directory_client('many').list_directories_and_files().by_page() for entry in page]
    assert len(pages) == 2 and names == ['%05d' % number for number in range(10000)]
