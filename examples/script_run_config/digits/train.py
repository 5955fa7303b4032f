"""Learn scikit-learn's 8 x 8 digits with a logistic regression; log the accuracy and keep the model."""
import argparse
import os
import pickle

from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument('--regularization', type=float, default=0.1, help='larger keeps the weights smaller')
arguments = parser.parse_args()

run = Run.get_context()
images, labels = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images / 16, labels, test_size=0.2, random_state=0)

model = LogisticRegression(C=1 / arguments.regularization, max_iter=500)
model.fit(x_train, y_train)
accuracy = model.score(x_test, y_test)

run.log('regularization', arguments.regularization)
run.log('accuracy', accuracy)
print('accuracy on %d held-out digits: %.4f' % (len(y_test), accuracy))

# What a run leaves in ./outputs becomes a file of the run.
os.makedirs('outputs', exist_ok=True)
with open('outputs/digits.pkl', 'wb') as file:
    pickle.dump(model, file)
