"""PyTorch's DistributedDataParallel over Gloo: every process learns from its own share of the images, and all hold the same model.

The processes find each other by the variables of their run: MASTER_ADDR, MASTER_PORT, RANK, WORLD_SIZE.
"""
import argparse
import os
import socket

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from fashion import read

parser = argparse.ArgumentParser()
parser.add_argument('--steps', type=int, default=150)
parser.add_argument('--batch', type=int, default=64, help='images of each process in each step')
parser.add_argument('--init-method', default='env://', help='env://, or a file on all nodes: $AZ_BATCHAI_PYTORCH_INIT_METHOD')
arguments = parser.parse_args()

torch.manual_seed(0)
torch.set_num_threads(1)
rank, world = int(os.environ['RANK']), int(os.environ['WORLD_SIZE'])
dist.init_process_group('gloo', init_method=arguments.init_method, rank=rank, world_size=world)
print('rank %d of %d on %s, local rank %s' % (rank, world, socket.gethostname(), os.environ['LOCAL_RANK']), flush=True)

images, classes = (torch.from_numpy(array.copy()) for array in read('train'))
images, classes = images[rank::world], classes[rank::world]
model = DistributedDataParallel(torch.nn.Sequential(torch.nn.Linear(784, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)))
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
loss_of = torch.nn.CrossEntropyLoss()

for step in range(arguments.steps):
    at = step * arguments.batch % (len(images) - arguments.batch)
    optimizer.zero_grad()
    loss = loss_of(model(images[at:at + arguments.batch]), classes[at:at + arguments.batch])
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print('rank %d: step %d, loss %.3f' % (rank, step, loss.item()), flush=True)

with torch.no_grad():
    held_out, truth = (torch.from_numpy(array.copy()) for array in read('t10k'))
    accuracy = (model(held_out).argmax(1) == truth).float().mean().item()
weights = sum(parameter.abs().sum().item() for parameter in model.parameters())
print('rank %d: accuracy on %d held-out images %.4f, sum of weights %.6f' % (rank, len(truth), accuracy, weights), flush=True)
dist.barrier()
