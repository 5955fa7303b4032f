"""TensorFlow's MultiWorkerMirroredStrategy: the workers of TF_CONFIG learn one model together, by Keras or by a loop of one's own."""
import argparse
import json
import os
import socket

import tensorflow as tf
import tf_keras

from fashion import read

parser = argparse.ArgumentParser()
parser.add_argument('--loop', choices=['fit', 'own'], default='fit')
parser.add_argument('--steps', type=int, default=150)
parser.add_argument('--batch', type=int, default=128, help='images of all workers in each step')
arguments = parser.parse_args()

# Before anything else of TensorFlow: the strategy starts the server that the other workers wait for.
strategy = tf.distribute.MultiWorkerMirroredStrategy()
task = json.loads(os.environ['TF_CONFIG'])['task']
print('worker %d of %d on %s' % (task['index'], strategy.num_replicas_in_sync, socket.gethostname()), flush=True)

images, classes = read('train')
options = tf.data.Options()
options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
data = tf.data.Dataset.from_tensor_slices((images, classes)).shuffle(10000, seed=0).repeat().batch(arguments.batch).with_options(options)

with strategy.scope():
    model = tf_keras.Sequential([tf_keras.layers.Input((784,)), tf_keras.layers.Dense(64, activation='relu'), tf_keras.layers.Dense(10)])
    optimizer = tf_keras.optimizers.Adam(0.003)
    loss_of = tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction='none')
    model.compile(optimizer, tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])


@tf.function
def step(batch):
    """One step of every worker, each with its share of the batch; the mean loss."""
    def of_worker(inputs, targets):
        with tf.GradientTape() as tape:
            loss = tf.nn.compute_average_loss(loss_of(targets, model(inputs, training=True)), global_batch_size=arguments.batch)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss
    return strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(of_worker, args=batch), axis=None)


if arguments.loop == 'fit':
    model.fit(data, steps_per_epoch=arguments.steps, epochs=1, verbose=2)
else:
    batches = iter(strategy.experimental_distribute_dataset(data))
    for number in range(arguments.steps):
        loss = step(next(batches))
        if number % 50 == 0:
            print('worker %d: step %d, loss %.3f' % (task['index'], number, loss.numpy()), flush=True)

held_out, truth = read('t10k')
logits = model(held_out).numpy()
accuracy = (logits.argmax(1) == truth).mean()
weights = sum(abs(array).sum() for array in model.get_weights())
print('worker %d: accuracy on %d held-out images %.4f, sum of weights %.4f' % (task['index'], len(truth), accuracy, weights), flush=True)
