/** Beginning and end tell IDs apart; the whole is in the link and under the pointer. What would save next to nothing stays. */
export function shorten(id: string, head: number, tail: number): string {
  return id.length <= head + tail + 3 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`
}
