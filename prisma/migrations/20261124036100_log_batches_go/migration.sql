-- Of batches of the log that were taken the newest is asked for, and the oldest are forgotten.
CREATE INDEX webhook_deliveries_taken ON webhook_deliveries (webhook_id, delivered_at DESC) WHERE delivered_at IS NOT NULL;
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook_id) WHERE dead_at IS NOT NULL;
