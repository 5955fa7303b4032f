"""A rank says, in one line of JSON, where it is and what the ranks' sum is."""
import json
import os
import socket
import sys

from mpi4py import MPI

world = MPI.COMM_WORLD
said = {
    'rank': world.Get_rank(), 'size': world.Get_size(), 'processor': MPI.Get_processor_name(), 'host': socket.gethostname(),
    'cgroup': open('/proc/self/cgroup').read().strip(), 'work': os.getcwd(), 'files': sorted(os.listdir('.')),
    'sum': world.allreduce(world.Get_rank() + 1), 'variables': {name: value for name, value in os.environ.items() if name.startswith('AZ_BATCH')},
    'mine': os.environ.get('MINE'), 'node': open('/proc/self/environ').read().split('HOMEPORT_NODE=')[1].split('\0')[0]}
for rank in range(world.Get_size()):
    world.Barrier()
    if rank == world.Get_rank():
        sys.stdout.write(json.dumps(said) + '\n')  # in one piece: mpirun mixes what ranks write
        sys.stdout.flush()
