-- The log goes out to other programs: fetched with a token, or pushed to a webhook. Each way out is in the hand of the
-- person who made it, and counts only while that person may export the log of its projects.
ALTER TYPE audit.action ADD VALUE 'token.made';
ALTER TYPE audit.action ADD VALUE 'token.ended';

-- CreateTable
CREATE TABLE "log_outlets" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "for_all" BOOLEAN NOT NULL,
    "project_ids" UUID[],
    "made_by" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "token_hash" TEXT,
    "until" TIMESTAMPTZ(6),
    "last_used_at" TIMESTAMPTZ(6),
    "webhook_id" UUID,
    "next_block" BIGINT,
    "next_row" INTEGER,
    "unreported" INTEGER NOT NULL DEFAULT 0,
    "reported_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),
    "end_reason" TEXT,

    CONSTRAINT "log_outlets_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "log_outlets_token_hash_key" ON "log_outlets"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "log_outlets_webhook_id_key" ON "log_outlets"("webhook_id");

-- AddForeignKey
ALTER TABLE "log_outlets" ADD CONSTRAINT "log_outlets_made_by_fkey" FOREIGN KEY ("made_by") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "log_outlets" ADD CONSTRAINT "log_outlets_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE log_outlets
  ALTER COLUMN project_ids SET NOT NULL,
  ADD CONSTRAINT log_outlets_scope CHECK (for_all = (cardinality(project_ids) = 0)),
  ADD CONSTRAINT log_outlets_kind CHECK (CASE kind
    WHEN 'token' THEN num_nulls(token_hash, until) = 0 AND num_nonnulls(webhook_id, next_block, next_row) = 0
    WHEN 'push' THEN num_nonnulls(token_hash, until) = 0 AND num_nulls(webhook_id, next_block, next_row) = 0
    ELSE false END),
  -- no token for good; the clocks of portal and database may differ by a little
  ADD CONSTRAINT log_outlets_until CHECK (until <= made_at + interval '365 days 1 hour');

-- Whose it is, how far it reaches and how long it counts stays as it was made; what has ended stays so.
CREATE FUNCTION refuse_other_outlet() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF (NEW.kind, NEW.for_all, NEW.project_ids, NEW.made_by, NEW.made_at)
      IS DISTINCT FROM (OLD.kind, OLD.for_all, OLD.project_ids, OLD.made_by, OLD.made_at)
    OR (NEW.token_hash, NEW.until, NEW.webhook_id) IS DISTINCT FROM (OLD.token_hash, OLD.until, OLD.webhook_id)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
  THEN
    RAISE EXCEPTION 'a way out of the log stays as it was made' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER log_outlets_stay BEFORE UPDATE ON log_outlets
  FOR EACH ROW EXECUTE FUNCTION refuse_other_outlet();

-- What was sealed since a moment is found by the block that came after it.
CREATE INDEX blocks_at ON audit.blocks (at);
