import { type IsSignature, isNoteSigned, type Note, parseNote } from './verify-checkpoint.ts'
import { BundleFault, quote } from './verify-fault.ts'
import { hexOf } from './verify-json.ts'
import type { PublicKey } from './verify-key.ts'
import type { Manifest } from './verify-manifest.ts'
import type { ProvenRoots } from './verify-sizes.ts'

/** A checkpoint that whoever verifies had before: a file kept elsewhere, or that of an earlier export. */
export type Known = { readonly name: string; readonly text: string }

export type KnownNote = Note & { readonly name: string }

/** So much of a moment is compared: to the millisecond, which is what a checkpoint says. */
const MOMENT_CHARACTERS = 23

/** Reads a known checkpoint, and sees whether it can be of the same log before the export. */
export function readKnown({ name, text }: Known, manifest: Manifest, note: Note): KnownNote {
  const read = parseNote(text)
  if (read === null) throw new BundleFault(quote(name), 'it is no checkpoint')
  if (read.origin !== note.origin) throw new BundleFault(quote(name), 'it is a checkpoint of another log')
  const [at, madeAt] = [read.at, manifest.madeAt].map((moment) => moment.slice(0, MOMENT_CHARACTERS))
  if (read.size > note.size && String(at) <= String(madeAt)) {
    const sizes = `it speaks of ${read.size} blocks, and the export, which was made after it, of ${note.size}`
    throw new BundleFault(quote(name), `${sizes}: the end of the log was cut off`)
  }
  return { ...read, name: quote(name) }
}

type Found = {
  readonly note: Note
  readonly key: PublicKey
  readonly isSignature: IsSignature
  readonly roots: ProvenRoots
}

/** Whether the bundle's log extends a known checkpoint; a sentence of that, or of what could not be checked. */
export async function compareKnown(
  known: KnownNote,
  { note, key, isSignature, roots }: Found,
): Promise<{ isExtended: boolean; sentence: string }> {
  const { name, size, root, at } = known
  const isSigned = await isNoteSigned(known, key.raw, isSignature)
  if (isSigned === false)
    throw new BundleFault(name, 'its signature is in the name of this key, and not by it')
  if (size > note.size) {
    const sentence = `${name}, as it is newer than the export; export again, and compare with that`
    return { isExtended: false, sentence }
  }
  const proven = roots.get(size)
  if (proven === undefined) {
    const sentence = `${name}, as the bundle has no proof for its ${size} blocks; export again with anchor=${size}`
    return { isExtended: false, sentence }
  }
  if (hexOf(proven) !== hexOf(root))
    throw new BundleFault(
      name,
      'the log in this bundle does not extend it: what was sealed then was changed since',
    )
  if (isSigned === 'foreign') {
    const sentence = `who signed ${name}, as it was another key than this bundle’s; the log extends it nonetheless`
    return { isExtended: false, sentence }
  }
  return { isExtended: true, sentence: `It extends ${name}, of ${size} blocks at ${at}.` }
}
