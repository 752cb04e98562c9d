/** What kind of export a bundle is. */
export type BundleKind = { readonly kind: 'range' | 'filtered'; readonly redacted: boolean }

type Sayings = { readonly proves: readonly string[]; readonly does_not_prove: readonly string[] }

const PROVES_ALWAYS = [
  'Each row of rows.jsonl stood in the log, to the letter, when its block was sealed.',
  'The rows are in the order of the log.',
]
const PROVES_RANGE =
  'No row of the blocks in blocks.jsonl is left out, and none was put in; between them no block is missing.'
const PROVES_CONTENT =
  'Names, addresses, reasons and case references in content.jsonl are those that the rows were written with.'

const FILTERED =
  'That no row is left out: each row here is authentic, but rows that fit the filter may be missing.'
const OUTSIDE = 'What was written before the first block in blocks.jsonl and after the last.'
const REDACTED =
  'Who the people in it are by name: personal values are left out, and only their hashes are here.'
const ERASED =
  'That every personal value is here: what was erased lawfully is missing from content.jsonl, and its hash remains.'
const UNWRITTEN = 'What was never written to the log.'
/** What an export cannot prove by itself, and a verifier can that is given what came another way. */
const BY_ITSELF = [
  'Whose the key is: compare its fingerprint with one that came to you by another way (--key).',
  'That no end of the log was cut off, and that it was not written anew by whoever holds the key: compare with a checkpoint that was kept elsewhere (--anchor) or with an earlier export (--earlier).',
]

/** What a bundle proves and what it does not, in plain sentences. */
export function sayWhatIsProven(bundle: BundleKind): Sayings {
  return { proves: sayProven(bundle), does_not_prove: [...sayNeverProven(bundle), ...BY_ITSELF] }
}

export function sayProven({ kind, redacted }: BundleKind): string[] {
  return [
    ...PROVES_ALWAYS,
    ...(kind === 'range' ? [PROVES_RANGE] : []),
    ...(redacted ? [] : [PROVES_CONTENT]),
  ]
}

/** What no verifier can find out, whatever it is given. */
export function sayNeverProven({ kind, redacted }: BundleKind): string[] {
  return [kind === 'range' ? OUTSIDE : FILTERED, redacted ? REDACTED : ERASED, UNWRITTEN]
}
