/** Which fields differ. */
export function findChanged<T extends object>(before: T | null, after: T): string[] {
  if (before === null) return Object.keys(after)
  const kept = new Map<string, unknown>(Object.entries(before))
  return Object.entries(after)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(kept.get(name)))
    .map(([name]) => name)
}
