-- How many runs are in each state, kept with every change: counting a hundred thousand rows for each look at the
-- service's figures would cost a scan.

CREATE TABLE run_counts (
  state TEXT NOT NULL PRIMARY KEY,
  runs  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO run_counts (state, runs) SELECT state, count(*) FROM runs GROUP BY state;

CREATE TRIGGER run_counts_insert AFTER INSERT ON runs BEGIN
  INSERT INTO run_counts (state, runs) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER run_counts_update AFTER UPDATE OF state ON runs WHEN old.state <> new.state BEGIN
  UPDATE run_counts SET runs = runs - 1 WHERE state = old.state;
  INSERT INTO run_counts (state, runs) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER run_counts_delete AFTER DELETE ON runs BEGIN
  UPDATE run_counts SET runs = runs - 1 WHERE state = old.state;
END;
