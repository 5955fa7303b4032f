"""Make an mnist.npz of real images: Debian's dataset-fashion-mnist, in the layout of the file that the guide downloads.

    python3 make_mnist_npz.py mnist.npz [--source /usr/share/datasets/fashion-mnist]

An .npz is a zip of .npy files, and a .npy is a short header before the very bytes that follow an idx file's own header:
so the standard library is enough, and a machine that only sends the training elsewhere needs no numpy.
"""
import argparse
import gzip
import os
import struct
import sys
import zipfile

SOURCE = '/usr/share/datasets/fashion-mnist'
ARRAYS = {
    'x_train': 'train-images-idx3-ubyte.gz',
    'y_train': 'train-labels-idx1-ubyte.gz',
    'x_test': 't10k-images-idx3-ubyte.gz',
    'y_test': 't10k-labels-idx1-ubyte.gz',
}
UNSIGNED_BYTE = 8


def read_idx(path):
    """(shape, bytes) of a gzipped idx file of unsigned bytes; ValueError when it is something else."""
    with gzip.open(path) as file:
        zero, kind, dimensions = struct.unpack('>HBB', file.read(4))
        if zero != 0 or kind != UNSIGNED_BYTE:
            raise ValueError('%s is not an idx file of unsigned bytes' % path)
        shape = struct.unpack('>%dI' % dimensions, file.read(4 * dimensions))
        content = file.read()
    expected = 1
    for length in shape:
        expected *= length
    if len(content) != expected:
        raise ValueError('%s holds %d bytes, its header says %d' % (path, len(content), expected))
    return shape, content


def npy_header(shape):
    """The head of a version 1.0 .npy of unsigned bytes; padded so that the data starts at a multiple of 64."""
    text = "{'descr': '|u1', 'fortran_order': False, 'shape': %r, }" % (tuple(shape),)
    fixed = len(b'\x93NUMPY') + 2 + 2
    text += ' ' * (-(fixed + len(text) + 1) % 64) + '\n'
    return b'\x93NUMPY' + bytes([1, 0]) + struct.pack('<H', len(text)) + text.encode('latin1')


def make(target, source=SOURCE):
    """Writes `target`, or leaves what was there: a half-made file never has the name."""
    partial = target + '.partial'
    with zipfile.ZipFile(partial, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, file in ARRAYS.items():
            shape, content = read_idx(os.path.join(source, file))
            archive.writestr(name + '.npy', npy_header(shape) + content)
    os.replace(partial, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('target')
    parser.add_argument('--source', default=SOURCE)
    arguments = parser.parse_args()
    try:
        make(arguments.target, arguments.source)
    except FileNotFoundError as error:
        sys.exit('%s: not found. On Debian: apt-get install dataset-fashion-mnist' % error.filename)
    except (OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == '__main__':
    main()
