import { recordRefused } from '../../access/act.ts'
import { can, projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { askLog } from '../ask-log.ts'
import { recordReading } from '../record-reading.ts'
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

/** Who looks at what would go looks at the log. */
const PREVIEWED = { target: { kind: 'log-rule', id: 'log' } } as const

/**
 * What a rule would let go today. That it is asked is on record before it is counted, and so is a refusal: `forbidden` for a
 * project that is not there or not theirs. Throws `log-slow` when it takes longer than a page may;
 * `log-busy`, `audit-unavailable`.
 */
export async function previewRule(services: Services, actor: Actor, wanted: WantedRule): Promise<Foreseen> {
  const { db } = services
  const { roles } = actor
  const { project: name, ...rule } = wanted
  const project =
    name === null
      ? null
      : await withinDeadline(db.project.findFirst({ where: { name }, select: { id: true, name: true } }))
  const isTheirs =
    name === null
      ? projectsFor(roles, 'project:manage') === 'all'
      : project !== null && can(roles, 'project:manage', project.id)
  if (!isTheirs) {
    await recordRefused(services, { actor, action: 'log.searched', about: PREVIEWED }, 'forbidden')
    throw new AppError('forbidden')
  }
  await recordReading(services, actor, {
    ...PREVIEWED,
    ...(project !== null && { projectId: project.id, projectName: project.name }),
    after: rule,
  })
  return askLog(services, (log) => foreseeRule(log, project?.id ?? null, { rule, now: new Date() }))
}

/** What is no number of months stays text, which no rule has. */
function readMonths(text: string | null): number | string | null {
  if (text === 'for-good') return null
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : (text ?? '')
}
