'use client'

import { createContext, type ReactNode, useContext, useState } from 'react'
import type { Zone } from '../../lib/zone.ts'
import { parseZone, ZONE_COOKIE } from '../times.ts'

type ZoneChoice = { readonly zone: Zone; readonly choose: (zone: Zone) => void }

const ZoneContext = createContext<ZoneChoice>({ zone: 'UTC', choose: () => {} })

const YEAR_SECONDS = 365 * 24 * 60 * 60

/** Keeps which zone times are shown in; the cookie tells the server, so that it renders the same. */
export function ZoneProvider({ initial, children }: { initial: Zone; children: ReactNode }) {
  const [zone, setZone] = useState(initial)
  const choose = (next: Zone): void => {
    // biome-ignore lint/suspicious/noDocumentCookie: not every browser in use has the Cookie Store API
    document.cookie = `${ZONE_COOKIE}=${encodeURIComponent(next)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
    setZone(next)
  }
  return <ZoneContext value={{ zone, choose }}>{children}</ZoneContext>
}

export function useZone(): ZoneChoice {
  return useContext(ZoneContext)
}

/** The reader's own zone, as their browser has it. */
export function findLocalZone(): Zone {
  return parseZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
}
