import { isNoticeKind, type NoticeAbout, type NoticeKind } from '../../lib/notices/notice-kind.ts'
import { parseLocalPath } from '../local-path.ts'
import { type Answer, ask, askChange, parseProblem } from './asking.ts'

/** What somebody is told. */
export type Notice = {
  readonly id: string
  readonly kind: NoticeKind
  readonly about: NoticeAbout
  /** Whether it is about a grant that its reader gave to somebody else. */
  readonly isGiver: boolean
  readonly href: string
  readonly at: Date
  readonly isRead: boolean
}

export type Notices = { readonly notices: readonly Notice[]; readonly unread: number }

/** What was marked and is not yet heard of must not come back as unread on the page it led to. */
let marking: Promise<unknown> = Promise.resolve()

/** One's own notices, the newest first. */
export async function askNotices(): Promise<Answer<Notices>> {
  await marking
  const answer = await ask('/notices')
  if (!answer.ok) return answer
  const value = parseNotices(answer.value.body)
  return value === null ? { ok: false, problem: parseProblem(502, null) } : { ok: true, value }
}

export function markRead(ids: readonly string[]): void {
  marking = marking.then(() => askChange('/notices/read', 'POST', { ids }))
}

/** Reads what was answered to `GET /notices`; null when it is not of that form. What this page does not know is left out. */
export function parseNotices(body: unknown): Notices | null {
  if (typeof body !== 'object' || body === null) return null
  const { notices, unread } = body as Record<string, unknown>
  if (!Array.isArray(notices) || typeof unread !== 'number') return null
  return { notices: notices.flatMap(parseNotice), unread }
}

function parseNotice(line: unknown): Notice[] {
  if (typeof line !== 'object' || line === null) return []
  const { id, kind, about, isGiver, href, at, readAt } = line as Record<string, unknown>
  if (typeof id !== 'string' || typeof kind !== 'string' || typeof at !== 'string') return []
  const path = typeof href === 'string' ? parseLocalPath(href) : null
  if (!isNoticeKind(kind) || path === null) return []
  const told = { id, kind, about: parseAbout(about), isGiver: isGiver === true }
  return [{ ...told, href: path, at: new Date(at), isRead: readAt !== null }]
}

function parseAbout(about: unknown): NoticeAbout {
  if (typeof about !== 'object' || about === null) return {}
  return Object.fromEntries(
    Object.entries(about).filter(([, value]) => typeof value === 'string' || value === null),
  )
}
