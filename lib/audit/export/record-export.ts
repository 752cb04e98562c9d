import { type Actor, auditActor } from '../../auth/actor.ts'
import type { ErrorCode } from '../../errors.ts'
import { newUuid } from '../../uuid.ts'
import { describeFilter } from '../describe-filter.ts'
import type { LogFilter } from '../log-filter.ts'
import { type LogWriter, recordEvent } from '../record.ts'
import type { ExportFormat } from './parse-export.ts'

type Outcome =
  | { readonly outcome: 'allowed' }
  | { readonly outcome: 'refused' | 'failed'; readonly code: ErrorCode }

/** What is said of an export; no format where it could not be read. */
type About = {
  readonly format: ExportFormat | 'receipt' | null
  readonly isRedacted: boolean
  readonly anchorSize: number | null
  readonly filter: LogFilter
  /** One that is made in the background. */
  readonly exportId?: string
  /** Its file is fetched. */
  readonly isFetched?: true
}

/** Puts an export on record: what was asked for, and in which form. */
export async function recordExport(
  { db }: { readonly db: LogWriter },
  actor: Actor,
  { format, isRedacted, anchorSize, filter, exportId, isFetched }: About,
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
      ...(exportId !== undefined && { exportId }),
      ...(isFetched === true && { fetched: true }),
    },
  })
}
