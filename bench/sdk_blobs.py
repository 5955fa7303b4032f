"""How long azure-storage-blob takes, in seconds: sdk_blobs.py CONTAINER_URL LARGE_BYTES SMALL_COUNT -> {"upload", "download", "put", "get"}.

One large blob up and down with four connections; small ones (4 KiB) up and down, sixteen at a time. Names end with the size.
"""
import concurrent.futures
import json
import sys
import time

from azure.storage.blob import ContainerClient

SMALL = 4096


def seconds(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main():
    url, large, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    container = ContainerClient.from_container_url(url)
    content, small = bytes(large), bytes(SMALL)
    names = ['small/%04d-%d' % (number, SMALL) for number in range(count)]
    big = container.get_blob_client('large-%d' % large)

    def download():
        assert len(big.download_blob(max_concurrency=4).readall()) == large

    def put(name):
        container.get_blob_client(name).upload_blob(small, overwrite=True)

    def get(name):
        assert len(container.get_blob_client(name).download_blob().readall()) == SMALL

    put(names[0])  # the first request of a client makes its connection
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        figures = {'upload': seconds(lambda: big.upload_blob(content, overwrite=True, max_concurrency=4)), 'download': seconds(download),
                   'put': seconds(lambda: list(threads.map(put, names))), 'get': seconds(lambda: list(threads.map(get, names)))}
    print(json.dumps(figures))


main()
