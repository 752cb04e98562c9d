import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { createSessionId } from '../../e2e/stack/session-id.ts'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { type Actor, readAsking } from '../auth/actor.ts'
import { hashToken } from '../auth/session-cookie.ts'
import { createTestServices } from '../auth/test-services.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { ARCHIVES, BEGINNING, PEOPLE, type PersonName, PROJECTS } from './test-model.ts'

/** For tests: a database with the model's people, projects and archives in it, to play one sequence after the other. */
export type Lane = {
  readonly services: Services
  readonly ids: Readonly<Record<string, string>>
  /** Asks as the owner of the database, who moves the clock. */
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<void>
  /** Everybody as in the beginning, signed in; no grant, no request. */
  reset(): Promise<void>
  /** Somebody as the portal's door sees them; null where it does not let them in. */
  enter(who: PersonName): Promise<Actor | null>
  stop(): Promise<void>
}

/** The group that grants may be given to. */
export const GROUP = 'desk'
const DAY_MS = 86_400_000

export async function openLane(): Promise<Lane> {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  const services = createTestServices(applicationUrl)
  const owner = new pg.Client(ownerUrl)
  await owner.connect()
  const ids = await addRows(services)
  const beginning = await addSignIns(services, ids)
  return {
    services,
    ids,
    query: async (sql, values = []) => {
      await owner.query(sql, [...values])
    },
    reset: async () => {
      await owner.query(beginning)
    },
    enter: async (who) => {
      const headers = new Headers({ cookie: `next-auth.session-token=${ids[who]}` })
      const asking = await readAsking(services, headers)
      return asking.kind === 'actor' ? asking.actor : null
    },
    stop: async () => {
      await owner.end()
      await services.db.$disconnect()
    },
  }
}

/** People, projects and archives by their names, and sessions by theirs; what there is not has an ID too. */
async function addRows({ db }: Services): Promise<Record<string, string>> {
  const ids: Record<string, string> = {
    ...{ unknown: randomUUID(), unknownSession: createSessionId('46201502', new Date(), 'unknown') },
  }
  for (const [index, [name, { region, unit, fourEyes, longestDays }]] of Object.entries(PROJECTS).entries()) {
    ids[name] = newUuid()
    await db.project.create({
      data: {
        ...{ id: ids[name], kind: 'opentok', recorderKey: `4620150${index}`, name, region, unit, fourEyes },
        ...{ longestGrantDays: longestDays, apiUrl: 'https://api.test', secrets: {}, reasons: [] },
      },
    })
  }
  for (const [name, { project, session, ageDays, restricted }] of Object.entries(ARCHIVES)) {
    ids[name] = randomUUID()
    ids[session] ??= createSessionId('46201502', new Date(), session)
    await db.archive.create({
      data: {
        ...{
          id: ids[name],
          projectId: ids[project] ?? '',
          sessionId: ids[session],
          status: 'uploaded',
          record: {},
        },
        createdAt: new Date(Date.now() - ageDays * DAY_MS),
        restrictedAt: restricted ? new Date() : null,
      },
    })
  }
  for (const name of PEOPLE) {
    ids[name] = newUuid()
    const email = mailOf(name)
    const identity = { issuer: 'https://issuer.test', subject: name, email, boundEmail: email }
    await db.person.create({ data: { id: ids[name], ...identity } })
  }
  return ids
}

export function mailOf(name: PersonName): string {
  return `${name}@demo.test`
}

/** Signs everybody in, and answers the SQL that brings all back to how it is in the beginning. */
async function addSignIns({ db }: Services, ids: Readonly<Record<string, string>>): Promise<string> {
  for (const name of PEOPLE) {
    const signIn = { personId: ids[name] ?? '', expiresAt: new Date(Date.now() + 8 * 3_600_000) }
    await db.signIn.create({ data: { id: newUuid(), ...signIn, tokenHash: hashToken(ids[name] ?? '') } })
  }
  const roles = PEOPLE.flatMap((name) =>
    BEGINNING[name].roles.map(({ role, project }) => {
      const projectId = project === null ? 'NULL' : `'${ids[project]}'`
      return `(gen_random_uuid(), '${ids[name]}', '${role}', ${projectId})`
    }),
  )
  const members = PEOPLE.filter((name) => BEGINNING[name].isInGroup).map((name) => `'${ids[name]}'`)
  // One transaction: somebody always administers.
  return `
    DELETE FROM notices; DELETE FROM grants; DELETE FROM access_requests; DELETE FROM roles_held;
    UPDATE people SET disabled_at = NULL, groups = CASE WHEN id IN (${members}) THEN ARRAY['${GROUP}'] ELSE '{}' END;
    UPDATE sign_ins SET ended_at = NULL, end_reason = NULL, last_active_at = now();
    INSERT INTO roles_held (id, person_id, role, project_id) VALUES ${roles}`
}
