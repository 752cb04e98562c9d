import type { Prisma } from '../../prisma/client/client.ts'
import type { AuditEvent } from '../audit/event.ts'

/** What applying a part of an access file goes about with. The three last tell the log, the terminal, and that it is refused. */
export type Applying = {
  readonly tx: Prisma.TransactionClient
  readonly projects: KnownProjects
  readonly record: (event: Omit<AuditEvent, 'id' | 'outcome' | 'actor' | 'client'>) => Promise<void>
  readonly say: (line: string) => void
  readonly fault: (path: readonly (string | number)[], message: string) => void
}

export type KnownProject = {
  readonly id: string
  readonly name: string
  readonly region: string | null
  /** How long a grant may last; null where the project does not say, which binds no file. */
  readonly longestGrantDays: number | null
}
export type KnownProjects = ReadonlyMap<string, KnownProject>

/** Somebody a mail of the file stands for; issuer and subject are null until they have signed in. */
export type KnownPerson = {
  readonly id: string
  readonly email: string
  readonly issuer: string | null
  readonly subject: string | null
  readonly isDisabled: boolean
  readonly isNew: boolean
}
