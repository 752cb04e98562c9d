import { can } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'
import { isNoticeKind, type NoticeAbout, type NoticeKind } from './notice-kind.ts'
import { noticePath } from './notice-path.ts'

export type NoticeLine = {
  readonly id: string
  readonly kind: NoticeKind
  readonly about: NoticeAbout
  /** Whether it is about a grant that its reader gave to somebody else. */
  readonly isGiver: boolean
  /** The page of this site where it is found. */
  readonly href: string
  readonly at: Date
  readonly readAt: Date | null
}

/** How long a notice is shown, and kept; what it tells of is on record for longer. */
export const KEPT_DAYS = 90
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
  return { notices: rows.flatMap((row) => toLine(row, actor)), unread }
}

type Row = {
  readonly id: string
  readonly kind: string
  readonly about: unknown
  readonly createdAt: Date
  readonly readAt: Date | null
}

/** A kind that this version does not know is not shown. */
function toLine(
  { id, kind, about: column, createdAt, readAt }: Row,
  { personId, roles }: Actor,
): NoticeLine[] {
  if (!isNoticeKind(kind)) return []
  const about = parseAbout(column)
  const isGiver = about.giverId === personId
  return [
    {
      id,
      kind,
      about,
      isGiver,
      href: noticePath({ kind, about, isGiver, isAuditor: can(roles, 'audit:read') }),
      at: createdAt,
      readAt,
    },
  ]
}

function parseAbout(column: unknown): NoticeAbout {
  if (typeof column !== 'object' || column === null) return {}
  const about: Record<string, string | null> = {}
  for (const [name, value] of Object.entries(column)) {
    if (typeof value === 'string' || value === null) about[name] = value
  }
  return about
}
