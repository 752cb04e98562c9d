import type { AuditEvent } from '../audit/event.ts'
import { recordEvent } from '../audit/record.ts'
import { withinDeadline } from '../database.ts'
import { type ErrorCode, isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { closeViewing } from './close-viewing.ts'
import { ACTIONS, type Purpose } from './viewing.ts'

/** What every row of an opening says. */
export type About = Omit<AuditEvent, 'id' | 'action' | 'outcome'> & { readonly viewingId: string }

type Archive = { readonly archiveId: string; readonly projectId: string }
type Refused = { readonly about: About; readonly purpose: Purpose; readonly error: unknown }

/** An opening that was refused before it was on record: that goes on record; then throws the error. */
export async function refuseOpening(services: Services, { about, purpose, error }: Refused): Promise<never> {
  if (isAppError(error)) {
    await recordEvent(services.db, {
      id: newUuid(),
      action: ACTIONS[purpose].refused,
      outcome: 'refused',
      code: error.code,
      ...about,
    })
  }
  throw error
}

/** An opening that came to nothing after it was on record: that is on record too, the viewing ends, the catalogue remembers why. */
export async function giveUpOpening(
  services: Services,
  { about, purpose, error, archive }: Refused & { readonly archive: Archive },
): Promise<never> {
  const code: ErrorCode = isAppError(error) ? error.code : 'internal'
  if (code === 'audit-unavailable') throw error
  await withinDeadline(
    services.db.$transaction(async (tx) => {
      await recordEvent(tx, {
        id: newUuid(),
        action: ACTIONS[purpose].refused,
        outcome: 'failed',
        code,
        ...about,
      })
      const found = FINDINGS[code]
      if (found) {
        await recordEvent(tx, {
          id: newUuid(),
          action: found,
          outcome: 'failed',
          code,
          viewingId: about.viewingId,
          archiveId: archive.archiveId,
          projectId: archive.projectId,
        })
      }
      if (code.startsWith('archive-') || code.startsWith('password-') || code === 'key-not-found') {
        await tx.$executeRaw`UPDATE archives SET failure_code = ${code} WHERE id = ${archive.archiveId}::uuid`
      }
    }),
  )
  await closeViewing(services, about.viewingId, { reason: 'failed', outcome: 'failed', code })
  throw error
}

const FINDINGS: Partial<Record<ErrorCode, 'archive.altered' | 'archive.undecryptable'>> = {
  'archive-changed': 'archive.altered',
  'archive-undecryptable': 'archive.undecryptable',
}
