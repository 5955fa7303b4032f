"""Train one network on 28 x 28 images with several workers and parameter servers (TensorFlow, `tf.compat.v1`).

The service starts this script once for each task of the cluster, and its arguments say which one it is:

    mnist_replica.py --job_name=worker --task_index=0 --ps_hosts=HOST:PORT --worker_hosts=HOST:PORT,HOST:PORT --data_dir=FOLDER

Parameter servers hold the variables. Each worker draws its own batches, computes gradients and applies them when they are
ready, without waiting for the others; --train_steps counts the steps of all workers together. Worker 0, the chief,
initialises the variables, keeps checkpoints and summaries, and evaluates on the held-out images at the end. A parameter
server ends when every worker has told it that it has finished, so all tasks end by themselves and with status 0; if a worker
fails, it is for the service to end the servers. --data_dir holds the four idx.gz files of MNIST or of a data set in its format.
"""
import argparse
import gzip
import os
import struct
import time

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')  # The log belongs to the training, not to TensorFlow's start-up notes.

import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
PIXELS, CLASSES = 28 * 28, 10
UNSIGNED_BYTE = 8        # idx's code of the elements
PRINT_EVERY = 250        # of a worker's own steps
SUMMARY_EVERY = 500      # of all workers' steps
CHECKPOINT_EVERY = 5000
START_DEADLINE = 600     # seconds for the slowest task to arrive


def parse_arguments():
    parser = argparse.ArgumentParser(description='Train a network on MNIST-like images.')
    parser.add_argument('--job_name', choices=['ps', 'worker'], required=True)
    parser.add_argument('--task_index', type=int, default=0)
    parser.add_argument('--ps_hosts', required=True, help='HOST:PORT of each parameter server, separated by commas')
    parser.add_argument('--worker_hosts', required=True, help='HOST:PORT of each worker, separated by commas')
    parser.add_argument('--data_dir', required=True, help='the folder with the four idx.gz files')
    parser.add_argument('--checkpoint_dir', help='where the chief keeps checkpoints')
    parser.add_argument('--log_dir', help='where the chief writes summaries for TensorBoard')
    parser.add_argument('--num_gpus', type=int, default=0, help='GPUs of each worker; 0 means the CPU')
    parser.add_argument('--train_steps', type=int, default=2000, help='steps of all workers together')
    parser.add_argument('--batch_size', type=int, default=64)
    parser.add_argument('--learning_rate', type=float, default=0.005)
    parser.add_argument('--hidden_units', type=int, default=48)
    return parser.parse_args()


def read_idx(path):
    """The array of a gzipped idx file of unsigned bytes."""
    with gzip.open(path) as file:
        zero, kind, dimensions = struct.unpack('>HBB', file.read(4))
        if zero != 0 or kind != UNSIGNED_BYTE:
            raise ValueError('%s is not an idx file of unsigned bytes' % path)
        shape = struct.unpack('>%dI' % dimensions, file.read(4 * dimensions))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def load_images(folder, part):
    """(images, labels) of the part 'train' or 't10k'. Images stay bytes: scaling them all would take 180 MB a worker."""
    images = read_idx(os.path.join(folder, part + '-images-idx3-ubyte.gz'))
    labels = read_idx(os.path.join(folder, part + '-labels-idx1-ubyte.gz'))
    return images.reshape(len(images), PIXELS), labels.astype(np.int64)


def worker_device(index, num_gpus):
    device = '/job:worker/task:%d' % index
    if num_gpus > 0:
        found = len(tf.config.list_physical_devices('GPU'))
        if found:
            return device + '/gpu:%d' % (index % min(num_gpus, found))
        say(index, 'no GPU found, computing on the CPU')
    return device + '/cpu:0'


def counters_of(cluster):
    """One number on each parameter server: how many workers have finished."""
    counters = []
    for index in range(cluster.num_tasks('ps')):
        with tf1.device('/job:ps/task:%d/cpu:0' % index):
            counters.append(tf1.get_variable('finished_%d' % index, initializer=0, trainable=False))
    return counters


def build_model(arguments):
    images = tf1.placeholder(tf.float32, [None, PIXELS])
    labels = tf1.placeholder(tf.int64, [None])

    def dense(inputs, units, name):
        width = int(inputs.shape[1])
        weights = tf1.get_variable(name + '_weights', initializer=tf.random.truncated_normal([width, units], stddev=width ** -0.5))
        return inputs @ weights + tf1.get_variable(name + '_bias', initializer=tf.zeros([units]))

    logits = dense(tf.nn.relu(dense(images / 255.0, arguments.hidden_units, 'hidden')), CLASSES, 'output')
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.float32))
    # The rate falls to nothing by the last step: at a steady one, the accuracy depends on where the last batches threw it.
    global_step = tf1.train.get_or_create_global_step()
    rate = tf1.train.polynomial_decay(arguments.learning_rate, global_step, arguments.train_steps, end_learning_rate=0.0)
    train = tf1.train.AdamOptimizer(rate).minimize(loss, global_step=global_step)
    tf1.summary.scalar('loss', loss)
    tf1.summary.scalar('batch_accuracy', accuracy)
    return images, labels, loss, accuracy, train


