-- What a store searches or sorts by is a column; the rest of each aggregate is its document (JSON, see codec.hpp).
-- Times are microseconds since 1970. Parents are looked up by the use case in its transaction, so there are no foreign
-- keys; removing a workspace or a cluster deletes what hangs on it.

CREATE TABLE workspaces (
  id              TEXT NOT NULL PRIMARY KEY,
  subscription_id TEXT NOT NULL COLLATE NOCASE,
  resource_group  TEXT NOT NULL COLLATE NOCASE,
  name            TEXT NOT NULL COLLATE NOCASE,
  storage_account TEXT NOT NULL COLLATE NOCASE,
  document        TEXT NOT NULL,
  UNIQUE (subscription_id, resource_group, name)
) STRICT;
CREATE UNIQUE INDEX workspaces_by_account ON workspaces (storage_account) WHERE storage_account <> '';

CREATE TABLE clusters (
  id           TEXT NOT NULL PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  name         TEXT NOT NULL COLLATE NOCASE,
  document     TEXT NOT NULL,
  UNIQUE (workspace_id, name)
) STRICT;

CREATE TABLE nodes (
  id         TEXT NOT NULL PRIMARY KEY,
  cluster_id TEXT NOT NULL,
  node_index INTEGER NOT NULL,
  document   TEXT NOT NULL,
  UNIQUE (cluster_id, node_index)
) STRICT;

CREATE TABLE experiments (
  id           TEXT NOT NULL PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  name         TEXT NOT NULL COLLATE NOCASE,
  document     TEXT NOT NULL,
  UNIQUE (workspace_id, name)
) STRICT;

CREATE TABLE runs (
  workspace_id  TEXT NOT NULL,
  id            TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  number        INTEGER NOT NULL,
  state         TEXT NOT NULL,
  parent_id     TEXT NOT NULL,
  target        TEXT NOT NULL,
  hidden        INTEGER NOT NULL,
  submitted     INTEGER NOT NULL, -- 1 if the run has a spec
  created_at    INTEGER NOT NULL,
  queue_order   INTEGER NOT NULL,
  revision      INTEGER NOT NULL,
  document      TEXT NOT NULL,
  UNIQUE (workspace_id, id)
) STRICT;
CREATE INDEX runs_by_time ON runs (workspace_id, created_at, id);
CREATE INDEX runs_by_experiment ON runs (experiment_id, created_at, id);
CREATE INDEX runs_by_parent ON runs (parent_id, workspace_id, created_at, id) WHERE parent_id <> '';
CREATE INDEX runs_unfinished ON runs (queue_order)
  WHERE submitted = 1 AND state NOT IN ('NotStarted', 'Completed', 'Failed', 'Canceled');

-- The last number given out in each experiment, and the last place in the queue.
CREATE TABLE run_numbers (
  experiment_id TEXT NOT NULL PRIMARY KEY,
  workspace_id  TEXT NOT NULL,
  last          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_orders (
  id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO queue_orders (id, last) VALUES (1, 0);

CREATE TABLE attempts (
  workspace_id TEXT NOT NULL,
  run_id       TEXT NOT NULL,
  number       INTEGER NOT NULL,
  token        TEXT NOT NULL,
  state        TEXT NOT NULL,
  document     TEXT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, number)
) STRICT;
CREATE UNIQUE INDEX attempts_live ON attempts (workspace_id, run_id) WHERE state <> 'Ended';

CREATE TABLE metric_series (
  id           INTEGER NOT NULL PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  run_id       TEXT NOT NULL,
  name         TEXT NOT NULL,
  columns      TEXT NOT NULL,
  properties   TEXT NOT NULL,
  row_count    INTEGER NOT NULL,
  UNIQUE (workspace_id, run_id, name)
) STRICT;
-- Rows of a series lie beside each other in the order of arrival; the index makes a repeated batch harmless. A metric_id
-- that is a UUID is kept as its 16 bytes, any other as the text it is: the index is the larger part of an append.
CREATE TABLE metric_rows (
  series_id  INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  metric_id  ANY NOT NULL,
  created_at INTEGER NOT NULL,
  cells      TEXT NOT NULL,
  PRIMARY KEY (series_id, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX metric_rows_once ON metric_rows (series_id, metric_id);

CREATE TABLE datastores (
  workspace_id TEXT NOT NULL,
  name         TEXT NOT NULL COLLATE NOCASE,
  document     TEXT NOT NULL,
  PRIMARY KEY (workspace_id, name)
) STRICT;

CREATE TABLE snapshots (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  document     TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE TABLE operations (
  id           TEXT NOT NULL PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  state        TEXT NOT NULL,
  started_at   INTEGER NOT NULL,
  document     TEXT NOT NULL
) STRICT;
CREATE INDEX operations_unfinished ON operations (started_at, id) WHERE state = 'InProgress';
