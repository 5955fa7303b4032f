// Today's Node clients, with a key and signed in: node blobs.js CONFIGURATION
const fs = require('fs');
const {ClientSecretCredential} = require('@azure/identity');
const {BlobServiceClient, StorageSharedKeyCredential} = require('@azure/storage-blob');

async function main() {
  const config = JSON.parse(fs.readFileSync(process.argv[2]));
  const {name, key} = config.storage_account;
  const signedIn = new ClientSecretCredential(config.aad_tenant, config.aad_client_id, config.aad_secret);
  for (const credential of [new StorageSharedKeyCredential(name, key), signedIn]) {
    const container = new BlobServiceClient(`https://${name}.blob.core.windows.net`, credential).getContainerClient('node');
    await container.createIfNotExists();
    await container.getBlockBlobClient('hello').upload('hello from node', 15);
    const text = (await container.getBlockBlobClient('hello').downloadToBuffer()).toString();
    if (text !== 'hello from node') throw new Error(text);
  }
  console.log('done');
}

main().catch((error) => { console.error(error); process.exit(1); });
