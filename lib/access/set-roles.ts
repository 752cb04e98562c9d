import { z } from 'zod'
import type { Actor } from '../auth/actor.ts'
import { AppError } from '../errors.ts'
import { parseBody } from '../parse-body.ts'
import type { Services } from '../services.ts'
import { isUuid, newUuid } from '../uuid.ts'
import { type FileRole, role as fileRole } from './access-file-schema.ts'
import { type Act, act } from './act.ts'
import { requireAnother } from './check-grant.ts'
import { type HeldRole, lockHolders, readManaged, requireHolders } from './lock-holders.ts'
import type { Managed } from './managed.ts'
import { type NamedRole, renderFileRoles } from './render-file-roles.ts'
import { roleText } from './permissions.ts'

type Kept = HeldRole & { readonly id: string }
type Wanted = { readonly personId: string; readonly roles: readonly FileRole[] }

const BODY = z.object({ roles: z.array(fileRole).max(100, 'must be 100 or fewer') })

/** Reads the body of `PUT /access/people/{id}/roles`: the form of an access file. Throws `request-invalid`. */
export function parseRoles(body: unknown): readonly FileRole[] {
  return parseBody(body, BODY).roles
}

/**
 * Gives somebody the roles listed and takes from them what is not, as far as the actor administers: who does so for some
 * projects leaves what is held elsewhere, and for all, as it is. Answers what they hold then, as far as the actor may
 * know. On record, and so is a refusal: `forbidden`, `own-access`, `scope-unknown`, `person-invalid`, `roles-apart`,
 * `last-holder`.
 */
export async function setRoles(
  services: Services,
  actor: Actor,
  { personId, roles }: Wanted,
): Promise<readonly FileRoleText[]> {
  const about = { target: { kind: 'person', id: isUuid(personId) ? personId.toLowerCase() : 'unknown' } }
  return act(services, { actor, action: 'role.changed', about }, async (doing) => {
    const { tx, record } = doing
    requireAnother(personId.toLowerCase() === actor.personId)
    await lockHolders(tx)
    const managed = await readManaged(tx, actor.personId)
    const person = await lockPerson(tx, personId)
    const kept = await tx.roleHeld.findMany({
      where: { personId },
      select: { id: true, role: true, projectId: true },
      orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
    })
    const wanted = await spread(doing, { roles, managed, kept })
    const after = wanted.map(roleText)
    const gone = kept.filter((held) => isTheirs(managed, held) && !after.includes(roleText(held)))
    const added = wanted.filter((held) => !kept.map(roleText).includes(roleText(held)))
    const held = [...kept.filter((each) => !gone.includes(each)), ...added]
    if (gone.length > 0 || added.length > 0) {
      requireGivable(person, { added, held })
      await change(doing, { personId, gone, added })
      await record('role.changed', {
        before: { roles: kept.map(roleText) },
        after: { roles: held.map(roleText), issuer: person.issuer, subject: person.subject },
      })
    }
    return renderHeld(doing, held.filter((each) => each.projectId === null || isTheirs(managed, each)))
  })
}
