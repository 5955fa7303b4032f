"""Learn scikit-learn's digits epoch by epoch, and lose nothing when the node is taken away: the checkpoint in ./outputs is a file of the
run, so the next attempt of the run finds it and goes on there.
"""
import argparse
import os
import pickle
import signal
import sys
import time

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

from azureml.core import Run

CHECKPOINT = 'outputs/checkpoint.pkl'

parser = argparse.ArgumentParser()
parser.add_argument('--epochs', type=int, default=30)
parser.add_argument('--pause', type=float, default=0.0, help='seconds added to each epoch, for a drill')
arguments = parser.parse_args()

leaving = False


def leave(signal_number, frame):
    """SIGTERM says that the node will go: end after this epoch, whose checkpoint is then the last."""
    global leaving
    leaving = True


def save(epochs_done, model):
    """A checkpoint is there as a whole or not at all, whenever the process dies."""
    with open(CHECKPOINT + '.new', 'wb') as file:
        pickle.dump((epochs_done, model), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(CHECKPOINT + '.new', CHECKPOINT)


signal.signal(signal.SIGTERM, leave)
run = Run.get_context()
images, labels = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images / 16, labels, test_size=0.2, random_state=0)

os.makedirs('outputs', exist_ok=True)
done, model = 0, SGDClassifier(loss='log_loss', alpha=0.001, random_state=0)
if os.path.exists(CHECKPOINT):
    with open(CHECKPOINT, 'rb') as file:
        done, model = pickle.load(file)
    print('resumed after epoch %d' % done, flush=True)

for epoch in range(done + 1, arguments.epochs + 1):
    model.partial_fit(x_train, y_train, classes=range(10))
    time.sleep(arguments.pause)
    accuracy = model.score(x_test, y_test)
    save(epoch, model)
    run.log('accuracy', accuracy)
    print('epoch %d: accuracy %.4f' % (epoch, accuracy), flush=True)
    if leaving and epoch < arguments.epochs:
        print('leaving after epoch %d' % epoch, flush=True)
        sys.exit(1)

print('final accuracy on %d held-out digits: %.4f' % (len(y_test), model.score(x_test, y_test)))
