"""Fashion-MNIST in MNIST's own format (Debian's dataset-fashion-mnist), as numpy arrays: images of 784 numbers from 0 to 1, and classes."""
import gzip

import numpy

FOLDER = '/usr/share/datasets/fashion-mnist'


def read(part, folder=FOLDER):
    """('train' or 't10k') -> (images, classes); the files' headers are 16 and 8 bytes long."""
    with gzip.open('%s/%s-images-idx3-ubyte.gz' % (folder, part)) as file:
        images = numpy.frombuffer(file.read(), numpy.uint8, offset=16).reshape(-1, 784).astype(numpy.float32) / 255
    with gzip.open('%s/%s-labels-idx1-ubyte.gz' % (folder, part)) as file:
        classes = numpy.frombuffer(file.read(), numpy.uint8, offset=8).astype(numpy.int64)
    return images, classes
