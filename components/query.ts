/** The parameters of a page's address that were given once and hold something. */
export function readQuery<K extends string>(
  given: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly K[],
): { [name in K]?: string } {
  const read: { [name in K]?: string } = {}
  for (const name of names) {
    const value = given[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  return read
}

/** A path with those parameters that hold something. */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | null | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value != null && value !== '') query.set(name, value)
  return query.size === 0 ? path : `${path}?${query}`
}
