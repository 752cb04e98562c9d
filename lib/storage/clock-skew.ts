/**
 * How far the portal's clock is from that of whoever sent `date` (an HTTP Date header), in words: `it is 95 seconds
 * ahead of the store’s`.
 */
export function describeSkew(date: string | null, now: Date = new Date()): string {
  const there = Date.parse(date ?? '')
  if (Number.isNaN(there)) return 'set it right'
  const seconds = Math.round((now.getTime() - there) / 1000)
  if (Math.abs(seconds) < 2) return 'it agrees with the store’s now'
  return `it is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} the store’s`
}
