import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'
import { isNoticeKind, type NoticeKind, noticePath } from './notice-kind.ts'

export type NoticeLine = {
  readonly id: string
  readonly kind: NoticeKind
  /** Ids and names of what it speaks of, as whoever told it put them down. */
  readonly about: NoticeAbout
  /** The page of this site where it is found. */
  readonly href: string
  readonly at: Date
  readonly readAt: Date | null
}

export type NoticeAbout = Readonly<Record<string, string | null>>

/** How long a notice is shown; what it tells of is on record for longer. */
const KEPT_DAYS = 90
const KEPT_MS = KEPT_DAYS * 24 * 60 * 60 * 1000
const MOST = 50

/** What somebody was told in the last 90 days: the newest 50, and how many of all they have not read. */
export async function listNotices(
  { db }: Services,
  actor: Actor,
): Promise<{ notices: NoticeLine[]; unread: number }> {
  const where = { personId: actor.personId, createdAt: { gt: new Date(Date.now() - KEPT_MS) } }
  const [rows, unread] = await withinDeadline(
    Promise.all([
      db.notice.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: MOST }),
      db.notice.count({ where: { ...where, readAt: null } }),
    ]),
  )
  return { notices: rows.flatMap(toLine), unread }
}

type Row = {
  readonly id: string
  readonly kind: string
  readonly about: unknown
  readonly createdAt: Date
  readonly readAt: Date | null
}

/** A kind that this version does not know is not shown. */
function toLine({ id, kind, about, createdAt, readAt }: Row): NoticeLine[] {
  if (!isNoticeKind(kind)) return []
  return [{ id, kind, about: parseAbout(about), href: noticePath(kind), at: createdAt, readAt }]
}

function parseAbout(column: unknown): NoticeAbout {
  if (typeof column !== 'object' || column === null) return {}
  const about: Record<string, string | null> = {}
  for (const [name, value] of Object.entries(column)) {
    if (typeof value === 'string' || value === null) about[name] = value
  }
  return about
}
