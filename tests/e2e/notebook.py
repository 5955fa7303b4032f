"""A notebook executed in a real kernel, watched as a browser tab would: every drawing and redrawing, as it comes."""
import queue
import threading
import time
from typing import NamedTuple

import nbformat
from jupyter_client import BlockingKernelClient, KernelManager
from nbclient import NotebookClient


class Drawing(NamedTuple):
    seconds: float  # since the start of the notebook
    kind: str  # display_data, or update_display_data
    display_id: str
    html: str


class Tab:
    """Listens beside nbclient, which drops what is drawn for a cell that has ended; JupyterLab draws it."""

    def __init__(self, connection_file):
        self.drawings, self.began, self._closed = [], time.monotonic(), threading.Event()
        self._client = BlockingKernelClient(connection_file=connection_file)
        self._client.load_connection_file()
        self._client.start_channels(shell=False, stdin=False, hb=False, control=False)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self):
        while not self._closed.is_set():
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                continue
            if message['msg_type'] in ('display_data', 'update_display_data'):
                content = message['content']
                self.drawings.append(Drawing(time.monotonic() - self.began, message['msg_type'],
                                             content['transient'].get('display_id'), content['data'].get('text/html', '')))

    def close(self):
        self._closed.set()
        self._thread.join()
        self._client.stop_channels()


def execute(cells, folder, environment, timeout=120):
    """(the executed notebook, [Drawing]); raises nbclient.exceptions.CellExecutionError where a cell does."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    manager = KernelManager(kernel_name='python3')
    manager.start_kernel(env=environment, cwd=str(folder))
    try:
        tab = Tab(manager.connection_file)
        try:
            NotebookClient(book, km=manager, timeout=timeout).execute()
        finally:
            tab.close()
    finally:
        manager.shutdown_kernel(now=True)
    return book, tab.drawings
