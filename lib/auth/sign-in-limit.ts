import { AppError } from '../errors.ts'

const WINDOW_MS = 60_000
/** Past so many addresses the oldest are forgotten: memory stays bounded whatever comes. */
const ADDRESSES_MAX = 50_000

type Window = { readonly startedAt: number; times: number }

declare global {
  // One for all bundles of the process.
  var recordroomSignInWindows: Map<string, Window> | undefined
}

/**
 * Counts a step of signing in against its address.
 * @throws AppError `rate-limited` past `perMinute` in a minute; facts say after how many seconds to come back
 */
export function countSignInStep(step: string, address: string | null, perMinute: number): void {
  globalThis.recordroomSignInWindows ??= new Map()
  const windows = globalThis.recordroomSignInWindows
  const key = `${step} ${address}`
  const now = Date.now()
  const known = windows.get(key)
  const window =
    known !== undefined && now - known.startedAt < WINDOW_MS ? known : { startedAt: now, times: 0 }
  window.times += 1
  if (window !== known) windows.delete(key)
  windows.set(key, window)
  for (const oldest of windows.keys()) {
    if (windows.size <= ADDRESSES_MAX) break
    windows.delete(oldest)
  }
  if (window.times <= perMinute) return
  const retryAfterSeconds = Math.max(1, Math.ceil((window.startedAt + WINDOW_MS - now) / 1000))
  throw new AppError(
    'rate-limited',
    `Too many sign-ins from this address. Try again in ${retryAfterSeconds} seconds.`,
    {
      facts: { retryAfterSeconds },
    },
  )
}
