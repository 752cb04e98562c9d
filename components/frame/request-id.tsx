'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

type Loaded = { readonly requestId: string; readonly address: string | null }

const RequestIdContext = createContext<Loaded | null>(null)

/** Knows the id of the request that brought the page, and for which address that was. */
export function RequestIdProvider({
  requestId,
  children,
}: {
  requestId: string | null
  children: ReactNode
}) {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => setAddress(addressHere()), [])
  return (
    <RequestIdContext value={requestId === null ? null : { requestId, address }}>{children}</RequestIdContext>
  )
}

/** The id of the request that brought this page, or null when the reader has moved on within it since. */
export function useRequestId(): string | null {
  const loaded = useContext(RequestIdContext)
  if (loaded === null || typeof window === 'undefined') return null
  return loaded.address === null || loaded.address === addressHere() ? loaded.requestId : null
}

function addressHere(): string {
  return `${window.location.pathname}${window.location.search}`
}
