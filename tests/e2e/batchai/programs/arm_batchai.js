// A program with Node's @azure/arm-batchai: arm_batchai.js FACTS gateway|endpoint. Prints a line for each step that went well.
"use strict";
const assert = require("assert");
const { readFileSync } = require("fs");
const { BatchAIManagementClient } = require("@azure/arm-batchai");
const { ClientSecretCredential } = require("@azure/identity");
const { ServiceClient } = require("@azure/ms-rest-js");

const facts = JSON.parse(readFileSync(process.argv[2]));
const gateway = process.argv[3] === "gateway";
const group = facts.resource_group;
const workspace = "node-" + Math.random().toString(16).slice(2, 10);
const name = "n";

function makeClient() {
  const options = { longRunningOperationRetryTimeout: 0 };
  if (gateway) {
    const credential = new ClientSecretCredential(facts.aad_tenant, facts.aad_client_id, facts.aad_secret);
    return new BatchAIManagementClient(credential, facts.subscription_id, options);
  }
  const held = { getToken: async () => ({ token: facts.token, expiresOnTimestamp: Date.now() + 3600e3 }) };
  return new BatchAIManagementClient(held, facts.subscription_id, { ...options, baseUri: facts.endpoint });
}

async function waitUntil(condition) {
  for (const deadline = Date.now() + 60e3; !(await condition()); ) {
    assert(Date.now() < deadline, "waited a minute");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function jobParameters(cluster, commandLine) {
  const { name: accountName, key: accountKey } = facts.storage_account;
  const share = {
    accountName,
    credentials: { accountKey },
    azureFileUrl: `https://${accountName}.file.core.windows.net/batchaitests`,
    relativeMountPath: "afs",
  };
  return {
    cluster: { id: cluster.id },
    nodeCount: 1,
    stdOutErrPathPrefix: "$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",
    mountVolumes: { azureFileShares: [share] },
    customToolkitSettings: { commandLine },
  };
}

/** What a link of the service leads to, fetched as the client fetches, through the proxy of the environment, but without its token:
 * that is for the resource manager's eyes only, and the link is good by itself. */
async function read(url) {
  const reply = await new ServiceClient().sendRequest({ url, method: "GET", headers: { Range: "bytes=0-" } });
  assert(reply.status >= 200 && reply.status < 300, String(reply.status));
  return reply.bodyAsText;
}

async function main() {
  const client = makeClient();
  await client.workspaces.create(group, workspace, { location: facts.location });
  console.log("workspace");
  await client.clusters.create(group, workspace, name, {
    vmSize: "STANDARD_D2_V2",
    scaleSettings: { manual: { targetNodeCount: 1 } },
    userAccountSettings: { adminUserName: "me", adminUserPassword: "Word-1234" },
  });
  await waitUntil(async () => (await client.clusters.get(group, workspace, name)).nodeStateCounts.idleNodeCount === 1);
  const cluster = await client.clusters.get(group, workspace, name);
  assert.deepStrictEqual((await client.clusters.listByWorkspace(group, workspace)).map((each) => each.name), [name]);
  console.log("cluster");
  await client.experiments.create(group, workspace, name);
  console.log("experiment");

  const state = async (job) => (await client.jobs.get(group, workspace, name, job)).executionState;
  await client.jobs.create(group, workspace, name, "first", jobParameters(cluster, "echo hello"));
  await waitUntil(async () => ["succeeded", "failed"].includes(await state("first")));
  console.log("job", await state("first"));
  const files = await client.jobs.listOutputFiles(group, workspace, name, "first", { outputdirectoryid: "stdouterr" });
  console.log("files", ...files.map((each) => each.name).filter((each) => each.startsWith("std")).sort());
  const out = files.find((each) => each.name === "stdout.txt");
  console.log("said", gateway ? (await read(out.downloadUrl)).trim() : (await fetch(out.downloadUrl).then((reply) => reply.text())).trim());

  await client.jobs.create(group, workspace, name, "second", jobParameters(cluster, "sleep 600"));
  await waitUntil(async () => (await state("second")) === "running");
  assert.strictEqual((await client.jobs.listRemoteLoginInformation(group, workspace, name, "second")).length, 1);
  await client.jobs.terminate(group, workspace, name, "second");
  await waitUntil(async () => (await state("second")) === "failed");
  console.log("terminated");
  await assert.rejects(client.jobs.get(group, workspace, name, "absent"), (error) => {
    console.log("not found", error.code);
    return error.statusCode === 404;
  });
  await assert.rejects(client.jobs.create(group, workspace, name, "third", { ...jobParameters(cluster, "true"), nodeCount: 0 }), (error) => {
    console.log("refused");
    return error.statusCode === 400;
  });
  await client.workspaces.deleteMethod(group, workspace);
  assert(!(await client.workspaces.listByResourceGroup(group)).some((each) => each.name === workspace));
  console.log("gone");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
