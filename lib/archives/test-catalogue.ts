import { randomUUID } from 'node:crypto'
import { type Recorder, startRecorder } from '../../e2e/stack/recorder.ts'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Actor } from '../auth/actor.ts'
import { createTestServices } from '../auth/test-services.ts'
import { bindSecret } from '../projects/secret-reference.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'

/** For tests: a database, a recorder with two projects, and services that may reach it. */
export type TestCatalogue = {
  readonly services: Services
  readonly recorder: Recorder
  readonly databaseUrl: string
  readonly ownerUrl: string
  /** Both at the same recorder. */
  readonly retail: TestProject
  readonly wealth: TestProject
  stop(): Promise<void>
}

export type TestProject = { readonly id: string; readonly name: string; readonly apiKey: string }

const API_SECRET = 'a project’s secret'

export async function startTestCatalogue(): Promise<TestCatalogue> {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  const services = createTestServices(applicationUrl, { ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
  const apiKeys = ['46201502', '46201503']
  const recorder = await startRecorder({
    projects: apiKeys.map((apiKey) => ({ apiKey, apiSecret: API_SECRET })),
  })
  const add = async (name: string, apiKey: string): Promise<TestProject> => {
    const id = newUuid()
    const sealed = services.secrets.seal(API_SECRET, bindSecret('projects', id))
    await services.db.project.create({
      data: {
        id,
        kind: 'opentok',
        recorderKey: apiKey,
        name,
        region: 'eu',
        apiUrl: recorder.apiUrl,
        secrets: { apiSecret: { sealed } },
        reasons: [{ code: 'legal', label: 'Legal proceedings', caseRequired: true }],
      },
    })
    return { id, name, apiKey }
  }
  return {
    services,
    recorder,
    databaseUrl: applicationUrl,
    ownerUrl,
    retail: await add('Retail EU', apiKeys[0] ?? ''),
    wealth: await add('Wealth', apiKeys[1] ?? ''),
    async stop() {
      await recorder.stop()
      await services.db.$disconnect()
    },
  }
}

/** A reviewer who is signed in and holds a grant for each of the projects. */
export async function addReviewer(
  { db }: Services,
  projects: readonly TestProject[],
  rights: readonly string[] = ['recording:find', 'recording:play'],
): Promise<Actor> {
  const person = await db.person.create({
    data: { id: newUuid(), issuer: 'https://issuer.test', subject: randomUUID(), email: null, name: 'R' },
  })
  const role = await db.roleHeld.create({ data: { personId: person.id, role: 'reviewer' } })
  for (const { id } of projects) await addGrant({ db }, { personId: person.id, projectId: id, rights })
  return {
    personId: person.id,
    issuer: person.issuer ?? '',
    subject: person.subject ?? '',
    email: null,
    name: person.name,
    roles: [{ role: 'reviewer', projectId: role.projectId }],
    signInId: randomUUID(),
    signedInAt: new Date(),
    expiresAt: new Date(Date.now() + 3_600_000),
    authTime: null,
    acr: null,
    amr: [],
    client: { address: '127.0.0.1', userAgent: null, requestId: randomUUID() },
  }
}

export async function addGrant(
  { db }: Pick<Services, 'db'>,
  grant: {
    readonly personId: string
    readonly projectId: string
    readonly rights: readonly string[]
    /** Where it does not reach all of the project. */
    readonly scope?: 'session' | 'archive'
    readonly sessionId?: string
    readonly archiveId?: string
    readonly maxAgeDays?: number
  },
): Promise<string> {
  const { id } = await db.grant.create({
    data: {
      ...grant,
      id: newUuid(),
      rights: [...grant.rights],
      validFrom: new Date(Date.now() - 60_000),
      validUntil: new Date(Date.now() + 3_600_000),
      reason: 'for this test',
    },
  })
  return id
}
