CREATE TABLE resource_groups (
  subscription_id TEXT NOT NULL COLLATE NOCASE,
  name            TEXT NOT NULL COLLATE NOCASE,
  document        TEXT NOT NULL,
  PRIMARY KEY (subscription_id, name)
) STRICT;
