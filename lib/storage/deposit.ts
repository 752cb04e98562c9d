/** What is kept under a name, and a mark by which `replace` knows that it still is. */
export type Kept = { readonly bytes: Uint8Array; readonly mark: string }

/**
 * A place for small files that are put there to stay. Implementations throw AppError: `storage-none`,
 * `storage-forbidden`, `storage-unavailable`, `storage-misbehaved`, `address-refused`.
 */
export interface Deposit {
  /** A short word for people, without a secret: `s3://anchors/prod`, `azure://anchors`, `file:/srv/anchors`. */
  readonly label: string
  find(name: string, signal: AbortSignal): Promise<Kept | null>
  /** Puts a file there to be kept as it is. `there`: one of that name is there, whatever it holds, and stays. */
  create(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<'written' | 'there'>
  /** Puts a file in the place of the one with this mark, or of none (null). `moved`: there is another by now. */
  replace(
    name: string,
    bytes: Uint8Array,
    options: { mark: string | null; signal: AbortSignal },
  ): Promise<'written' | 'moved'>
}

/** As much of a file is read: what is larger is none of those put there. */
export const MOST_BYTES = 1 << 20

/** Longest that one question may take, tries and pauses included. */
export const DEPOSIT_LIMIT_MS = 20_000

/** The name under a prefix, which may be empty and may end in a slash. */
export function placeUnder(prefix: string, name: string): string {
  const folder = prefix.replace(/\/+$/, '')
  return folder === '' ? name : `${folder}/${name}`
}
