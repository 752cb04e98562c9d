import { type Act, act } from '../../access/act.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { factsOfProject } from '../../projects/project-facts.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import type { WantedToken } from './parse-token.ts'
import { mayExport } from './scope.ts'
import { hashLogToken, makeLogToken } from './token-text.ts'

/** The token is told here and never again. */
export type MadeToken = { readonly tokenId: string; readonly token: string; readonly until: Date }

type Project = { readonly id: string; readonly name: string; readonly region: string | null }

/** How many one person may have at a time. */
const MOST = 20
const MOST_DAYS = 365
const DAY_MS = 86_400_000
const LEEWAY_MS = 60_000

/**
 * Makes a token with which another program fetches the log of these projects, which its maker may export. On record, and
 * so is a refusal: `forbidden`, `token-invalid`.
 */
export async function makeToken(services: Services, actor: Actor, wanted: WantedToken): Promise<MadeToken> {
  const { name, until } = wanted
  const tokenId = newUuid()
  const about = { target: { kind: 'log-token', id: tokenId } }
  return act(services, { actor, action: 'token.made', about }, async (doing) => {
    const projects = wanted.projects === null ? null : await findProjects(doing, wanted.projects)
    const projectIds = projects?.map(({ id }) => id) ?? []
    if (!mayExport(doing.actor.roles, projects === null ? 'all' : projectIds)) throw new AppError('forbidden')
    if (projects !== null) doing.note(factsOfProjects(projects))
    checkToken(wanted)
    await requireRoom(doing)
    const token = makeLogToken()
    await doing.tx.logOutlet.create({
      data: {
        ...{ id: tokenId, kind: 'token', name, forAll: projects === null, projectIds, until },
        ...{ madeBy: actor.personId, tokenHash: hashLogToken(token) },
      },
    })
    await doing.record('token.made', {
      after: { name, projects: wanted.projects ?? 'all', until: until.toISOString() },
    })
    return { tokenId, token, until }
  })
}

/** What a row of the log says of where something goes on: one project, or none in particular. */
export function factsOfProjects(projects: readonly Project[]) {
  const [project] = projects
  return project === undefined || projects.length > 1 ? {} : factsOfProject(project)
}

function checkToken({ name, until }: WantedToken): void {
  if (name.replace(/\p{Cf}/gu, '').trim() === '')
    throw new AppError('token-invalid', 'Say which program the token is for.')
  const leftMs = until.getTime() - Date.now()
  if (leftMs <= 0) throw new AppError('token-invalid', 'The token would be past its time already.')
  if (leftMs > MOST_DAYS * DAY_MS + LEEWAY_MS)
    throw new AppError('token-invalid', `A token counts for ${MOST_DAYS} days at most.`)
}

/** Throws `forbidden` where one is not there, as where it is not theirs. */
async function findProjects({ tx }: Act, names: readonly string[]): Promise<Project[]> {
  const projects = await tx.project.findMany({
    where: { name: { in: [...names] } },
    select: { id: true, name: true, region: true },
    orderBy: { name: 'asc' },
  })
  if (projects.length !== names.length) throw new AppError('forbidden')
  return projects
}

async function requireRoom({ tx, actor }: Act): Promise<void> {
  const count = await tx.logOutlet.count({
    where: { kind: 'token', madeBy: actor.personId, endedAt: null, until: { gt: new Date() } },
  })
  if (count >= MOST) throw new AppError('token-invalid', `You have ${count} tokens already. End one first.`)
}
