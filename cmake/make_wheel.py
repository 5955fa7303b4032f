"""Build the wheel of a pure Python package with the standard library alone: no network, and the same bytes every time.

    make_wheel.py FOLDER_WITH_PYPROJECT OUT.whl [--print-name]

Knows the keys of pyproject.toml that ours has. --print-name prints the file name that the wheel has to bear, and ends.
"""
import base64
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


def package_files(folder):
    """(name in the wheel, content) of every file of the packages, in a fixed order."""
    packages = [path for path in sorted(folder.iterdir()) if (path / '__init__.py').exists()]
    for package in packages:
        for path in sorted(package.rglob('*')):
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


def make(folder, target):
    project = read_project(folder)
    entries = [*package_files(folder), *metadata_files(project)]
    entries.append(record(entries, distribution(project) + '.dist-info/'))
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


def main():
    folder = Path(sys.argv[1])
    if '--print-name' in sys.argv:
        print(distribution(read_project(folder)) + '-py3-none-any.whl')
    else:
        make(folder, sys.argv[2])


if __name__ == '__main__':
    main()
