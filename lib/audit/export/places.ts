import type { Services } from '../../services.ts'

/** An export has a connection of its own and keeps a processor of the database at work. */
const MOST_AT_ONCE = 4

const taken = new WeakMap<Services, number>()

/** One of the few exports that a process makes at a time: what gives the place back, or null when none is left. */
export function takePlace(services: Services): (() => void) | null {
  const inUse = taken.get(services) ?? 0
  if (inUse >= MOST_AT_ONCE) return null
  taken.set(services, inUse + 1)
  let isHeld = true
  return () => {
    if (isHeld) taken.set(services, (taken.get(services) ?? 1) - 1)
    isHeld = false
  }
}
