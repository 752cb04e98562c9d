-- Grants are given to groups, so that who is in one is who may see what.
ALTER TYPE audit.action ADD VALUE 'groups.changed';
