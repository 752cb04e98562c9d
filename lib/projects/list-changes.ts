import { DECIDE_WITHIN_MS } from '../access/deciding.ts'
import { projectsFor } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { NoticeAbout } from '../notices/notice-kind.ts'
import type { Services } from '../services.ts'
import {
  aboutChanged,
  type ChangeKind,
  type ChangeState,
  isChangeKind,
  parseBecause,
  parseSummary,
  planChangeState,
} from './change.ts'

/** A change of a project that waits, or waited, for a second administrator. */
export type ChangeLine = {
  readonly id: string
  /** What it is of, as people are told: a project, all of them, or the portal’s own part of the log. */
  readonly about: NoticeAbout
  readonly kind: ChangeKind
  /** What would be done, a line each, in words; nothing secret. */
  readonly lines: readonly string[]
  /** Why, in the words of whoever proposed it; null where nobody was asked to say. */
  readonly because: string | null
  /** Name or mail of who proposed it; null: by a projects file. */
  readonly proposedBy: string | null
  readonly proposedAt: Date
  readonly lapsesAt: Date
  /** Proposed by whoever reads this: somebody else decides. */
  readonly isOwn: boolean
  readonly state: ChangeState
  readonly decidedAt: Date | null
  /** Null while it is open, and where it lapsed. */
  readonly decidedBy: string | null
  readonly word: string | null
}

const DECIDED_LIMIT = 50

/** Changes of the projects that somebody administers: those that wait, the oldest first, and the last 50 that were decided. */
export async function listChanges(
  { db }: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<{ open: ChangeLine[]; decided: ChangeLine[] }> {
  const scope = projectsFor(actor.roles, 'project:manage')
  const isOpen = { decision: null, proposedAt: { gt: new Date(now.getTime() - DECIDE_WITHIN_MS) } }
  const where = scope === 'all' ? {} : { projectId: { in: [...scope] } }
  const include = { project: { select: { name: true } } } as const
  const [open, decided] = await withinDeadline(
    Promise.all([
      db.change.findMany({ where: { ...where, ...isOpen }, orderBy: { proposedAt: 'asc' }, include }),
      db.change.findMany({
        where: { ...where, NOT: isOpen },
        orderBy: { proposedAt: 'desc' },
        take: DECIDED_LIMIT,
        include,
      }),
    ]),
  )
  const names = await findNames(db, [...open, ...decided])
  const show = (rows: readonly Row[]): ChangeLine[] =>
    rows
      .map((row) => ({ row, kind: row.kind, summary: parseSummary(row.summary) }))
      // What is for all projects is decided, and shown, where all are administered.
      .filter(({ summary }) => scope === 'all' || !summary.forAll)
      .flatMap(({ row, kind, summary: { lines, forAll } }) => {
        const about = aboutChanged(row.project, { kind, forAll })
        return isChangeKind(kind) ? { ...toLine(row, { names, actor, now }), about, kind, lines } : []
      })
  return { open: show(open), decided: show(decided) }
}

type Row = {
  readonly id: string
  readonly kind: string
  readonly summary: unknown
  readonly proposedBy: string | null
  readonly proposedAt: Date
  readonly decision: string | null
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly word: string | null
  readonly project: { readonly name: string }
}

type Reading = { readonly names: ReadonlyMap<string, string>; readonly actor: Actor; readonly now: Date }

function toLine(row: Row, { names, actor, now }: Reading): Omit<ChangeLine, 'about' | 'kind' | 'lines'> {
  const { id, proposedBy, proposedAt, decidedAt, decidedBy, word } = row
  return {
    ...{ id, proposedAt, decidedAt, word, because: parseBecause(row.summary) },
    proposedBy: proposedBy === null ? null : (names.get(proposedBy) ?? proposedBy),
    lapsesAt: new Date(proposedAt.getTime() + DECIDE_WITHIN_MS),
    isOwn: proposedBy === actor.personId,
    state: planChangeState(row, now),
    decidedBy: decidedBy === null ? null : (names.get(decidedBy) ?? decidedBy),
  }
}

async function findNames(db: Services['db'], rows: readonly Row[]): Promise<Map<string, string>> {
  const ids = rows.flatMap(({ proposedBy, decidedBy }) => [proposedBy, decidedBy]).filter((id) => id !== null)
  const people = await withinDeadline(
    db.person.findMany({
      where: { id: { in: [...new Set(ids)] } },
      select: { id: true, name: true, email: true },
    }),
  )
  return new Map(people.map(({ id, name, email }) => [id, name ?? email ?? id]))
}
