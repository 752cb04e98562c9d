import { findHoldersOf } from '../notices/find-holders-of.ts'
import { tell } from '../notices/tell.ts'
import { newUuid } from '../uuid.ts'
import type { Applying } from './applying.ts'
import { aboutChanged, type ChangeSummary, type LogAsked } from './change.ts'
import { type ChangePayload, sealPayload } from './change-payload.ts'

/** What of an applying a change that waits is written with. */
export type Writing = Pick<Applying, 'tx' | 'box' | 'project' | 'record'>

export type Proposal = {
  readonly payload: ChangePayload
  readonly summary: ChangeSummary
  /** Of a change of how the log is kept. */
  readonly log?: LogAsked
  /** Null: a projects file. */
  readonly proposedBy: { readonly personId: string; readonly name: string | null } | null
}

/** Puts a change down to wait for a second administrator, on record, and tells those who may be one. */
export async function proposeChange(
  { tx, box, project, record }: Writing,
  { payload, summary, log, proposedBy }: Proposal,
): Promise<string> {
  const id = newUuid()
  const { kind } = payload
  const { lines, forAll, webhookId } = summary
  const about = aboutChanged(project, { kind, forAll })
  await tx.change.create({
    data: {
      ...{ id, projectId: project.id, kind, proposedBy: proposedBy?.personId ?? null },
      summary: { lines: [...lines], forAll, webhookId, ...(log !== undefined && { log: { ...log } }) },
      secrets: sealPayload(box, id, payload),
    },
  })
  await record({
    action: 'change.proposed',
    target: { kind: 'change', id },
    after: { kind, lines, ...(forAll && { of: about.scope === 'portal' ? 'the portal' : 'all projects' }) },
    ...(log !== undefined && 'reason' in log && { reason: log.reason }),
  })
  const administrators = await findHoldersOf(tx, 'admin', forAll ? null : project.id)
  await tell(tx, {
    kind: 'change.awaiting',
    to: administrators.filter((personId) => personId !== proposedBy?.personId),
    projectId: forAll ? null : project.id,
    about: {
      ...{ changeId: id, change: kind, ...about },
      person: proposedBy?.name ?? null,
    },
  })
  return id
}
