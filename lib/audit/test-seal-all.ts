import { setTimeout as wait } from 'node:timers/promises'
import type { PrismaClient } from '../../prisma/client/client.ts'
import { sealLog } from './seal.ts'
import { readSealState } from './seal-state.ts'
import { inventSigner } from './test-signer.ts'

const PATIENCE_MS = 20_000

/** For tests: seals until nothing is left: other transactions of the server may hold the horizon back for a moment. */
export async function sealAll(db: PrismaClient, signer = inventSigner()): Promise<void> {
  for (const giveUpAt = performance.now() + PATIENCE_MS; performance.now() < giveUpAt; await wait(20)) {
    await sealLog(db, signer, AbortSignal.timeout(PATIENCE_MS))
    const { oldestUnsealedSeconds } = await readSealState(db)
    if (oldestUnsealedSeconds === 0) return
  }
  throw new Error('rows are left')
}
