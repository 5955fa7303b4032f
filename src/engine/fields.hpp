#pragma once

#include "engine/door.hpp"
#include "engine/journal_record.hpp"
#include "engine/messages.hpp"

namespace homeport::engine {

/// The fields of each message, once, for reading and writing alike: `visit(name, member)`.

template <typename V>
void fields(V& visit, MountOrder& m) {
  visit("source", m.source), visit("target", m.target), visit("readOnly", m.read_only);
}

template <typename V>
void fields(V& visit, CopyOrder& m) {
  visit("source", m.source), visit("target", m.target), visit("overwrite", m.overwrite);
}

template <typename V>
void fields(V& visit, EnvironmentOrder& m) {
  visit("directory", m.directory), visit("steps", m.steps);
  visit("variables", m.variables), visit("log", m.log_name);
}

template <typename V>
void fields(V& visit, ProcessOrder& m) {
  visit("role", m.role), visit("index", m.index), visit("argv", m.argv);
  visit("variables", m.variables), visit("log", m.log_name);
  visit("errorLog", m.error_log_name), visit("directory", m.directory);
  visit("asRoot", m.as_root);
}

template <typename V>
void fields(V& visit, ScratchOrder& m) {
  visit("place", m.place), visit("path", m.path), visit("temporary", m.temporary);
}

template <typename V>
void fields(V& visit, VolumeCommand& m) {
  visit("process", m.process), visit("target", m.target);
}

template <typename V>
void fields(V& visit, DoorOrder& m) {
  visit("directory", m.directory), visit("names", m.names);
  visit("secret", m.secret), visit("process", m.process);
}

template <typename V>
void fields(V& visit, AttemptOrder& m) {
  visit("run", m.run_id), visit("number", m.number), visit("token", m.token);
  visit("nodeIndex", m.node_index), visit("slot", m.slot), visit("head", m.head);
  visit("launchWhenPrepared", m.launch_when_prepared);
  visit("artifacts", m.artifacts), visit("project", m.project);
  visit("snapshot", m.snapshot_zip), visit("preparationLog", m.preparation_log);
  visit("mounts", m.mounts), visit("downloads", m.downloads), visit("uploads", m.uploads);
  visit("environment", m.environment), visit("hosts", m.hosts);
  visit("processes", m.processes), visit("authorization", m.run_token_header);
  visit("folders", m.folders), visit("scratch", m.scratch);
  visit("volumeCommands", m.volume_commands), visit("preparation", m.preparation);
  visit("stays", m.stays), visit("gpus", m.gpus);
  visit("endpointVariables", m.endpoint_variables);
  visit("files", m.files), visit("door", m.door);
}

template <typename V>
void fields(V& visit, ProcessReport& m) {
  visit("role", m.role), visit("index", m.index);
  visit("startedAt", m.started_at), visit("endedAt", m.ended_at);
  visit("exitCode", m.exit_code), visit("signal", m.signal), visit("logTail", m.log_tail);
  visit("outOfMemory", m.out_of_memory);
}

template <typename V>
void fields(V& visit, AttemptReport& m) {
  visit("run", m.run_id), visit("number", m.number), visit("token", m.token);
  visit("phase", m.phase), visit("processes", m.processes);
  visit("error", m.error), visit("errorLogTail", m.error_log_tail);
  visit("warnings", m.warnings);
  visit("errorCode", m.error_code), visit("errorExitCode", m.error_exit_code);
}

template <typename V>
void fields(V& visit, AgentConfig& m) {
  visit("protocol", m.protocol), visit("node", m.node), visit("secret", m.secret);
  visit("mark", m.mark);
  visit("hostName", m.host_name), visit("address", m.address), visit("slot", m.slot);
  visit("uidBase", m.uid_base), visit("firstPort", m.first_port), visit("lastPort", m.last_port);
  visit("dataDirectory", m.data_directory), visit("nodeDirectory", m.node_directory);
  visit("socket", m.socket), visit("hidden", m.hidden), visit("visible", m.visible);
  visit("startProgram", m.start_program);
  visit("namespaces", m.namespaces), visit("heartbeatMs", m.heartbeat_ms);
  visit("drainTo", m.drain_to), visit("groups", m.groups);
  visit("gpus", m.gpus);
}

template <typename V>
void fields(V& visit, Hello& m) {
  visit("protocol", m.protocol), visit("node", m.node), visit("secret", m.secret);
  visit("epoch", m.epoch), visit("lastOrder", m.last_order);
  visit("address", m.address), visit("slot", m.slot), visit("limits", m.limits);
}

template <typename V>
void fields(V& visit, Heartbeat& m) {
  visit("lastOrder", m.last_order);
}

template <typename V>
void fields(V& visit, Welcome& m) {
  visit("protocol", m.protocol), visit("epoch", m.epoch), visit("serverUrl", m.server_url);
}

template <typename V>
void fields(V& visit, LaunchAttempt& m) {
  visit("run", m.run_id), visit("token", m.token);
}

template <typename V>
void fields(V& visit, StopAttempt& m) {
  visit("run", m.run_id), visit("token", m.token);
  visit("processes", m.processes), visit("graceMs", m.grace_ms);
}

template <typename V>
void fields(V& visit, ForgetAttempt& m) {
  visit("run", m.run_id), visit("token", m.token);
}

template <typename V>
void fields(V&, StopNode&) {}

template <typename V>
void fields(V& visit, StartRequest& m) {
  visit("protocol", m.protocol), visit("secret", m.secret);
  visit("command", m.command), visit("variables", m.variables);
}

template <typename V>
void fields(V& visit, StartReply& m) {
  visit("protocol", m.protocol), visit("error", m.error);
  visit("exitCode", m.exit_code), visit("signal", m.signal);
}

template <typename V>
void fields(V& visit, ClaimRecord& m) {
  visit("run", m.run_id), visit("number", m.number), visit("token", m.token);
}

template <typename V>
void fields(V& visit, RequestRecord& m) {
  visit("number", m.number), visit("run", m.run_id), visit("token", m.token);
  visit("method", m.method), visit("target", m.target);
  visit("authorization", m.authorization), visit("contentType", m.content_type);
  visit("body", m.body);
}

template <typename V>
void fields(V& visit, ForwardedRecord& m) {
  visit("number", m.number);
}

}  // namespace homeport::engine
