// A log of a million rows, sealed, as ten thousand viewings leave it: an opening with who and why, ninety windows, what the
// player claims, the end, and now and then a search. Written by the function that the portal writes it by.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Query } from '../stack/query.ts'
import { signIn, type Visitor } from '../stack/visitor.ts'
import type { Stage } from './stage.ts'

export const LOG_ROWS = 1_000_000
/** So many of them are searches by one person, all over the log. */
export const RARE_ROWS = 312
export const RARE_SUBJECT = 'somebody-rare'

const ROWS_AT_ONCE = 50_000
const SEAL_PATIENCE_MS = 600_000

const filled = new WeakSet<Stage>()

/** Has the log filled, once however often it is wanted, while a portal seals it. */
export async function fillLog(stage: Stage): Promise<void> {
  if (filled.has(stage)) return
  filled.add(stage)
  await withOwner(stage, async (query) => {
    const every = Math.floor(LOG_ROWS / RARE_ROWS)
    for (let from = 0; from < LOG_ROWS; from += ROWS_AT_ONCE)
      await query(FILL, [from, from + ROWS_AT_ONCE - 1, every, RARE_ROWS, RARE_SUBJECT])
    await query('VACUUM (ANALYZE) audit.events')
    await query('VACUUM (ANALYZE) audit.audit_content')
    await waitUntilSealed(query)
    await query('VACUUM (ANALYZE) audit.block_leaves')
  })
}

/** The auditor, who may read and export all of the log. */
export async function signInAuditor(stage: Stage): Promise<Visitor> {
  const auditor = { email: 'auditor@demo.test', password: 'audit-4-demo' }
  const visitor = await signIn(stage.stack.portalUrl, auditor)
  await withOwner(stage, async (query) => {
    await query(
      `INSERT INTO roles_held (id, person_id, role) SELECT gen_random_uuid(), p.id, 'auditor' FROM people p
       WHERE p.email = $1 AND NOT EXISTS (SELECT FROM roles_held r WHERE r.person_id = p.id)`,
      [auditor.email],
    )
  })
  return visitor
}

export async function withOwner<T>(stage: Stage, use: (query: Query) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: stage.stack.ownerUrl })
  await owner.connect()
  try {
    return await use(async (sql, values = []) => (await owner.query(sql, [...values])).rows)
  } finally {
    await owner.end()
  }
}

export async function waitUntilSealed(query: Query): Promise<void> {
  const giveUpAt = performance.now() + SEAL_PATIENCE_MS
  for (;;) {
    const [log] = await query<{ isSealed: boolean }>(
      `SELECT (SELECT coalesce(max(sealed), 0) FROM audit.blocks) >= (SELECT count(*) FROM audit.events) AS "isSealed"`,
    )
    if (log?.isSealed === true) return
    if (performance.now() > giveUpAt) throw new Error('The log is not sealed in time.')
    await sleep(1_000)
  }
}

const FILL = `
  SELECT count(audit.append_audit_event(jsonb_strip_nulls(CASE
    WHEN n % $3 = 7 AND n / $3 < $4 THEN jsonb_build_object('action', 'session.searched',
      'actor_kind', 'person', 'actor_subject', $5::text, 'actor_name', 'Somebody Rare', 'actor_roles', '["reviewer"]'::jsonb,
      'address', '192.0.2.7', 'after', jsonb_build_object('found', n % 9))
    WHEN n % 100 = 0 THEN jsonb_build_object('action', 'viewing.opened',
      'viewing_id', md5('viewing ' || n / 100)::uuid, 'actor_kind', 'person', 'actor_issuer', 'https://login.bank.test',
      'actor_subject', 'person-' || (n / 100) % 400, 'actor_name', 'Person ' || (n / 100) % 400,
      'actor_email', format('person-%s@bank.test', (n / 100) % 400), 'actor_roles', '["reviewer"]'::jsonb,
      'address', '192.0.2.' || (n / 100) % 250, 'user_agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
      'sign_in_id', md5('sign-in ' || n / 1000)::uuid, 'session_id', '2_MX4' || md5('session ' || n / 100),
      'archive_id', md5('archive ' || n / 100)::uuid, 'project_id', md5('project ' || (n / 100) % 5)::uuid,
      'project_name', 'Project ' || (n / 100) % 5, 'region', 'eu', 'grant_id', md5('grant ' || (n / 100) % 400)::uuid,
      'reason_code', 'quality', 'reason', 'A complaint of a client has to be looked into, number ' || n,
      'case_reference', 'CASE-' || n / 500, 'application_version', '1.0.0', 'application_instance', 'bench')
    WHEN n % 100 <= 90 THEN jsonb_build_object('action', 'viewing.window',
      'viewing_id', md5('viewing ' || n / 100)::uuid, 'window_start', (n % 100) * 4194304,
      'window_end', (n % 100 + 1) * 4194304, 'bytes', 4194680,
      'media_from_ms', (n % 100) * 10000, 'media_to_ms', (n % 100 + 1) * 10000)
    WHEN n % 100 <= 95 THEN jsonb_build_object('action', 'viewing.progressed',
      'viewing_id', md5('viewing ' || n / 100)::uuid, 'claimed_ms', jsonb_build_array(0, (n % 100) * 9000))
    WHEN n % 100 = 96 THEN jsonb_build_object('action', 'viewing.closed',
      'viewing_id', md5('viewing ' || n / 100)::uuid, 'code', 'closed', 'application_version', '1.0.0')
    ELSE jsonb_build_object('action', 'session.searched',
      'actor_kind', 'person', 'actor_subject', 'person-' || (n / 100) % 400, 'actor_name', 'Person ' || (n / 100) % 400,
      'actor_roles', '["reviewer"]'::jsonb, 'address', '192.0.2.' || (n / 100) % 250, 'after', jsonb_build_object('found', n % 9))
    END || jsonb_build_object('outcome', 'allowed', 'event_id',
      overlay(overlay(md5('event ' || n) PLACING lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') FROM 1)
        PLACING '7' FROM 13)::uuid))))
  FROM generate_series($1::int, $2::int) AS n`
