import { type Checkpoint, isSignedBy, parseCheckpoint } from '../checkpoint.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'

/** A checkpoint as it came back from the anchor; null when it is none that one of this log's keys has signed. */
export function parseAnchored(
  bytes: Uint8Array,
  { origin, key, previousKey }: CheckpointSigner,
): Checkpoint | null {
  const signed = parseCheckpoint(Buffer.from(bytes).toString('utf8'))
  if (signed === null || signed.checkpoint.origin !== origin) return null
  const keys = previousKey === null ? [key] : [key, previousKey]
  return keys.some((each) => isSignedBy(signed, each)) ? signed.checkpoint : null
}
