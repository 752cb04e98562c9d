import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { findFreePort } from '../../e2e/stack/free-port.ts'
import { setUpPortal } from '../../e2e/stack/portal.ts'
import { removeElsewhere } from '../../e2e/stack/postgres-place.ts'
import { type Stack, startStack } from '../../e2e/stack/stack.ts'
import { readWholeList } from '../archives/read-project.ts'
import { type Actor, findActor } from '../auth/actor.ts'
import { hashToken } from '../auth/session-cookie.ts'
import { signIn } from '../auth/sign-in.ts'
import { parseEnvironment } from '../env.ts'
import { createServices, type Services } from '../services.ts'

/** For tests: the demo's stack with everything applied and catalogued, and the portal's services over it. */
export type TestWorld = {
  readonly stack: Stack
  readonly services: Services
  /** A new sign-in of one of the demo's people. */
  enter(email: string): Promise<Actor>
  /** A new archive of the first project, `uploaded`, not encrypted, its file in S3. */
  addFile(bytes: Uint8Array): Promise<{ archiveId: string; key: string }>
  stop(): Promise<void>
}

export async function startTestWorld(): Promise<TestWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
  const stack = await startStack({ folder, portalPort: await findFreePort(), careless: true })
  await setUpPortal(stack)
  const services = createServices(parseEnvironment({ ...stack.environment, LOG_LEVEL: 'silent' }))
  await readAll(services)
  return {
    stack,
    services,
    enter: (email) => enter(services, stack.info.issuer, email),
    async addFile(bytes) {
      const archiveId = randomUUID()
      const { bucket } = stack.info.s3
      const apiKey = stack.info.projects[0]?.apiKey ?? ''
      const key = `${apiKey}/${archiveId}/archive.mp4`
      await putObject(stack, { bucket, key, bytes })
      stack.recorder.archives.add([
        {
          ...{ id: archiveId, apiKey, sessionId: stack.info.purposes.advice?.sessionId ?? '' },
          ...{ createdAtMs: Date.now() - 60_000, status: 'uploaded', sizeBytes: bytes.length },
        },
      ])
      await readAll(services)
      return { archiveId, key }
    },
    async stop() {
      await services.db.$disconnect()
      await stack.stop()
      removeElsewhere(join(folder, 'postgres'))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Lays an object into the S3 store, over whatever lies there. */
export async function putObject(
  stack: Stack,
  { bucket, key, bytes }: { bucket: string; key: string; bytes: Uint8Array },
): Promise<void> {
  await stack.s3.objects.put(bucket, key, {
    body: Readable.from([bytes]),
    sha256: null,
    contentType: 'video/mp4',
    meta: {},
  })
}

async function readAll(services: Services): Promise<void> {
  const projects = await services.db.project.findMany({ select: { id: true } })
  for (const { id } of projects) await readWholeList(services, id, AbortSignal.timeout(30_000))
}

async function enter(services: Services, issuer: string, email: string): Promise<Actor> {
  const token = randomBytes(32).toString('base64url')
  await signIn(services, {
    identity: {
      ...{ issuer, subject: email.split('@')[0] ?? '', name: email, verifiedEmail: email },
      ...{ authTime: new Date(), acr: null, amr: [] },
    },
    tokenHash: hashToken(token),
    previousTokenHash: null,
    client: { address: '192.0.2.1', userAgent: 'test', requestId: randomUUID() },
  })
  const actor = await findActor(services, new Headers({ cookie: `next-auth.session-token=${token}` }))
  if (!actor) throw new Error(`${email} could not sign in`)
  return actor
}
