'use client'

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { keyOf, type Offer, type OpenRequest } from './asking-for.ts'

type OpenRequests = {
  readonly requests: readonly OpenRequest[]
  readonly add: (request: OpenRequest) => void
}

const OpenRequestsContext = createContext<OpenRequests>({ requests: [], add: () => {} })

/** Knows what its reader has asked for and waits for, before the page came and on it. */
export function OpenRequestsProvider({
  initial,
  children,
}: {
  initial: readonly OpenRequest[]
  children: ReactNode
}) {
  const [sent, setSent] = useState<readonly OpenRequest[]>([])
  const value = useMemo(
    () => ({
      requests: [...sent, ...initial],
      add: (request: OpenRequest) => setSent((before) => [request, ...before]),
    }),
    [initial, sent],
  )
  return <OpenRequestsContext value={value}>{children}</OpenRequestsContext>
}

export function useOpenRequests(): OpenRequests {
  return useContext(OpenRequestsContext)
}

/** Whether any of it was asked for and waits. */
export function useIsAsked(offers: readonly Offer[]): boolean {
  const { requests } = useOpenRequests()
  const keys = new Set(offers.map(({ wanted }) => keyOf(wanted)))
  return requests.some(({ wanted }) => keys.has(keyOf(wanted)))
}
