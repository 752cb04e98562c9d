type Counts = {
  readonly found: number
  /** Found or not, but asked for. */
  readonly lookedFor: number
  /** Not in the catalogue, and their recorder did not answer. */
  readonly unasked: number
}

/** What came of a search, in a sentence. */
export function sayFound({ found, lookedFor, unasked }: Counts): string {
  const all = lookedFor + unasked
  if (all === 0) return 'There was nothing to look for.'
  if (all === 1) return unasked === 1 ? 'Not known yet.' : found === 1 ? 'Found.' : 'Not found or not yours.'
  if (found === all) return `All ${all} found.`
  const missing = lookedFor - found
  return [
    `${found} of ${all} found`,
    missing > 0 && `${missing} not found or not yours`,
    unasked > 0 && `${unasked} could not be asked for`,
  ]
    .filter((part) => part !== false)
    .join('; ')
    .concat('.')
}
