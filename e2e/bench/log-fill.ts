// A log as two years of a bank would have written it, laid by Postgres itself: of twenty rows twelve are windows. Some people,
// cases and addresses have thousands of rows and most have few, so that no index is flattered.
import pg from 'pg'

/** For each opening: what led to it, its windows and its end, and one row of something else. */
export const ROWS_A_VIEWING = 20
const MONTHS = 24
/** A statement's share, so that what goes on can be said. */
const VIEWINGS_AT_ONCE = 25_000

export type FilledLog = {
  readonly from: Date
  readonly to: Date
  /** Parameters of the log's page, one of which is asked for at a time. */
  readonly asked: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
}

/** Lays so many rows into the months before this moment. The database must know a project. */
export async function fillLog(ownerUrl: string, rows: number): Promise<FilledLog> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    const viewings = Math.floor(rows / ROWS_A_VIEWING)
    await owner.query(MAKE_MONTHS)
    await owner.query(ADD_PEOPLE)
    for (let done = 0; done < viewings; done += VIEWINGS_AT_ONCE) {
      const last = Math.min(viewings, done + VIEWINGS_AT_ONCE) - 1
      await owner.query(FILL, [done, last, viewings, MONTHS])
      process.stderr.write(`\r${(last + 1) * ROWS_A_VIEWING} rows of the log `)
    }
    process.stderr.write('\n')
    await owner.query("SELECT setval('audit.events_id_seq', (SELECT max(id) FROM audit.events))")
    await owner.query('VACUUM (ANALYZE) audit.events, audit.audit_content, people')
    return await chooseAsked(owner)
  } finally {
    await owner.end()
  }
}

/** Those before the months that the portal makes, guarded as they are. */
const MAKE_MONTHS = `
  DO $$
  DECLARE
    month timestamp;
    name text;
  BEGIN
    FOR ago IN 1..${MONTHS + 1} LOOP
      month := date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => ago);
      name := 'events_' || to_char(month, 'YYYY_MM');
      CONTINUE WHEN to_regclass('audit.' || name) IS NOT NULL;
      EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)',
        name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
      EXECUTE format('CREATE UNIQUE INDEX %I ON audit.%I (event_id)', name || '_event', name);
      PERFORM audit.guard_table(('audit.' || name)::regclass);
    END LOOP;
  END
  $$`

const ADD_PEOPLE = `
  INSERT INTO people (id, issuer, subject, email, name)
  SELECT gen_random_uuid(), 'https://login.bank.test', 'person-' || n, 'person-' || n || '@bank.test', 'Person Number ' || n
  FROM generate_series(0, 1999) AS n ON CONFLICT DO NOTHING`

