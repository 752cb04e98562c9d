import { useCallback, useEffect, useRef, useState } from 'react'
import type { Zone } from '../../lib/zone.ts'
import { askNotices, markRead, type Notice, type Notices } from './notices.ts'
import { sayNotice } from './say-notice.ts'
import { useZone } from './zone.tsx'

const EACH_MS = 60_000
/** A timer may come a moment before its time. */
const SLACK_MS = 1_000

type Told = Notices & {
  /** Of what came while the page was there. */
  readonly said: string
  /** Whether they could be asked for, the last time. */
  readonly isKnown: boolean
  readonly read: (notices: readonly Notice[]) => void
}

/** Asks for one's notices when the page opens, and each minute while it is seen. */
export function useNotices(): Told {
  const [told, setTold] = useState<Notices | null>(null)
  const [isKnown, setKnown] = useState(true)
  const [fresh, setFresh] = useState<readonly Notice[]>([])
  const { zone } = useZone()
  const known = useRef<ReadonlySet<string> | null>(null)

  useEffect(() => {
    let isGone = false
    let askedAt = 0
    const look = async (): Promise<void> => {
      askedAt = Date.now()
      const answer = await askNotices()
      if (isGone) return
      setKnown(answer.ok)
      if (!answer.ok) {
        // Whoever is signed out is told nothing more here.
        if (answer.problem.status === 401) stop()
        return
      }
      const { notices } = answer.value
      const before = known.current
      const news = before === null ? [] : notices.filter(({ id, isRead }) => !isRead && !before.has(id))
      known.current = new Set(notices.map(({ id }) => id))
      setTold(answer.value)
      if (news.length > 0) setFresh(news)
    }
    const lookWhenSeen = (): void => {
      if (document.visibilityState === 'visible' && Date.now() - askedAt >= EACH_MS - SLACK_MS) void look()
    }
    const timer = setInterval(lookWhenSeen, EACH_MS)
    const stop = (): void => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', lookWhenSeen)
    }
    void look()
    document.addEventListener('visibilitychange', lookWhenSeen)
    return () => {
      isGone = true
      stop()
    }
  }, [])

  const read = useCallback((notices: readonly Notice[]): void => {
    const ids = new Set(notices.filter(({ isRead }) => !isRead).map(({ id }) => id))
    if (ids.size === 0) return
    markRead([...ids])
    setTold((before) =>
      before === null
        ? null
        : {
            notices: before.notices.map((each) => (ids.has(each.id) ? { ...each, isRead: true } : each)),
            unread: Math.max(0, before.unread - ids.size),
          },
    )
  }, [])
  const said = sayFresh(fresh, zone)
  return { notices: told?.notices ?? [], unread: told?.unread ?? 0, said, isKnown, read }
}

function sayFresh([first, ...others]: readonly Notice[], zone: Zone): string {
  if (first === undefined) return ''
  return others.length === 0
    ? `New: ${sayNotice(first, zone)}`
    : `${others.length + 1} new notices. ${sayNotice(first, zone)}`
}
