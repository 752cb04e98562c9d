import { recordEvent } from '../audit/record.ts'
import { type ArchiveKey, parseArchiveKey } from '../crypto/archive-key.ts'
import { AppError, isAppError } from '../errors.ts'
import { unwrapPassword } from '../keys/key-ring.ts'
import type { OpenProject } from '../projects/project-registry.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'

/** What an archive’s key is unwrapped from. */
export type WrappedKey = {
  readonly viewingId: string
  readonly archiveId: string
  readonly createdAt: Date
  readonly encryptedPassword: string | null
  /** The certificate that opened it before. */
  readonly certificateFingerprint: string | null
}

export type UnwrappedKey = { readonly key: ArchiveKey; readonly fingerprint: string }

/**
 * The key of an archive, for a viewing that is on record already. Which certificate was used, or that none fits, is put
 * on record. Throws `password-missing`, `password-malformed`, `key-not-found`, `key-provider-down`.
 */
export async function unwrapKey(
  services: Services,
  { project, wrapped }: { readonly project: OpenProject; readonly wrapped: WrappedKey },
  signal: AbortSignal,
): Promise<UnwrappedKey> {
  const about = { viewingId: wrapped.viewingId, archiveId: wrapped.archiveId, projectId: project.id }
  if (!wrapped.encryptedPassword) throw new AppError('password-missing')
  try {
    const hint = { fingerprint: wrapped.certificateFingerprint, createdAt: wrapped.createdAt }
    const { bytes, fingerprint } = await unwrapPassword(project.keyRing, wrapped.encryptedPassword, {
      hint,
      signal,
    })
    const key = parseArchiveKey(bytes)
    bytes.fill(0)
    await recordEvent(services.db, {
      id: newUuid(),
      action: 'key.used',
      outcome: 'allowed',
      certificateFingerprint: fingerprint,
      ...about,
    })
    return { key, fingerprint }
  } catch (error) {
    if (!isAppError(error) || error.code === 'audit-unavailable') throw error
    await recordEvent(services.db, {
      id: newUuid(),
      action: 'key.failed',
      outcome: 'failed',
      code: error.code,
      ...about,
    })
    throw error
  }
}
