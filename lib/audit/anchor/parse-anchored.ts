import { type Checkpoint, isSignedBy, parseCheckpoint } from '../checkpoint.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'

/**
 * A checkpoint as it came back from the anchor; null when it is none that one of this log's keys has signed. The key tells
 * whose it is: the name goes with the portal's address, which may have become another.
 */
export function parseAnchored(
  bytes: Uint8Array,
  { key, previousKey }: Pick<CheckpointSigner, 'key' | 'previousKey'>,
): Checkpoint | null {
  const signed = parseCheckpoint(Buffer.from(bytes).toString('utf8'))
  if (signed === null) return null
  const keys = previousKey === null ? [key] : [key, previousKey]
  return keys.some((each) => isSignedBy(signed, each)) ? signed.checkpoint : null
}
