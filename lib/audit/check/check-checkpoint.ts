import type { KeyObject } from 'node:crypto'
import { isSignedBy, noteKeyId, parseCheckpoint, type SignedCheckpoint } from '../checkpoint.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'
import { same } from './check-blocks.ts'
import type { LogFault } from './fault.ts'

export type KeptCheckpoint = { readonly size: bigint; readonly text: string }

/** What the log itself says at that size. */
export type Head = { readonly root: Uint8Array; readonly series: number; readonly rows: bigint }

/**
 * Whether a checkpoint says what the log says, and whoever it names has signed it. One of an earlier key, which is not
 * at hand any more, is compared all the same; the newest must be of a key that is.
 */
export function checkCheckpoint(
  { size, text }: KeptCheckpoint,
  head: Head,
  { signer, isNewest }: { readonly signer: CheckpointSigner; readonly isNewest: boolean },
): LogFault | null {
  const name = `The checkpoint of ${size} blocks`
  const signed = parseCheckpoint(text)
  if (signed === null) return { code: 'checkpoint-changed', sentence: `${name} cannot be read.` }
  const { checkpoint } = signed
  const isSame =
    checkpoint.size === Number(size) &&
    same(checkpoint.root, head.root) &&
    checkpoint.series === head.series &&
    BigInt(checkpoint.rows) === head.rows
  if (!isSame) return { code: 'checkpoint-changed', sentence: `${name} says something else than the log.` }
  const keys = signer.previousKey === null ? [signer.key] : [signer.key, signer.previousKey]
  const named = keys.filter((key) => names(signed, key))
  if (named.some((key) => !isSignedBy(signed, key)))
    return { code: 'checkpoint-forged', sentence: `${name} is not signed by the key that it names.` }
  if (isNewest && named.length === 0)
    return {
      code: 'checkpoint-forged',
      sentence: `${name}, the newest, is signed by none of the portal’s keys.`,
    }
  return null
}

function names({ checkpoint, signatures }: SignedCheckpoint, key: KeyObject): boolean {
  const id = noteKeyId(checkpoint.origin, key)
  return signatures.some(({ name, keyId }) => name === checkpoint.origin && same(keyId, id))
}
