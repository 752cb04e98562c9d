import { AppError } from '../../errors.ts'
import type { Applying } from '../../projects/applying.ts'
import type { ChangePayload } from '../../projects/change-payload.ts'
import { readLogRule } from './read-rule.ts'

type LogPayload = Extract<ChangePayload, { kind: 'log-retention' | 'log-hold' | 'log-erasure' }>

/**
 * Makes a change of how the log is kept that a second person agrees to at this moment. The database itself reads what was
 * proposed, and by whom, and refuses what two people did not agree.
 * @throws AppError `change-unfit` when the rule that it would replace is another by now
 */
export async function makeLogChange(applying: Applying, payload: LogPayload): Promise<void> {
  const { tx, say, deciding } = applying
  if (deciding === undefined) throw new Error('how the log is kept is changed by two people')
  for (const line of payload.lines) say(line)
  const { changeId, personId } = deciding
  switch (payload.kind) {
    case 'log-retention':
      return agreeRule(applying, payload.replaces)
    case 'log-hold': {
      const [row] = await tx.$queryRaw<{ hold: string }[]>`
        SELECT audit.release_log_hold(${changeId}::uuid, ${personId}::uuid)::text AS hold`
      return applying.record({
        action: 'hold.changed',
        target: { kind: 'log-hold', id: row?.hold ?? '' },
        after: { did: 'released' },
      })
    }
    case 'log-erasure':
      // puts itself on record, before it erases
      await tx.$queryRaw`SELECT audit.erase_content(${changeId}::uuid, ${personId}::uuid)::text`
  }
}

async function agreeRule(
  { tx, project, record, deciding }: Applying,
  replaces: number | null,
): Promise<void> {
  const projectId = deciding?.isForAll === true ? null : project.id
  const before = await readLogRule(tx, projectId)
  if ((before?.number ?? null) !== replaces)
    throw new AppError(
      'change-unfit',
      'Another rule was agreed since. Refuse this, and have it proposed again.',
    )
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    SELECT audit.agree_log_rule(${deciding?.changeId}::uuid, ${deciding?.personId}::uuid)::int AS number`
  const after = await readLogRule(tx, projectId)
  await record({
    action: 'retention.changed',
    target: { kind: 'log-rule', id: String(row?.number) },
    before,
    after,
  })
}
