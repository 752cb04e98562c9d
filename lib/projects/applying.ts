import type { Prisma } from '../../prisma/client/client.ts'
import type { AuditEvent } from '../audit/event.ts'
import type { SecretBox } from '../keys/seal.ts'

/** What applying a part of a project goes about with. `record` and `say` tell the log and the person at the terminal. */
export type Applying = {
  readonly tx: Prisma.TransactionClient
  readonly box: SecretBox
  readonly project: { readonly id: string; readonly name: string; readonly region: string | null }
  readonly record: (
    event: Pick<
      AuditEvent,
      'action' | 'target' | 'grantId' | 'sessionId' | 'archiveId' | 'reason' | 'before' | 'after'
    >,
  ) => Promise<void>
  readonly say: (line: string) => void
  /** Who agrees to it, where it waited for somebody. */
  readonly deciding?: { readonly changeId: string; readonly personId: string; readonly isForAll: boolean }
}
