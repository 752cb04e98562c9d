import { type Actor, auditActor } from '../../auth/actor.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { describeFilter } from '../describe-filter.ts'
import { recordEvent } from '../record.ts'
import type { ExportQuery } from './parse-export.ts'

type Outcome =
  | { readonly outcome: 'allowed' }
  | { readonly outcome: 'refused' | 'failed'; readonly code: ErrorCode }

/** Puts an export on record: what was asked for, and in which form. */
export async function recordExport(
  { db }: Services,
  actor: Actor,
  { format, isRedacted, anchorSize, filter }: ExportQuery,
  outcome: Outcome,
): Promise<void> {
  const { sessionId, archiveId, viewingId } = filter
  await recordEvent(db, {
    ...{ id: newUuid(), action: 'log.exported', ...outcome },
    ...{ actor: auditActor(actor), client: actor.client, target: { kind: 'log', id: viewingId ?? 'all' } },
    ...(sessionId !== undefined && { sessionId }),
    ...(archiveId !== undefined && { archiveId }),
    after: {
      ...{ format, redacted: isRedacted },
      ...(anchorSize !== null && { anchorSize }),
      filter: describeFilter(filter),
    },
  })
}
