// How long @azure/storage-blob takes, in seconds: node sdk_blobs.js CONTAINER_URL LARGE_BYTES SMALL_COUNT -> as sdk_blobs.py
const {ContainerClient} = require('@azure/storage-blob');

const SMALL = 4096;

async function seconds(action) {
  const began = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

// Sixteen at a time.
async function all(names, action) {
  const left = names.slice();
  await Promise.all(Array.from({length: 16}, async () => {
    while (left.length) await action(left.pop());
  }));
}

async function main() {
  const [url, large, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
  const container = new ContainerClient(url);
  const content = Buffer.alloc(large), small = Buffer.alloc(SMALL);
  const names = Array.from({length: count}, (_, number) => `small/${String(number).padStart(4, '0')}-${SMALL}`);
  const big = container.getBlockBlobClient(`large-${large}`);
  const put = (name) => container.getBlockBlobClient(name).upload(small, SMALL);
  const get = async (name) => {
    const bytes = await container.getBlockBlobClient(name).downloadToBuffer(0, SMALL);
    if (bytes.length !== SMALL) throw new Error(String(bytes.length));
  };
  await put(names[0]);  // the first request of a client makes its connection
  const figures = {
    upload: await seconds(() => big.uploadData(content, {blockSize: 4 << 20, maxSingleShotSize: 4 << 20, concurrency: 4})),
    download: await seconds(() => big.downloadToBuffer(0, large, {blockSize: 4 << 20, concurrency: 4})),
    put: await seconds(() => all(names, put)),
    get: await seconds(() => all(names, get)),
  };
  console.log(JSON.stringify(figures));
}

main().catch((error) => { console.error(error); process.exit(1); });
