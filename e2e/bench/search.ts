// Searching by session ID with a million archives in the catalogue, against the same with a few hundred.
import pg from 'pg'
import { PROJECTS } from '../stack/scenario.ts'
import { searchFor, type Visitor } from '../stack/visitor.ts'
import { awaitReady } from './await-ready.ts'
import { baseline, compare, type Figure } from './figure.ts'
import type { Stage } from './stage.ts'
import { median, quantile } from './statistics.ts'

const ARCHIVES = 1_000_000
const WARM_UPS = 50
const SEARCHES = 500
const MAX_MS = 50

export const search: Figure = {
  name: 'search',
  measure: (stage) =>
    // The recorder has no such list: whoever reads it would take the million for gone.
    stage.withPortal({ WORKER: 'off' }, async (_portal, visitor) => {
      const few = await measureSearches(stage, visitor, await findFew(stage, visitor))
      const sessionIds = await fillCatalogue(stage)
      // Whoever has just written a gigabyte is busy with it for minutes; a catalogue grows more slowly.
      await stage.database.restart()
      await awaitReady(visitor)
      const many = await measureSearches(stage, visitor, sessionIds)
      const value = quantile(many, 0.95)
      const fewP95 = baseline('search among a few hundred, p95', 'ms', quantile(few, 0.95))
      const fewMedian = baseline('search among a few hundred, median', 'ms', median(few))
      return [
        compare('search among 1,000,000 archives, p95', value, {
          to: fewP95,
          bar: { text: `at most ${MAX_MS} ms`, isMet: value <= MAX_MS },
        }),
        compare('search among 1,000,000 archives, median', median(many), { to: fewMedian }),
        ...[fewP95, fewMedian],
      ]
    }),
}

/** One after the other: milliseconds from the request to the answer's last byte. */
async function measureSearches(
  stage: Stage,
  visitor: Visitor,
  sessionIds: readonly string[],
): Promise<number[]> {
  const tookMs: number[] = []
  for (let n = 0; n < WARM_UPS + SEARCHES; n += 1) {
    const sessionId = sessionIds[n % sessionIds.length] ?? ''
    const { status, totalMs, isComplete } = await stage.load.order({
      kind: 'read',
      url: `${visitor.portalUrl}/sessions/search?q=${encodeURIComponent(sessionId)}`,
      headers: { cookie: visitor.cookie },
    })
    if (status !== 200 || !isComplete) throw new Error(`A search is answered with ${status}.`)
    if (n >= WARM_UPS) tookMs.push(totalMs)
  }
  return tookMs
}

/** Sessions of the first project that the recorder has, each asked for once, so that they are in the catalogue. */
async function findFew({ stack }: Stage, visitor: Visitor): Promise<string[]> {
  const sessionIds = stack.recorder.archives
    .list(PROJECTS[0].apiKey, null)
    .map(({ sessionId }) => sessionId)
    .filter((sessionId, at, all) => all.indexOf(sessionId) === at)
  for (const sessionId of sessionIds) await searchFor(visitor, sessionId)
  return sessionIds
}

/** Rows as the catalogue's job would have written them over three years; gives some of their sessions. */
async function fillCatalogue({ stack }: Stage): Promise<string[]> {
  const owner = new pg.Client({ connectionString: stack.ownerUrl })
  await owner.connect()
  try {
    await owner.query(FILL, [ARCHIVES, PROJECTS[0].apiKey])
    await owner.query('VACUUM (ANALYZE) archives')
    const { rows } = await owner.query<{ session_id: string }>(PICK, [
      PROJECTS[0].apiKey,
      WARM_UPS + SEARCHES,
    ])
    return rows.map(({ session_id }) => session_id)
  } finally {
    await owner.end()
  }
}

// Seven of ten are the first project's; of three archives two share a session.
const FILL = `
  INSERT INTO archives (id, project_id, session_id, status, name, created_at, updated_at, size_bytes, duration_seconds,
    output_mode, has_audio, has_video, resolution, sha256sum, encrypted_password, record)
  SELECT gen_random_uuid(), p.id,
    '2_' || translate(encode(convert_to(format('1~%s~~%s~%s~~', p.recorder_key,
      (extract(epoch FROM at) * 1000)::bigint, substr(md5('session ' || session), 1, 24)), 'UTF8'), 'base64'), E'+/=\\n', '-_'),
    'uploaded', 'A million', at, at + interval '20 minutes', 30000000, 0, 'composed', true, true, '640x480',
    encode(sha256(n::text::bytea), 'base64'), repeat('k', 344),
    jsonb_build_object('event', 'archive', 'hasTranscription', false, 'streamMode', 'auto', 'multiArchiveTag', '', 'size', 30000000)
  FROM (
    SELECT n, n - (n % 3) / 2 AS session,
      date_trunc('second', now()) - interval '5 days' - (n - (n % 3) / 2) * interval '95 seconds' AS at
    FROM generate_series(1, $1::integer) AS n
  ) AS made
  JOIN (SELECT *, recorder_key = $2 AS is_first FROM projects) AS p ON p.is_first = (session % 10 < 7)`

const PICK = `
  SELECT a.session_id FROM archives a JOIN projects p ON p.id = a.project_id
  WHERE p.recorder_key = $1 AND a.name = 'A million' ORDER BY random() LIMIT $2`
