-- Rows that are there already count as written now.
ALTER TABLE notes ADD COLUMN written timestamptz NOT NULL DEFAULT now();
CREATE INDEX notes_written ON notes (written);
