-- Whose rows a file of an export was made of: it is given to whoever may export all of them when they fetch it, too. Files
-- from before are taken to be of the whole log.
ALTER TABLE log_exports ADD COLUMN for_all boolean NOT NULL DEFAULT true, ADD COLUMN project_ids uuid[];
