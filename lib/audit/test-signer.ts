import { generateKeyPairSync } from 'node:crypto'
import type { CheckpointSigner } from './write-checkpoint.ts'

/** For tests: a log's name with a key made up for it. */
export function inventSigner(changes: Partial<CheckpointSigner> = {}): CheckpointSigner {
  const key = generateKeyPairSync('ed25519').privateKey
  return { origin: 'portal.test/audit', key, previousKey: null, ...changes }
}
