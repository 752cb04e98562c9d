import pg from 'pg'

/**
 * A role that is taken away is deleted, and so are a limit’s count that is over, a file that has expired, and what somebody
 * was told long ago; everything else is ended.
 */
const DELETED_FROM = ['roles_held', 'rate_limits', 'log_export_chunks', 'notices', 'webhook_deliveries']

/** Takes everything from the role and gives it what the portal needs, in one transaction. */
export async function grantRights(owner: pg.Client, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role)
  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'`,
  )
  const { rows: databases } = await owner.query<{ name: string }>('SELECT current_database() AS name')
  const database = databases.map((row) => pg.escapeIdentifier(row.name)).join()
  const list = (names: string[]) => names.map((table) => `public.${pg.escapeIdentifier(table)}`).join(', ')

  await owner.query(`
    BEGIN;
    REVOKE ALL ON ALL TABLES IN SCHEMA public, audit FROM ${name};
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, audit FROM ${name};
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM ${name};
    REVOKE ALL ON SCHEMA public, audit FROM ${name};
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;

    GRANT CONNECT ON DATABASE ${database} TO ${name};
    GRANT USAGE ON SCHEMA public, audit TO ${name};

    GRANT SELECT, INSERT, UPDATE ON ${list(tables.map((table) => table.name))} TO ${name};
    GRANT DELETE ON ${list(DELETED_FROM)} TO ${name};
    GRANT SELECT ON public._prisma_migrations TO ${name};

    GRANT SELECT ON audit.events, audit.audit_content, audit.log, audit.series, audit.left_over, audit.blocks,
      audit.block_leaves, audit.tree_nodes, audit.checkpoints, audit.log_rules, audit.log_holds,
      audit.log_hold_releases, audit.log_erasures, audit.drop_announcements, audit.dropped_content, audit.dropped_months
      TO ${name};
    GRANT EXECUTE ON FUNCTION audit.append_audit_event(jsonb), audit.make_months(), audit.begin_series(),
      audit.seal_position(), audit.next_rows(integer), audit.role_set(text[]), audit.write_block(text, bigint[], bytea),
      audit.write_checkpoint(bigint, text),
      audit.place_log_hold(uuid, uuid, text, text, uuid), audit.agree_log_rule(uuid, uuid), audit.release_log_hold(uuid, uuid),
      audit.erase_content(uuid, uuid), audit.content_by_month(uuid, timestamptz, timestamptz), audit.months_of_lines(), audit.has_strays(),
      audit.announce_drop(text, uuid, date), audit.drop_content(uuid, date), audit.drop_month(date)
      TO ${name};
    COMMIT`)
}
