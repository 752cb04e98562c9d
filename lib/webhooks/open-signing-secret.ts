import type { SecretBox } from '../keys/seal.ts'
import { bindSecret, openSecret, parseSecretReferences } from '../projects/secret-reference.ts'

/** What a webhook's messages are signed with; null where it cannot be opened. */
export function openSigningSecret(
  box: SecretBox,
  { id, secrets }: { readonly id: string; readonly secrets: unknown },
): string | null {
  const reference = parseSecretReferences(secrets).signingSecret
  if (reference === undefined) return null
  try {
    return openSecret(reference, box, bindSecret('webhooks', id))
  } catch {
    return null
  }
}
