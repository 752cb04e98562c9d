-- Whom a grant to a group lets in is looked up by the group.
CREATE INDEX "people_groups_idx" ON "people" USING GIN ("groups");
