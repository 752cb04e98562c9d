import type { SecretBox } from '../keys/seal.ts'
import type { GivenSecret, GivenSecrets } from './parse-projects-file.ts'
import {
  bindSecret,
  describeReference,
  type SecretReference,
  type SecretReferences,
  type SecretTable,
} from './secret-reference.ts'

export type SecretRow = {
  readonly table: SecretTable
  readonly rowId: string
  /** What stands there. */
  readonly kept: SecretReferences
}

export type SealedSecrets = {
  readonly secrets: Record<string, SecretReference>
  readonly changed: boolean
}

/** What to keep of a row's secrets: references as they are, the rest sealed. One that is the same stays as it was sealed. */
export function sealSecrets(given: GivenSecrets, row: SecretRow, box: SecretBox): SealedSecrets {
  const names = Object.keys(given)
  const secrets: Record<string, SecretReference> = {}
  let changed = Object.keys(row.kept).some((name) => !names.includes(name))
  for (const [name, secret] of Object.entries(given)) {
    const kept = row.kept[name]
    if (kept !== undefined && isSame(box, row, { secret, kept })) {
      secrets[name] = kept
      continue
    }
    changed = true
    secrets[name] =
      'plain' in secret ? { sealed: box.seal(secret.plain, bindSecret(row.table, row.rowId)) } : secret
  }
  return { secrets, changed }
}

/** For the log: where each is, never what it is. */
export function describeSecrets(secrets: SecretReferences): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, reference]) => [name, describeReference(reference)]),
  )
}

function isSame(
  box: SecretBox,
  row: SecretRow,
  { secret, kept }: { readonly secret: GivenSecret; readonly kept: SecretReference },
): boolean {
  if ('env' in secret) return 'env' in kept && kept.env === secret.env
  if ('file' in secret) return 'file' in kept && kept.file === secret.file
  if (!('sealed' in kept)) return false
  try {
    return box.open(kept.sealed, bindSecret(row.table, row.rowId)) === secret.plain
  } catch {
    // Sealed with a key that is gone: to be sealed anew.
    return false
  }
}