// Viewings $1 to $2 of $3 over $4 months. Ids are UUIDv7s that tell their time, as the portal's are.
const FILL = `
  WITH known AS (
    SELECT array_agg(id ORDER BY created_at, id) AS ids, array_agg(name ORDER BY created_at, id) AS names FROM projects
  ), viewing AS MATERIALIZED (
    SELECT n, now() - interval '1 hour' - make_interval(months => $4::int) * ((1 - (n + 1)::float8 / $3)) AS at,
      floor(2000 * power(dice, 3))::int AS person, (dice * 1e6)::int % 100 AS percent,
      least((dice * 1e4)::int % 10 / 7 + 1, cardinality(ids)) AS project, ids, names
    FROM generate_series($1::bigint, $2::bigint) AS n,
      LATERAL (SELECT (hashtextextended(n::text, 7) & 1048575) / 1048576.0::float8 AS dice) AS thrown, known
  ), line AS MATERIALIZED (
    SELECT v.*, k, v.at + make_interval(secs => k) AS row_at, n * ${ROWS_A_VIEWING} + k + 1000000 AS row_id,
      md5(n || '/' || k) AS own, md5('viewing ' || n) AS whole,
      CASE WHEN k = 0 THEN 'session.searched' WHEN k = 1 THEN 'recording.viewed' WHEN k = 2 THEN 'viewing.opened'
        WHEN k = 3 AND percent = 1 THEN 'viewing.refused' WHEN k = 3 AND n % 500 = 0 THEN 'key.failed'
        WHEN k = 3 THEN 'key.used' WHEN k < 16 THEN 'viewing.window' WHEN k < 18 THEN 'viewing.progressed'
        WHEN k = 18 THEN 'viewing.closed' WHEN percent < 4 THEN 'grant.given' WHEN percent = 4 THEN 'log.searched'
        WHEN percent = 5 THEN 'sign-in.failed' ELSE 'archive.ingested' END AS action
    FROM viewing v, generate_series(0, ${ROWS_A_VIEWING - 1}) AS k
  ), told AS MATERIALIZED (
    SELECT *, action IN ('session.searched', 'recording.viewed', 'viewing.opened', 'viewing.refused', 'grant.given',
        'log.searched', 'sign-in.failed') AS by_person,
      action IN ('recording.viewed', 'viewing.opened', 'viewing.refused', 'viewing.closed', 'key.used', 'key.failed',
        'archive.ingested') AS on_recording,
      action IN ('viewing.opened', 'grant.given') AND percent % 3 = 0 AS for_case,
      (lpad(to_hex((extract(epoch FROM row_at) * 1000)::bigint), 12, '0') || '7' || substr(own, 1, 3) || '8'
        || substr(own, 4, 15))::uuid AS event_id,
      (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(whole, 1, 3) || '8'
        || substr(whole, 4, 15))::uuid AS viewing_id
    FROM line
  ), content AS (
    INSERT INTO audit.audit_content (event_id, actor_name, actor_email, address, user_agent, reason, case_reference, at, id)
    SELECT event_id, 'Person Number ' || person, 'person-' || person || '@bank.test',
      CASE WHEN percent < 40 THEN '192.0.2.1' ELSE '10.1.' || person / 250 || '.' || person % 250 END,
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      CASE WHEN action = 'viewing.opened' THEN 'The client says that it was promised otherwise.' END,
      CASE WHEN for_case THEN CASE WHEN percent < 4 THEN 'C-LARGE' ELSE 'C-' || n / 40 END END, row_at, row_id
    FROM told WHERE by_person ORDER BY row_id
  )
  INSERT INTO audit.events (id, at, tx, window_start, window_end, bytes, event_id, viewing_id, action, outcome, media_from_ms,
    media_to_ms, schema_version, writer, code, actor_kind, actor_issuer, actor_subject, actor_roles, actor_name_hash,
    actor_email_hash, address_hash, user_agent_hash, reason_hash, case_reference_hash, request_id, session_id, archive_id,
    project_id, project_name, reason_code)
  SELECT row_id, row_at, pg_current_xact_id(), CASE WHEN is_window THEN k * 1000000 END,
    CASE WHEN is_window THEN (k + 1) * 1000000 END, CASE WHEN is_window THEN 1000000 END, event_id,
    CASE WHEN k BETWEEN 2 AND 18 THEN viewing_id END, action::audit.action,
    (CASE WHEN action IN ('viewing.refused', 'sign-in.failed') THEN 'refused' WHEN action = 'key.failed' THEN 'failed'
      ELSE 'allowed' END)::audit.outcome,
    CASE WHEN is_window THEN k * 10000 END, CASE WHEN is_window THEN (k + 1) * 10000 END, 1, 'recordroom', NULL,
    CASE WHEN by_person THEN 'person' WHEN action = 'archive.ingested' THEN 'service' END,
    CASE WHEN by_person THEN 'https://login.bank.test' END,
    CASE WHEN by_person THEN 'person-' || person WHEN action = 'archive.ingested' THEN 'worker' END,
    CASE action WHEN 'grant.given' THEN '{admin}' WHEN 'log.searched' THEN '{auditor}'
      ELSE CASE WHEN by_person THEN '{reviewer}' END END::text[],
    hash, hash, hash, hash, CASE WHEN action = 'viewing.opened' THEN hash END, CASE WHEN for_case THEN hash END,
    CASE WHEN by_person THEN substr(own, 1, 20) END,
    CASE WHEN on_recording THEN '2_' || md5('session ' || n / 3) || md5('of ' || n / 3) END,
    CASE WHEN on_recording THEN md5('archive ' || n / 2)::uuid END,
    CASE WHEN on_recording OR action = 'grant.given' THEN ids[project] END,
    CASE WHEN on_recording OR action = 'grant.given' THEN names[project] END,
    CASE WHEN action = 'viewing.opened' THEN CASE WHEN n % 1000 = 0 THEN 'regulator'
      ELSE (ARRAY['complaint', 'quality', 'dispute', 'training'])[n % 4 + 1] END END
  FROM (
    SELECT *, action = 'viewing.window' AS is_window, CASE WHEN by_person THEN sha256(own::bytea) END AS hash FROM told
  ) AS row ORDER BY row_id`

