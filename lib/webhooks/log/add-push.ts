import { type Act, act } from '../../access/act.ts'
import { mayExport } from '../../audit/out/scope.ts'
import { findEnd, findPlaceOf } from '../../audit/out/seal-place.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { makeSigningSecret } from '../../outgoing/webhook.ts'
import { bindSecret } from '../../projects/secret-reference.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { checkAddress, webhookHost } from '../check-webhook.ts'
import { factsOf, type Project } from '../lock-place.ts'
import { THE_LOG } from './log-event.ts'
import type { WantedPush } from './parse-push.ts'

/** What its messages are signed with is told here and never again. */
export type AddedPush = { readonly pushId: string; readonly signingSecret: string }

const MOST = 20

/**
 * Pushes the log of a project, or of all, to another program from now on, or from a moment in the past: by the hand of
 * somebody who may export it. On record, and so is a refusal: `forbidden`, `webhook-invalid`.
 */
export async function addPush(services: Services, actor: Actor, wanted: WantedPush): Promise<AddedPush> {
  const id = newUuid()
  const about = { target: { kind: 'log-push', id } }
  return act(services, { actor, action: 'webhook.changed', about }, async (doing) => {
    const { tx } = doing
    const project = await findProject(doing, wanted.project)
    doing.note(factsOf({ project, guarded: null }))
    const projectIds = project === null ? [] : [project.id]
    if (!mayExport(doing.actor.roles, project === null ? 'all' : projectIds)) throw new AppError('forbidden')
    const url = checkAddress(wanted.url)
    await requireRoom(doing, project?.id ?? null)
    const signingSecret = makeSigningSecret()
    const sealed = services.secrets.seal(signingSecret, bindSecret('webhooks', id))
    await tx.webhook.create({
      data: {
        ...{ id, projectId: project?.id ?? null, url, events: [THE_LOG], createdBy: actor.personId },
        secrets: { signingSecret: { sealed } },
      },
    })
    const place = wanted.from === null ? await findEnd(tx) : await findPlaceOf(tx, wanted.from)
    await tx.logOutlet.create({
      data: {
        ...{ id, kind: 'push', name: webhookHost(url), forAll: project === null, projectIds, webhookId: id },
        ...{ madeBy: actor.personId, nextBlock: place.block, nextRow: place.row },
      },
    })
    const since = wanted.from?.toISOString() ?? 'now'
    await doing.record('webhook.changed', {
      after: { did: 'added', host: webhookHost(url), events: [THE_LOG], since },
    })
    return { pushId: id, signingSecret }
  })
}

/** Throws `forbidden` where it is not there, as where it is not theirs. */
async function findProject({ tx }: Act, name: string | null): Promise<Project | null> {
  if (name === null) return null
  const [project] = await tx.$queryRaw<Project[]>`
    SELECT id, name, region, four_eyes AS "fourEyes" FROM projects WHERE name = ${name}`
  if (project === undefined) throw new AppError('forbidden')
  return project
}

/** Of each project apart: nobody takes the room of others, or learns how much of it they took. */
async function requireRoom({ tx }: Act, projectId: string | null): Promise<void> {
  const count = await tx.logOutlet.count({
    where: { kind: 'push', endedAt: null, webhook: { projectId } },
  })
  if (count >= MOST)
    throw new AppError('webhook-invalid', `This log is pushed to ${count} places already. End one first.`)
}
