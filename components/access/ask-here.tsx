'use client'

import { usePathname } from 'next/navigation'
import { AskButton } from './ask-button.tsx'
import { planOffers } from './asking-for.ts'

/** Asks for what the page that was refused would have shown: a session by its ID, or whatever is named. */
export function AskHere() {
  const offers = planOffers(usePathname())
  return offers === null ? null : <AskButton offers={offers} />
}
