import type { Actor } from '../auth/actor.ts'
import { renderCsvRecord } from '../http/csv.ts'
import type { Services } from '../services.ts'
import type { AccessLine } from './access-line.ts'
import { findAccessLines, type Looking } from './find-access-lines.ts'
import type { LookedAt } from './find-looked-at.ts'
import { beginListing } from './list-access.ts'

type ListingQuery = { readonly reach: LookedAt; readonly now: Date }

const MOST_ROWS = 10_000
const ROWS_AT_ONCE = 500

const COLUMNS: readonly (readonly [string, (line: AccessLine) => string | number | Date | null])[] = [
  ['holder_kind', ({ holder }) => holder.kind],
  ['holder', ({ holder }) => holder.name],
  ['holder_email', ({ holder }) => holder.email],
  ['holder_id', ({ holder }) => (holder.kind === 'person' ? holder.id : null)],
  ['reaches', ({ scope }) => scope.kind],
  ['project', ({ scope }) => scope.project],
  ['region', ({ scope }) => scope.region],
  ['unit', ({ scope }) => scope.unit],
  ['session_id', ({ scope }) => scope.sessionId],
  ['archive_id', ({ scope }) => scope.archiveId],
  ['not_older_than_days', ({ scope }) => scope.maxAgeDays],
  ['rights', ({ rights }) => rights.join(' ')],
  ['state', ({ state }) => state],
  ['held_back', ({ heldBack }) => heldBack],
  ['from', ({ validFrom }) => validFrom],
  ['until', ({ validUntil }) => validUntil],
  ['reason', ({ reason }) => reason],
  ['case_reference', ({ caseReference }) => caseReference],
  ['given_by', ({ givenBy }) => givenBy ?? 'access file'],
  ['given_at', ({ givenAt }) => givenAt],
  ['approved_by', ({ approvedBy }) => approvedBy],
  ['approved_at', ({ approvedAt }) => approvedAt],
  ['taken_back_at', ({ revokedAt }) => revokedAt],
  ['last_used_at', ({ lastUsedAt }) => lastUsedAt],
  ['grant_id', ({ id }) => id],
]

/**
 * The same as `listAccess` as CSV, page by page as it is read, at most 10,000 grants; where there are more, a last line
 * says so. Its first page is there before this returns, so what is refused has its own error.
 * @throws AppError `forbidden`, on record
 */
export async function renderListing(
  services: Services,
  actor: Actor,
  { reach, now }: ListingQuery,
): Promise<AsyncGenerator<string>> {
  const looking = await beginListing(services, actor, { reach, facts: { format: 'csv' } })
  const pages = readPages(services, looking, now)
  const first = await pages.next()
  return (async function* () {
    if (first.done !== true) yield first.value
    yield* pages
  })()
}

async function* readPages(services: Services, looking: Looking, now: Date): AsyncGenerator<string> {
  let text = renderCsvRecord(COLUMNS.map(([name]) => name))
  let after: string | null = null
  for (let rows = 0; rows < MOST_ROWS; ) {
    const limit = Math.min(ROWS_AT_ONCE, MOST_ROWS - rows)
    const page: Awaited<ReturnType<typeof findAccessLines>> = await findAccessLines(services.db, looking, {
      ...{ after, limit, now },
    })
    yield text + page.lines.map((line) => renderCsvRecord(COLUMNS.map(([, cell]) => cell(line)))).join('')
    if (page.next === null) return
    text = ''
    after = page.next
    rows += page.lines.length
  }
  yield renderCsvRecord([
    `There are more than ${MOST_ROWS.toLocaleString('en')} grants; the rest is not in this file.`,
  ])
}
