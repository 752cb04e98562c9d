import type { ByteRange } from '../http/byte-range.ts'

const MIB = 1024 * 1024
/**
 * The log may claim one window of 4 MiB more than was received. A quarter is left for what this process may still hold
 * of the window before when the next one goes on record.
 */
const LARGEST_BYTES = 4 * MIB - 256 * 1024

/**
 * Cuts a range into the windows it is served in. A segment is one window where it fits; a file begins with small ones,
 * because browsers ask for all that follows and hang up.
 */
export function planWindows({ start, end }: ByteRange, kind: 'segment' | 'file'): ByteRange[] {
  const windows: ByteRange[] = []
  let length = kind === 'segment' ? LARGEST_BYTES : MIB
  for (let at = start; at < end; ) {
    const next = Math.min(at + length, end)
    windows.push({ start: at, end: next })
    at = next
    length = Math.min(2 * length, LARGEST_BYTES)
  }
  return windows
}

const FIRST_FETCH_BYTES = 256 * 1024

/**
 * Cuts a window into what is fetched for it at a time: of a segment little at first, because whoever leaps about in a
 * recording hangs up before the rest, and what a store has sent is paid for.
 */
export function planFetches({ start, end }: ByteRange, kind: 'segment' | 'file'): ByteRange[] {
  const middle = start + FIRST_FETCH_BYTES
  if (kind === 'file' || end - start < 2 * FIRST_FETCH_BYTES) return [{ start, end }]
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}
