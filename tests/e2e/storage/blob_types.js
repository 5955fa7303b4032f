// Every kind of blob operation with today's Node client: node blob_types.js URL ACCOUNT KEY CONTAINER
const {BlobServiceClient, StorageSharedKeyCredential} = require('@azure/storage-blob');
const assert = require('assert');

const [url, account, key, containerName] = process.argv.slice(2);
const service = new BlobServiceClient(url, new StorageSharedKeyCredential(account, key));
const container = service.getContainerClient(containerName);
const folder = 'node types/';

async function failsWith(status, code, action) {
  const error = await action().then(() => null, (caught) => caught);
  assert(error, `${code} did not come`);
  assert.deepStrictEqual([error.statusCode, error.code], [status, code]);
}

async function text(blob) {
  return (await blob.downloadToBuffer()).toString();
}

async function blocks() {
  const blob = container.getBlockBlobClient(folder + 'blocks');
  const id = (name) => Buffer.from(name).toString('base64');
  await blob.stageBlock(id('a'), 'one', 3);
  await blob.stageBlock(id('b'), 'two', 3);
  await failsWith(400, 'InvalidBlockList', () => blob.commitBlockList([id('a'), id('z')]));
  await blob.commitBlockList([id('b'), id('a')]);
  assert.strictEqual(await text(blob), 'twoone');
  const copy = container.getBlockBlobClient(folder + 'from url');
  await copy.syncUploadFromURL(blob.url);
  assert.strictEqual(await text(copy), 'twoone');
  await copy.stageBlockFromURL(id('c'), blob.url, 1, 2);
  await copy.commitBlockList([id('c')]);
  assert.strictEqual(await text(copy), 'wo');
}

async function append() {
  const blob = container.getAppendBlobClient(folder + 'log');
  await blob.create();
  await blob.appendBlock('one ', 4);
  const second = await blob.appendBlock('two', 3, {conditions: {appendPosition: 4}});
  assert.deepStrictEqual([second.blobAppendOffset, second.blobCommittedBlockCount], ['4', 2]);
  await failsWith(412, 'AppendPositionConditionNotMet', () => blob.appendBlock('x', 1, {conditions: {appendPosition: 4}}));
  const source = container.getBlockBlobClient(folder + 'blocks');
  await blob.appendBlockFromURL(source.url, 0, 3);
  assert.strictEqual(await text(blob), 'one twotwo');
  await blob.seal();
  await failsWith(409, 'BlobIsSealed', () => blob.appendBlock('x', 1));
}

async function pages() {
  const blob = container.getPageBlobClient(folder + 'disk');
  await blob.create(4096, {blobSequenceNumber: 5});
  await blob.uploadPages(Buffer.alloc(512, 'p'), 512, 512, {conditions: {ifSequenceNumberEqualTo: 5}});
  const ranges = await blob.getPageRanges(0, 4096);
  // Its `count` is one less than there are bytes, whoever answers.
  assert.deepStrictEqual(ranges.pageRange, [{offset: 512, count: 511}]);
  await blob.clearPages(512, 512);
  assert.deepStrictEqual((await blob.getPageRanges(0, 4096)).pageRange, []);
  await blob.resize(1024);
  await blob.updateSequenceNumber('max', 9);
  const seen = await blob.getProperties();
  assert.deepStrictEqual([seen.blobType, seen.contentLength, seen.blobSequenceNumber], ['PageBlob', 1024, 9]);
}

async function leases() {
  const blob = container.getBlockBlobClient(folder + 'leased');
  await blob.upload('one', 3);
  const lease = blob.getBlobLeaseClient();
  const {leaseId} = await lease.acquireLease(15);
  await failsWith(412, 'LeaseIdMissing', () => blob.upload('two', 3));
  await blob.upload('two', 3, {conditions: {leaseId}});
  await lease.renewLease();
  await lease.changeLease('33333333-3333-3333-3333-333333333333');
  assert.strictEqual((await blob.getProperties()).leaseState, 'leased');
  assert.strictEqual((await lease.breakLease(0)).leaseTime, 0);
  await blob.delete();
}

async function snapshots() {
  const blob = container.getBlockBlobClient(folder + 'kept');
  await blob.upload('one', 3);
  const {snapshot} = await blob.createSnapshot();
  await blob.upload('two', 3);
  assert.strictEqual(await text(blob.withSnapshot(snapshot)), 'one');
  const listed = [];
  for await (const page of container.listBlobsFlat({prefix: folder + 'kept', includeSnapshots: true}).byPage({maxPageSize: 1})) {
    listed.push(...page.segment.blobItems.map((item) => item.snapshot));
  }
  assert.deepStrictEqual(listed, [snapshot, undefined]);
  await failsWith(409, 'SnapshotsPresent', () => blob.delete());
  await blob.delete({deleteSnapshots: 'include'});
}

async function copies() {
  const source = container.getBlockBlobClient(folder + 'blocks');
  const copy = container.getBlockBlobClient(folder + 'copy');
  const poller = await copy.beginCopyFromURL(source.url);
  assert.strictEqual((await poller.pollUntilDone()).copyStatus, 'success');
  const seen = await copy.getProperties();
  assert.deepStrictEqual([seen.copyStatus, seen.copyProgress], ['success', '6/6']);
  await failsWith(409, 'NoPendingCopyOperation', () => copy.abortCopyFromURL(seen.copyId));
  await copy.syncCopyFromURL(source.url);
  await copy.setAccessTier('Cool');
  assert.strictEqual((await copy.getProperties()).accessTier, 'Cool');
}

async function batches() {
  const blobs = ['one', 'two'].map((name) => container.getBlockBlobClient(`${folder}batch/${name}`));
  for (const blob of blobs) await blob.upload('x', 1);
  const done = await service.getBlobBatchClient().deleteBlobs([...blobs, container.getBlobClient(folder + 'batch/none')]);
  assert.deepStrictEqual([done.subResponsesSucceededCount, done.subResponsesFailedCount], [2, 1]);
}

async function main() {
  for (const part of [blocks, append, pages, leases, snapshots, copies, batches]) await part();
  console.log('done');
}

main().catch((error) => { console.error(error); process.exit(1); });
