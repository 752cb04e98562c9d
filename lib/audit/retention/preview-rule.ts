import { recordRefused } from '../../access/act.ts'
import { can, projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { askLog } from '../ask-log.ts'
import { type Foreseen, foreseeRule } from './foresee-rule.ts'
import { parseLogRule, type WantedRule } from './propose-rule.ts'

const PARAMETERS = new Set(['project', 'content', 'lines'])

/** Reads the rule that a preview is asked of: `for-good`, or whole months; without a project: the portal itself. Throws AppError `request-invalid`. */
export function parsePreview(parameters: URLSearchParams): WantedRule {
  for (const name of parameters.keys())
    if (!PARAMETERS.has(name) || parameters.getAll(name).length > 1)
      throw new AppError('request-invalid', `${name.slice(0, 64)}: is not known here, or said twice.`)
  return parseLogRule({
    project: parameters.get('project'),
    contentMonths: readMonths(parameters.get('content')),
    linesMonths: readMonths(parameters.get('lines')),
  })
}

/** How it is on record when it is refused: who looks at what would go looks at the log. */
const PREVIEW_DEED = {
  action: 'log.searched',
  about: { target: { kind: 'log-rule', id: 'log' } },
} as const

/**
 * What a rule would let go today. Throws AppError `forbidden`, on record, for a project that is not there or not theirs, and
 * `log-slow` when it takes longer than a page may; `log-busy`, `audit-unavailable`.
 */
export async function previewRule(services: Services, actor: Actor, wanted: WantedRule): Promise<Foreseen> {
  const { db } = services
  const { roles } = actor
  const { project: name, ...rule } = wanted
  const project =
    name === null
      ? null
      : await withinDeadline(db.project.findFirst({ where: { name }, select: { id: true } }))
  const isTheirs =
    name === null
      ? projectsFor(roles, 'project:manage') === 'all'
      : project !== null && can(roles, 'project:manage', project.id)
  if (!isTheirs) {
    await recordRefused(services, { actor, ...PREVIEW_DEED }, 'forbidden')
    throw new AppError('forbidden')
  }
  return askLog(services, (log) => foreseeRule(log, project?.id ?? null, { rule, now: new Date() }))
}

/** What is no number of months stays text, which no rule has. */
function readMonths(text: string | null): number | string | null {
  if (text === 'for-good') return null
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : (text ?? '')
}
