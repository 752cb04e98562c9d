import { randomUUID } from 'node:crypto'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import type { Actor } from '../auth/actor.ts'
import { createTestServices } from '../auth/test-services.ts'
import { leaveDatabase, type Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { isRoleName, type Role } from './permissions.ts'

/** For tests: two projects, the second of four eyes, each with an archive, and people by what they are. */
export type TestOffice = {
  readonly services: Services
  readonly ownerUrl: string
  readonly retail: TestProject
  readonly wealth: TestProject
  /** Somebody new who holds these roles: `admin`, or `admin@<project id>`. */
  hire(name: string, roles?: readonly string[]): Promise<Actor>
  stop(): Promise<void>
}

export type TestProject = {
  readonly id: string
  readonly name: string
  readonly sessionId: string
  readonly archiveId: string
}

export async function openOffice(): Promise<TestOffice> {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  const services = createTestServices(applicationUrl)
  return {
    services,
    ownerUrl,
    retail: await addProject(services, { name: 'Retail EU', region: 'eu', fourEyes: false }),
    wealth: await addProject(services, {
      name: 'Wealth',
      region: 'uk',
      fourEyes: true,
      longestGrantDays: 30,
    }),
    hire: (name, roles = []) => hire(services, name, roles),
    stop: () => leaveDatabase(services),
  }
}

async function addProject(
  { db }: Services,
  fields: { name: string; region: string; fourEyes: boolean; longestGrantDays?: number },
): Promise<TestProject> {
  const [id, archiveId, sessionId] = [newUuid(), randomUUID(), `1_${randomUUID().replaceAll('-', '')}`]
  const recorder = {
    kind: 'opentok',
    recorderKey: id.slice(-8),
    apiUrl: 'https://api.test',
    secrets: {},
    reasons: [],
  }
  await db.project.create({ data: { id, unit: fields.name.toLowerCase(), ...recorder, ...fields } })
  await db.archive.create({
    data: { id: archiveId, projectId: id, sessionId, status: 'uploaded', createdAt: new Date(), record: {} },
  })
  return { id, name: fields.name, sessionId, archiveId }
}

async function hire({ db }: Services, name: string, roles: readonly string[]): Promise<Actor> {
  const [id, subject, email] = [newUuid(), randomUUID(), `${name}-${randomUUID().slice(0, 8)}@demo.test`]
  await db.person.create({
    data: { id, issuer: 'https://issuer.test', subject, email, boundEmail: email, name },
  })
  const held = roles.map(parseRole)
  for (const role of held) await db.roleHeld.create({ data: { personId: id, ...role } })
  const signIn = await db.signIn.create({
    data: {
      personId: id,
      tokenHash: randomUUID().repeat(2),
      expiresAt: new Date(Date.now() + 3_600_000),
      amr: [],
    },
  })
  return {
    ...{
      personId: id,
      issuer: 'https://issuer.test',
      subject,
      email,
      name,
      roles: held,
      signInId: signIn.id,
    },
    ...{ signedInAt: new Date(), expiresAt: signIn.expiresAt, authTime: new Date(), acr: null, amr: [] },
    client: { address: '192.0.2.1', userAgent: 'test', requestId: randomUUID() },
  }
}

function parseRole(text: string): Role {
  const [role = '', projectId = null] = text.split('@')
  if (!isRoleName(role)) throw new Error(`${role} is no role`)
  return { role, projectId }
}
