"""Build the wheel of a pure Python package with the standard library alone: no network, and the same bytes every time.

    make_wheel.py FOLDER_WITH_PYPROJECT OUT.whl [--print-name]
    make_wheel.py FOLDER_WITH_PYPROJECT OUT.zip --package NAME

Knows the keys of pyproject.toml that ours has. --print-name prints the file name that the wheel has to bear, and ends.
--package makes a plain archive of one package of the folder, which need not be in the wheel.
"""
import base64
import fnmatch
import hashlib
import re
import sys
import zipfile
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say


def read_project(folder):
    text = (folder / 'pyproject.toml').read_text(encoding='utf-8')

    def value(key):
        return re.search(r'^%s *= *"([^"]*)"' % re.escape(key), text, re.M).group(1)
    return {key: value(key) for key in ('name', 'version', 'description', 'requires-python')}


def distribution(project):
    return '%s-%s' % (re.sub(r'[-_.]+', '_', project['name']).lower(), project['version'])


def packages_of_the_wheel(folder):
    """The names of the packages that setuptools would take, too."""
    text = (folder / 'pyproject.toml').read_text(encoding='utf-8')
    patterns = re.findall(r'"([^"]+)"', re.search(r'^include *= *\[(.*)\]', text, re.M).group(1))
    names = sorted(path.name for path in folder.iterdir() if (path / '__init__.py').exists())
    return [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def package_files(folder, packages):
    """(name in the archive, content) of every file of the packages, in a fixed order."""
    for package in packages:
        for path in sorted((folder / package).rglob('*')):
            if path.is_file() and '__pycache__' not in path.parts and path.suffix != '.pyc':
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def metadata_files(project):
    metadata = 'Metadata-Version: 2.1\nName: %(name)s\nVersion: %(version)s\nSummary: %(description)s\n' \
               'License: Apache-2.0\nRequires-Python: %(requires-python)s\n' % project
    wheel = 'Wheel-Version: 1.0\nGenerator: homeport\nRoot-Is-Purelib: true\nTag: py3-none-any\n'
    info = distribution(project) + '.dist-info/'
    yield info + 'METADATA', metadata.encode()
    yield info + 'WHEEL', wheel.encode()


def record(entries, info):
    lines = []
    for name, content in entries:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()
        lines.append('%s,sha256=%s,%d\n' % (name, digest, len(content)))
    return info + 'RECORD', (''.join(lines) + info + 'RECORD,,\n').encode()


def make_wheel(folder, target):
    project = read_project(folder)
    entries = [*package_files(folder, packages_of_the_wheel(folder)), *metadata_files(project)]
    entries.append(record(entries, distribution(project) + '.dist-info/'))
    write_archive(entries, target)


def write_archive(entries, target):
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


def main():
    folder = Path(sys.argv[1])
    if '--print-name' in sys.argv:
        print(distribution(read_project(folder)) + '-py3-none-any.whl')
    elif '--package' in sys.argv:
        write_archive(package_files(folder, [sys.argv[sys.argv.index('--package') + 1]]), sys.argv[2])
    else:
        make_wheel(folder, sys.argv[2])


if __name__ == '__main__':
    main()
