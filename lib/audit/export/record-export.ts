import type { ActFacts } from '../../access/act.ts'
import { type Actor, auditActor } from '../../auth/actor.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { describeFilter } from '../describe-filter.ts'
import type { LogFilter } from '../log-filter.ts'
import { recordEvent } from '../record.ts'
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
  { db }: Services,
  actor: Actor,
  about: About,
  outcome: Outcome,
): Promise<void> {
  await recordEvent(db, {
    ...{ id: newUuid(), action: 'log.exported', ...outcome },
    ...{ actor: auditActor(actor), client: actor.client },
    ...factsOfExport(about),
  })
}

/** What a row of the log says of an export. */
export function factsOfExport({
  format,
  isRedacted,
  anchorSize,
  filter,
  exportId,
  isFetched,
}: About): ActFacts {
  const { sessionId, archiveId, viewingId } = filter
  return {
    target: { kind: 'log', id: viewingId ?? 'all' },
    ...(sessionId !== undefined && { sessionId }),
    ...(archiveId !== undefined && { archiveId }),
    after: {
      ...{ format, redacted: isRedacted },
      ...(anchorSize !== null && { anchorSize }),
      filter: describeFilter(filter),
      ...(exportId !== undefined && { exportId }),
      ...(isFetched === true && { fetched: true }),
    },
  }
}
