import { createMigratedDatabase } from '../../../e2e/stack/test-database.ts'
import type { PrismaClient } from '../../../prisma/client/client.ts'
import { append, openSession, type Session } from '../../../prisma/test-log.ts'
import { createTestServices } from '../../auth/test-services.ts'
import type { EnvironmentSource } from '../../env.ts'
import type { Services } from '../../services.ts'
import { beginSeries } from '../begin-series.ts'
import { sealLog } from '../seal.ts'
import { createSigner } from '../signer.ts'
import type { CheckpointSigner } from '../write-checkpoint.ts'

/** For tests: a sealed log that grows by as many checkpoints as one likes. */
export type TestLog = {
  readonly services: Services
  readonly db: PrismaClient
  readonly owner: Session
  readonly applicationUrl: string
  readonly signer: CheckpointSigner
  /** Appends a row and seals it, so many times. Answers the newest size. */
  grow(checkpoints: number, rowsEach?: number): Promise<number>
  newestText(): Promise<string>
  stop(): Promise<void>
}

export async function openTestLog(changes: EnvironmentSource = {}): Promise<TestLog> {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  const services = createTestServices(applicationUrl, { ALLOW_PRIVATE_HOSTS: '127.0.0.1', ...changes })
  const { db } = services
  const [owner, writer] = [await openSession(ownerUrl), await openSession(applicationUrl)]
  const signer = createSigner(services.env)
  const never = new AbortController().signal
  await beginSeries(db)
  /** Other transactions of the server may hold rows back for a moment, and what is sealed before is a block less. */
  const settle = async (): Promise<void> => {
    for (let isHeld = true; isHeld; ) {
      const rows = await db.$queryRaw<{ isHeld: boolean }[]>`
        SELECT EXISTS (SELECT FROM audit.events WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())) AS "isHeld"`
      isHeld = rows[0]?.isHeld ?? false
    }
  }
  const newest = async (): Promise<{ size: bigint; text: string } | undefined> => {
    const rows = await db.$queryRaw<{ size: bigint; text: string }[]>`
      SELECT size, text FROM audit.checkpoints ORDER BY size DESC LIMIT 1`
    return rows[0]
  }
  return {
    ...{ services, db, owner, applicationUrl, signer },
    async grow(checkpoints, rowsEach = 1) {
      for (let each = 0; each < checkpoints; each += 1) {
        for (let row = 0; row < rowsEach; row += 1) await append(writer, { reason: `${each} ${row}` })
        await settle()
        await sealLog(db, signer, never)
      }
      return Number((await newest())?.size ?? 0)
    },
    newestText: async () => (await newest())?.text ?? '',
    stop: async () => {
      await Promise.all([db.$disconnect(), owner.end(), writer.end()])
    },
  }
}