def wait_until(condition, what):
    deadline = time.monotonic() + START_DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError('waited %d s for %s' % (START_DEADLINE, what))
        time.sleep(0.05)


def say(worker, text):
    print('worker %d: %s' % (worker, text), flush=True)


def train(arguments, cluster, server):
    index = arguments.task_index
    chief = index == 0
    train_images, train_labels = load_images(arguments.data_dir, 'train')

    # Variables go to the parameter servers in turn, everything else to this worker.
    device = worker_device(index, arguments.num_gpus)
    with tf1.device(tf1.train.replica_device_setter(worker_device=device, cluster=cluster)):
        images, labels, loss, accuracy, train_step = build_model(arguments)
        global_step = tf1.train.get_global_step()
        arrived = tf1.get_variable('arrived', initializer=0, trainable=False)
        arrive = tf1.assign_add(arrived, 1, use_locking=True)
    finish = [tf1.assign_add(counter, 1, use_locking=True) for counter in counters_of(cluster)]

    # A worker talks to itself and to the servers only: another worker that has ended already is none of its business.
    config = tf1.ConfigProto(allow_soft_placement=True, device_filters=['/job:ps', '/job:worker/task:%d' % index])
    if not chief:
        # A MonitoredTrainingSession that comes before the chief looks again only every 30 s.
        uninitialized = tf1.report_uninitialized_variables()
        with tf1.Session(server.target, config=config) as probe:
            wait_until(lambda: not len(probe.run(uninitialized)), 'the chief to initialise the variables')

    draw = np.random.default_rng(seed=index)
    with tf1.train.MonitoredTrainingSession(
            master=server.target, is_chief=chief, config=config, checkpoint_dir=arguments.checkpoint_dir, summary_dir=arguments.log_dir,
            save_checkpoint_steps=CHECKPOINT_EVERY, save_summaries_steps=SUMMARY_EVERY, log_step_count_steps=None) as session:
        def plain(fetches, feed=None):
            """Beside the hooks that keep checkpoints and summaries: they would take it for a step of the training."""
            return session.run_step_fn(lambda step_context: step_context.session.run(fetches, feed))

        # All start together: else a quick worker could take every step before a slow one has begun.
        plain(arrive)
        wait_until(lambda: plain(arrived) >= cluster.num_tasks('worker'), 'the other workers')

        step, taken = 0, 0
        while step < arguments.train_steps:
            batch = draw.integers(len(train_images), size=arguments.batch_size)
            _, loss_now, step = session.run([train_step, loss, global_step],
                                            {images: train_images[batch], labels: train_labels[batch]})
            taken += 1
            if taken % PRINT_EVERY == 0:
                say(index, 'step %d, loss %.3f' % (step, loss_now))
        say(index, 'done at step %d, took %d of the steps' % (step, taken))

        if chief:
            held_out = load_images(arguments.data_dir, 't10k')
            reached = float(plain(accuracy, {images: held_out[0], labels: held_out[1]}))
            print('final accuracy on %d held-out images: %.4f' % (len(held_out[1]), reached), flush=True)

    # After the last checkpoint, which reads the servers.
    with tf1.Session(server.target, config=config) as session:
        session.run(finish)


def serve(arguments, cluster, server):
    index, workers = arguments.task_index, cluster.num_tasks('worker')
    print('parameter server %d: serving %d workers' % (index, workers), flush=True)
    finished = counters_of(cluster)[index]
    ready = tf1.is_variable_initialized(finished)
    with tf1.Session(server.target, config=tf1.ConfigProto(device_filters=['/job:ps/task:%d' % index])) as session:
        while not session.run(ready) or session.run(finished) < workers:
            time.sleep(0.2)
    print('parameter server %d: all workers have finished' % index, flush=True)


def main():
    arguments = parse_arguments()
    tf1.disable_eager_execution()
    cluster = tf1.train.ClusterSpec({'ps': arguments.ps_hosts.split(','), 'worker': arguments.worker_hosts.split(',')})
    # The steps are small: more threads would only wait for one another.
    threads = tf1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=2)
    server = tf1.train.Server(cluster, job_name=arguments.job_name, task_index=arguments.task_index, config=threads)
    (serve if arguments.job_name == 'ps' else train)(arguments, cluster, server)


if __name__ == '__main__':
    main()
