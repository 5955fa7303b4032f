"""Softmax regression on Fashion-MNIST over MPI, in plain Python: each rank takes its part of the images, an allreduce sums the gradients, and
rank 0 says how many of the held-out images are recognized before and after."""
import array
import gzip
import math
import sys

from mpi4py import MPI

PLACE, STRIP, CLASSES = '/usr/share/datasets/fashion-mnist/', 4, 10
SIDE = 28 // STRIP
FEATURES = SIDE * SIDE + 1


def read(images, labels, first, last):
    """Pictures made small by averages of STRIP x STRIP points, and what they show."""
    with gzip.open(PLACE + labels) as file:
        shown = list(file.read()[8 + first:8 + last])
    with gzip.open(PLACE + images) as file:
        points = file.read()[16 + 784 * first:16 + 784 * last]
    return [([sum(points[784 * i + 28 * (STRIP * y + dy) + STRIP * x + dx] for dy in range(STRIP) for dx in range(STRIP)) / (255 * STRIP * STRIP)
              for y in range(SIDE) for x in range(SIDE)] + [1.0], label) for i, label in enumerate(shown)]


def probabilities(weights, picture):
    scores = [sum(map(float.__mul__, weights[FEATURES * c:FEATURES * (c + 1)], picture)) for c in range(CLASSES)]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def gradient(weights, pictures):
    total = [0.0] * (CLASSES * FEATURES)
    for picture, label in pictures:
        for c, probability in enumerate(probabilities(weights, picture)):
            error = probability - (c == label)
            for i, value in enumerate(picture):
                total[FEATURES * c + i] += error * value
    return total


def accuracy(weights, pictures):
    right = 0
    for picture, label in pictures:
        chances = probabilities(weights, picture)
        right += chances.index(max(chances)) == label
    return right / len(pictures)


def main(count, steps):
    world = MPI.COMM_WORLD
    share = count // world.Get_size()
    mine = read('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', share * world.Get_rank(), share * (world.Get_rank() + 1))
    held_out = read('t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz', 0, 500) if world.Get_rank() == 0 else []
    weights = [0.0] * (CLASSES * FEATURES)
    if held_out:
        print('before %.3f' % accuracy(weights, held_out), flush=True)
    for _ in range(steps):
        summed = array.array('d', gradient(weights, mine))
        world.Allreduce(MPI.IN_PLACE, summed)
        weights = [weight - 2.0 * part / (share * world.Get_size()) for weight, part in zip(weights, summed)]
    # All have come to the same weights, though each saw its own images only.
    spread = world.allreduce(sum(weights), MPI.MAX) - world.allreduce(sum(weights), MPI.MIN)
    if held_out:
        print('after %.3f on %d ranks, spread %g' % (accuracy(weights, held_out), world.Get_size(), spread), flush=True)


if __name__ == '__main__':
    main(int(sys.argv[1]), int(sys.argv[2]))
