import { z } from 'zod'
import { act } from '../../access/act.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { oneLine } from '../../one-line.ts'
import { parseBody } from '../../parse-body.ts'
import { proposeChange } from '../../projects/propose-change.ts'
import type { Services } from '../../services.ts'
import { byHand } from '../../webhooks/by-hand.ts'
import { foreseeInTime, sayForeseen } from './foresee-rule.ts'
import { factsOfPlace, lockPlaceByName } from './lock-place.ts'
import { judgeLogRule, type LogRule, MOST_MONTHS, sayMonths } from './log-rule.ts'
import { readLogRule } from './read-rule.ts'

/** What waits for a second person. */
export type Proposed = { readonly changeId: string; readonly state: 'awaiting' }

export type WantedRule = LogRule & {
  /** By name; null: the portal itself. */
  readonly project: string | null
}

const months = z.int().min(1).max(MOST_MONTHS).nullable()
const wanted = z.strictObject({
  project: oneLine(120).nullable(),
  contentMonths: months,
  linesMonths: months,
})

/** Throws AppError `request-invalid`, also for a rule that cannot be. */
export function parseLogRule(body: unknown): WantedRule {
  const rule = parseBody(body, wanted)
  const fault = judgeLogRule(rule)
  if (fault !== null) throw new AppError('request-invalid', fault)
  return rule
}

/** How it is on record when it is refused. */
export const RULE_DEED = {
  action: 'change.proposed',
  about: { target: { kind: 'log-rule', id: 'log' } },
} as const

/**
 * Proposes how long a project's part of the log is kept. It always waits for a second administrator, four eyes or not. On
 * record, and so is a refusal: `forbidden`, `change-unfit` where it is kept so already.
 */
export async function proposeLogRule(services: Services, actor: Actor, asked: WantedRule): Promise<Proposed> {
  const { project: name, contentMonths, linesMonths } = asked
  return act(services, { actor, ...RULE_DEED }, async (doing) => {
    const place = await lockPlaceByName(doing, name, 'project:manage')
    doing.note(factsOfPlace(place))
    const projectId = place.project?.id ?? null
    const kept = await readLogRule(doing.tx, projectId)
    const rule = { contentMonths, linesMonths }
    if (kept !== null && kept.contentMonths === contentMonths && kept.linesMonths === linesMonths)
      throw new AppError('change-unfit', 'It is kept so already.')
    const foreseen = await foreseeInTime(doing.tx, projectId, { rule, now: new Date() })
    const lines = [
      ...(place.project === null ? ['what belongs to no project: the portal’s own part of the log'] : []),
      sayChange('personal values in the log', kept, kept?.contentMonths ?? null, contentMonths),
      sayChange('lines of the log', kept, kept?.linesMonths ?? null, linesMonths),
      sayForeseen(foreseen),
    ]
    const changeId = await proposeChange(
      { ...byHand(doing, services.secrets), project: place.beside },
      {
        payload: { kind: 'log-retention', lines, replaces: kept?.number ?? null },
        summary: { lines, forAll: place.project === null, webhookId: null },
        log: rule,
        proposedBy: { personId: actor.personId, name: actor.name },
      },
    )
    return { changeId, state: 'awaiting' }
  })
}

function sayChange(what: string, kept: LogRule | null, before: number | null, after: number | null): string {
  return `${what}: ${kept === null ? 'not chosen' : sayMonths(before)} becomes ${sayMonths(after)}`
}
