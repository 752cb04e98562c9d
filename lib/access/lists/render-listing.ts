import type { Actor } from '../../auth/actor.ts'
import { renderCsvRecord } from '../../http/csv.ts'
import type { Services } from '../../services.ts'
import type { AccessLine, Holder } from './access-line.ts'
import { type FoundLines, findAccessLines, type Looking } from './find-access-lines.ts'
import { withKnownPeople } from './find-known-people.ts'
import type { LookedAt } from './find-looked-at.ts'
import { beginListing } from './list-access.ts'

type ListingQuery = { readonly reach: LookedAt; readonly now: Date }

type Cell = string | number | Date | null

const MOST_ROWS = 10_000
const GRANTS_AT_ONCE = 500

/** A grant, or below that of a group somebody whom it lets in. */
type ListingRow = { readonly line: AccessLine; readonly member: Holder | null }

const COLUMNS: readonly (readonly [string, (line: AccessLine, member: Holder | null) => Cell])[] = [
  ['holder_kind', ({ holder }, member) => (member === null ? holder.kind : 'in the group')],
  ['holder', ({ holder }, member) => (member ?? holder).name],
  ['holder_email', ({ holder }, member) => (member ?? holder).email],
  ['holder_id', ({ holder }, member) => (member ?? (holder.kind === 'person' ? holder : null))?.id ?? null],
  ['by_group', ({ group }) => group],
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
  ['note', ({ known }, member) => (known !== null && member === null ? GROUP_NOTE : null)],
]

const GROUP_NOTE =
  'Below: who is known to be in the group and is let in. Whoever has not signed in since they came into it is not known.'

/**
 * The same as `listAccess` as CSV, page by page as it is read: a line a grant, below that of a group a line for each of
 * those it lets in, at most 10,000; where there are more, a last line says so. Its first page is there before this
 * returns, so what is refused has its own error.
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
  for (let left = MOST_ROWS; left > 0; ) {
    const limit = Math.min(GRANTS_AT_ONCE, left)
    const page: FoundLines = await findAccessLines(services.db, looking, { after, limit, now })
    const rows = await readRows(services, { ...looking, ...page, left })
    yield text + rows.slice(0, left).map(renderRow).join('')
    if (page.next === null && rows.length <= left) return
    text = ''
    after = page.next
    left -= rows.length
  }
  yield renderCsvRecord([
    `There are more than ${MOST_ROWS.toLocaleString('en')} lines; the rest is not in this file.`,
  ])
}

type Reading = Pick<Looking, 'lookedAt'> & Pick<FoundLines, 'lines'> & { readonly left: number }

async function readRows({ db }: Services, { lookedAt, lines, left }: Reading): Promise<ListingRow[]> {
  const asked = await withKnownPeople(db, { lines, lookedAt, most: left, mostInAll: left })
  return asked.flatMap((line) => [
    { line, member: null },
    ...(line.known?.people ?? []).map((member) => ({ line, member })),
  ])
}

function renderRow({ line, member }: ListingRow): string {
  return renderCsvRecord(COLUMNS.map(([, cell]) => cell(line, member)))
}
