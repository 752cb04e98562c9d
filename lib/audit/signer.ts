import type { Environment } from '../env.ts'
import { checkpointOrigin } from './checkpoint.ts'
import type { CheckpointSigner } from './write-checkpoint.ts'

/** With what the portal signs the log's checkpoints, and under which name. */
export function createSigner(env: Environment): CheckpointSigner {
  return {
    origin: checkpointOrigin(env.origin),
    key: env.auditSigningKey,
    previousKey: env.auditSigningKeyPrevious,
  }
}