/** Of each thing some that have many rows and some that have few. */
async function chooseAsked(owner: pg.Client): Promise<FilledLog> {
  const { rows: ends } = await owner.query<{ from: Date; to: Date }>(
    'SELECT min(at) AS from, max(at) AS to FROM audit.events',
  )
  const [end] = ends
  if (end === undefined) throw new Error('The log was not filled.')
  const { rows } = await owner.query<Record<'session' | 'archive' | 'viewing', string>>(SOME_OPENINGS)
  const { rows: projects } = await owner.query<{ name: string }>('SELECT name FROM projects ORDER BY name')
  const week = (n: number) => {
    const from = new Date(end.from.getTime() + ((end.to.getTime() - end.from.getTime()) * n) / 21)
    return { from: from.toISOString(), to: new Date(from.getTime() + 7 * 86_400_000).toISOString() }
  }
  const weeks = Array.from({ length: 20 }, (_, n) => week(n + 1))
  const of = (name: string, values: readonly string[]) => values.map((value) => ({ [name]: value }))
  const within = (each: readonly Readonly<Record<string, string>>[]) =>
    weeks.map((time, n) => ({ ...time, ...each[n % each.length] }))
  const people = of(
    'person',
    [0, 1, 5, 20, 100, 700, 1500, 1999].map((n) => `person-${n}@bank.test`),
  )
  const sessions = rows.map(({ session }) => ({ session }))
  const cases = of('case', ['C-LARGE', 'C-17', 'C-40', 'C-1000', 'C-2000', 'C-NONE'])
  const outcomes = of('outcome', ['refused', 'failed', 'allowed'])
  const inProjects = of(
    'project',
    projects.map(({ name }) => name),
  )
  return {
    ...end,
    asked: {
      nothing: [{}],
      person: [...people, { person: 'worker' }],
      role: of('role', ['reviewer', 'admin', 'auditor']),
      action: of('action', [
        ...[
          'viewing.opened',
          'sign-in.failed',
          'grant.given',
          'key.failed',
          'viewing.window',
          'viewing.progressed',
        ],
        'download.opened',
      ]),
      outcome: outcomes,
      reason: of('reason', ['complaint', 'regulator', 'none']),
      case: cases,
      project: [...inProjects, { project: 'None of these' }],
      session: sessions,
      archive: rows.map(({ archive }) => ({ archive })),
      viewing: rows.map(({ viewing }) => ({ viewing })),
      address: of('address', ['192.0.2.1', '10.1.0.1', '10.1.0.200', '10.1.7.249', '203.0.113.1']),
      time: weeks,
      'person and time': within(people),
      'session and action': sessions.flatMap((session) =>
        ['viewing.opened', 'viewing.window', 'viewing.closed'].map((action) => ({ ...session, action })),
      ),
      'case and time': within(cases),
      'outcome and time': within(outcomes),
      'project and time': within(inProjects),
    },
  }
}

const SOME_OPENINGS = `
  SELECT session_id AS session, archive_id AS archive, viewing_id AS viewing
  FROM audit.events TABLESAMPLE SYSTEM (1) WHERE action = 'viewing.opened' ORDER BY random() LIMIT 20`
