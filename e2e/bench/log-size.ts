// What an hour watched leaves in the log: its rows, and by how much the log's tables and indexes grow.
//
// Nobody waits an hour. Every request that a player makes in it is made, in its order: segments as soon as less than
// fifteen seconds are buffered, a heartbeat for every five seconds played. What goes by the database's clock (a claim is
// logged once a minute) would see them come too fast; so before each heartbeat the viewing's times are set back by the
// five seconds that nobody has waited.
import pg from 'pg'
import { ask, listSegments, openArchive, type Visitor } from '../stack/visitor.ts'
import { baseline, compare, type Figure } from './figure.ts'
import type { Stage } from './stage.ts'

/** More than one: tables grow by whole pages, and it evens out. */
const HOURS = 4
const HOUR_SECONDS = 3600
const AHEAD_SECONDS = 15
const HEARTBEAT_SECONDS = 5
const MAX_ROWS = 400
const MAX_KILOBYTES = 100

type Watched = { readonly viewingId: string; readonly segments: number; readonly bytes: number }

export const logSize: Figure = {
  name: 'log-size',
  measure: (stage) =>
    // Without the background's own events.
    stage.withPortal({ WORKER: 'off' }, async (_portal, visitor) => {
      const { archiveId } = await stage.lay(visitor, 'ts-encrypted')
      const owner = new pg.Client({ connectionString: stage.stack.ownerUrl })
      await owner.connect()
      try {
        const before = await readSizes(owner)
        const watched: Watched[] = []
        for (let hour = 0; hour < HOURS; hour += 1) {
          watched.push(await watchHour(stage, visitor, { archiveId, hour, owner }))
        }
        const after = await readSizes(owner)
        const rows = (await countRows(owner, watched)) / HOURS
        const kilobytes = (after.logBytes - before.logBytes) / HOURS / 1000
        const otherKilobytes = (after.otherBytes - before.otherBytes) / HOURS / 1000
        const mean = (what: 'segments' | 'bytes'): number =>
          watched.reduce((all, each) => all + each[what], 0) / HOURS
        const segments = baseline('segments of an hour', 'rows', mean('segments'))
        const served = baseline('recording served in it', 'kB', mean('bytes') / 1000)
        return [
          compare('rows of the log for an hour watched', rows, {
            to: segments,
            bar: { text: `at most ${MAX_ROWS}`, isMet: rows <= MAX_ROWS },
          }),
          compare('growth of the log for it', kilobytes, {
            to: served,
            bar: { text: `at most ${MAX_KILOBYTES} kB`, isMet: kilobytes <= MAX_KILOBYTES },
          }),
          compare('growth of all other tables for it', otherKilobytes, { to: served }),
          ...[segments, served],
        ]
      } finally {
        await owner.end()
      }
    }),
}

type Hour = { readonly archiveId: string; readonly hour: number; readonly owner: pg.Client }

async function watchHour(stage: Stage, visitor: Visitor, { archiveId, hour, owner }: Hour): Promise<Watched> {
  const opened = await openArchive(visitor, archiveId)
  const { viewingId } = opened
  const startSeconds = hour * HOUR_SECONDS
  const endSeconds = startSeconds + HOUR_SECONDS
  let segments = 0
  let bytes = 0
  let at = startSeconds
  let bufferedSeconds = 0
  for (const { path, seconds } of await listSegments(visitor, opened)) {
    bufferedSeconds += seconds
    if (bufferedSeconds <= startSeconds) continue
    const received = await stage.load.order({
      ...{ kind: 'read', url: `${visitor.portalUrl}${path}`, headers: { cookie: visitor.cookie } },
    })
    if (!received.isComplete || received.status !== 200) throw new Error(`${path}: ${received.status}`)
    segments += 1
    bytes += received.bytes
    while (bufferedSeconds - at > AHEAD_SECONDS && at < endSeconds) {
      await letTimePass(owner, viewingId)
      at += HEARTBEAT_SECONDS
      await beat(visitor, viewingId, at)
    }
    if (at >= endSeconds) break
  }
  const closed = await ask(visitor, `/viewings/${viewingId}`, { method: 'DELETE' })
  if (closed.status !== 204) throw new Error(`The viewing does not close: ${closed.status}.`)
  return { viewingId, segments, bytes }
}

async function letTimePass(owner: pg.Client, viewingId: string): Promise<void> {
  await owner.query(
    `UPDATE viewings SET opened_at = opened_at - $2::interval, last_active_at = last_active_at - $2::interval,
       last_logged_at = last_logged_at - $2::interval
     WHERE id = $1`,
    [viewingId, `${HEARTBEAT_SECONDS} seconds`],
  )
}

async function beat(visitor: Visitor, viewingId: string, at: number): Promise<void> {
  const json = {
    positionSeconds: at,
    played: [[at - HEARTBEAT_SECONDS, at]],
    ...{ rate: 1, visible: true },
  }
  const response = await ask(visitor, `/viewings/${viewingId}/progress`, { method: 'POST', json })
  if (response.status !== 204) throw new Error(`A heartbeat is answered ${response.status}.`)
}

async function countRows(owner: pg.Client, watched: readonly Watched[]): Promise<number> {
  const { rows } = await owner.query<{ count: string }>(
    'SELECT count(*) FROM audit.log WHERE viewing_id = ANY ($1::uuid[])',
    [watched.map(({ viewingId }) => viewingId)],
  )
  return Number(rows[0]?.count)
}

async function readSizes(owner: pg.Client): Promise<{ logBytes: number; otherBytes: number }> {
  const { rows } = await owner.query<{ schema: string; bytes: string }>(
    `SELECT relnamespace::regnamespace::text AS schema, sum(pg_total_relation_size(oid)) AS bytes
     FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace::regnamespace::text IN ('audit', 'public') GROUP BY 1`,
  )
  const of = (schema: string): number => Number(rows.find((row) => row.schema === schema)?.bytes)
  return { logBytes: of('audit'), otherBytes: of('public') }
}
