"""Train one network on 28 x 28 images with several workers and a parameter server (TensorFlow, `tf.compat.v1`).

The service starts this same script once for each task of the cluster and tells it through TF_CONFIG which one it is:

    {"cluster": {"ps": ["host:port"], "worker": ["host:port", "host:port"]},
     "task": {"type": "worker", "index": 0}, "environment": "cloud"}

Parameter servers hold the variables. Each worker draws its own batches, computes gradients and applies them when they are
ready, without waiting for the others; --train_steps counts the steps of all workers together. Worker 0, the chief,
initialises the variables, evaluates on the held-out images at the end, and logs to the run. Without TF_CONFIG the script
is a cluster of one, which is the quickest way to try a change.
"""
import argparse
import json
import os
import time

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')  # The log belongs to the training, not to TensorFlow's start-up notes.

import numpy as np
import tensorflow as tf

from azureml.core import Run

tf1 = tf.compat.v1
PIXELS, CLASSES = 28 * 28, 10
PRINT_EVERY = 20         # of a worker's own steps
START_DEADLINE = 600     # seconds for the slowest worker to arrive


def parse_arguments():
    parser = argparse.ArgumentParser(description='Train a network on MNIST-like images.')
    parser.add_argument('--input_data', required=True, help='mnist.npz, or the folder that holds it')
    parser.add_argument('--num_gpus', type=int, default=0, help='GPUs for each worker; 0 means the CPU')
    parser.add_argument('--train_steps', type=int, default=500, help='steps of all workers together')
    parser.add_argument('--batch_size', type=int, default=100)
    parser.add_argument('--learning_rate', type=float, default=0.004)
    parser.add_argument('--hidden_units', type=int, default=128)
    return parser.parse_args()


def read_cluster():
    """The cluster and this task's place in it. An older service calls worker 0 'master': that is one name too many."""
    config = json.loads(os.environ.get('TF_CONFIG') or '{}')
    hosts = dict(config.get('cluster') or {'worker': ['localhost:0']})
    task = config.get('task') or {'type': 'worker', 'index': 0}
    job, index = task['type'], int(task['index'])
    masters = hosts.pop('master', [])
    hosts['worker'] = masters + hosts.get('worker', [])
    if job == 'worker':
        index += len(masters)
    return tf1.train.ClusterSpec(hosts), 'worker' if job == 'master' else job, index


def load_images(path):
    """((images, labels) to train on, the same held out). Images stay bytes: scaling them all would take 180 MB a worker."""
    if os.path.isdir(path):
        path = os.path.join(path, 'mnist.npz')
    with np.load(path) as data:
        return tuple((data['x_' + part].reshape(-1, PIXELS), data['y_' + part].astype(np.int64)) for part in ('train', 'test'))


def worker_device(index, num_gpus):
    device = '/job:worker/task:%d' % index
    if num_gpus > 0:
        found = len(tf.config.list_physical_devices('GPU'))
        if found:
            return device + '/gpu:%d' % (index % min(num_gpus, found))
        say(index, 'no GPU found, computing on the CPU')
    return device + '/cpu:0'


def build_model(hidden_units, learning_rate, train_steps):
    images = tf1.placeholder(tf.float32, [None, PIXELS])
    labels = tf1.placeholder(tf.int64, [None])

    def dense(inputs, units, name):
        width = int(inputs.shape[1])
        weights = tf1.get_variable(name + '_weights', initializer=tf.random.truncated_normal([width, units], stddev=width ** -0.5))
        return inputs @ weights + tf1.get_variable(name + '_bias', initializer=tf.zeros([units]))

    logits = dense(tf.nn.relu(dense(images / 255.0, hidden_units, 'hidden')), CLASSES, 'output')
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.float32))
    # The rate falls to nothing by the last step: at a steady one, the accuracy depends on where the last batches threw it.
    global_step = tf1.train.get_or_create_global_step()
    rate = tf1.train.polynomial_decay(learning_rate, global_step, train_steps, end_learning_rate=0.0)
    train = tf1.train.AdamOptimizer(rate).minimize(loss, global_step=global_step)
    return images, labels, loss, accuracy, train


def wait_until(condition, what):
    deadline = time.monotonic() + START_DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError('waited %d s for %s' % (START_DEADLINE, what))
        time.sleep(0.05)


def say(worker, text):
    print('worker %d: %s' % (worker, text), flush=True)


def train(arguments, cluster, server, index):
    run = Run.get_context()
    chief = index == 0
    (train_images, train_labels), held_out = load_images(arguments.input_data)

    # Variables go to the parameter servers in turn, everything else to this worker.
    device = worker_device(index, arguments.num_gpus)
    with tf1.device(tf1.train.replica_device_setter(worker_device=device, cluster=cluster)):
        images, labels, loss, accuracy, train_step = build_model(
            arguments.hidden_units, arguments.learning_rate, arguments.train_steps)
        global_step = tf1.train.get_global_step()
        arrived = tf1.get_variable('arrived', initializer=0, trainable=False)
        arrive = tf1.assign_add(arrived, 1, use_locking=True)

    # A worker talks to itself and to the servers only: another worker that has ended already is none of its business.
    config = tf1.ConfigProto(allow_soft_placement=True, device_filters=['/job:ps', '/job:worker/task:%d' % index])
    if not chief:
        # A MonitoredTrainingSession that comes before the chief looks again only every 30 s.
        uninitialized = tf1.report_uninitialized_variables()
        with tf1.Session(server.target, config=config) as probe:
            wait_until(lambda: not len(probe.run(uninitialized)), 'the chief to initialise the variables')

    draw = np.random.default_rng(seed=index)
    with tf1.train.MonitoredTrainingSession(master=server.target, is_chief=chief, config=config) as session:
        # All start together: else a quick worker could take every step before a slow one has begun.
        session.run(arrive)
        wait_until(lambda: session.run(arrived) >= cluster.num_tasks('worker'), 'the other workers')

        step, taken = 0, 0
        while step < arguments.train_steps:
            batch = draw.integers(len(train_images), size=arguments.batch_size)
            _, loss_now, step = session.run([train_step, loss, global_step],
                                            {images: train_images[batch], labels: train_labels[batch]})
            taken += 1
            if taken % PRINT_EVERY == 0:
                say(index, 'step %d, loss %.3f' % (step, loss_now))
                if chief:
                    run.log('loss', float(loss_now))
        say(index, 'done at step %d, took %d of the steps' % (step, taken))

        if chief:
            final_accuracy = float(session.run(accuracy, {images: held_out[0], labels: held_out[1]}))
            run.log('accuracy', final_accuracy)
            print('final accuracy on %d held-out images: %.4f' % (len(held_out[1]), final_accuracy), flush=True)


def main():
    arguments = parse_arguments()
    tf1.disable_eager_execution()
    cluster, job, index = read_cluster()
    server = tf1.train.Server(cluster, job_name=job, task_index=index)
    if job == 'ps':
        print('parameter server %d: serving %d workers' % (index, cluster.num_tasks('worker')), flush=True)
        server.join()  # Never returns: the service ends the servers when the last worker has ended.
    else:
        train(arguments, cluster, server, index)


if __name__ == '__main__':
    main()
