// The storage emulator as today's Node programs find it, with @azure/storage-blob: node emulator.js. Prints `done`.
const assert = require('assert');
const crypto = require('crypto');
const {BlobClient, BlobServiceClient, ContainerSASPermissions} = require('@azure/storage-blob');

async function main() {
  const service = BlobServiceClient.fromConnectionString('UseDevelopmentStorage=true');
  assert.equal(service.accountName, 'devstoreaccount1');
  const container = service.getContainerClient('of-node');
  await container.create();
  const content = crypto.randomBytes((5 << 20) + 3);
  const blob = container.getBlockBlobClient('deep/ü big');
  await blob.uploadData(content, {blockSize: 1 << 20, maxSingleShotSize: 1 << 20, concurrency: 2});
  assert.ok(content.equals(await blob.downloadToBuffer()));
  const names = [];
  for await (const each of container.listBlobsFlat()) names.push(each.name);
  assert.deepEqual(names, ['deep/ü big']);
  const url = await blob.generateSasUrl({permissions: ContainerSASPermissions.parse('r'), expiresOn: new Date(Date.now() + 3600e3)});
  assert.ok(content.equals(await new BlobClient(url).downloadToBuffer()));
  await container.delete();
  await assert.rejects(blob.getProperties(), {statusCode: 404});
  console.log('done');
}

main().catch((error) => { console.error(error); process.exit(1); });
