-- Jobs are known by a name that is unique in their experiment, and can be deleted.
ALTER TABLE runs ADD COLUMN name TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
CREATE UNIQUE INDEX runs_by_name ON runs (experiment_id, name) WHERE name <> '';
