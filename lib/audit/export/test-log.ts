import { setTimeout as wait } from 'node:timers/promises'
import type { Actor } from '../../auth/actor.ts'
import { isAppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { checkpointOrigin } from '../checkpoint.ts'
import type { GivenParameters } from '../log-filter.ts'
import { sealLog } from '../seal.ts'
import { exportLog } from './export-log.ts'

/** For tests: seals the services' log for as long as `work` takes, as the portal does. */
export async function whileSealing<T>({ db, env }: Services, work: () => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const signer = { origin: checkpointOrigin(env.origin), key: env.auditSigningKey, previousKey: null }
  const sealing = (async () => {
    while (!stop.signal.aborted) {
      await sealLog(db, signer, stop.signal)
      await wait(20)
    }
  })()
  try {
    return await work()
  } finally {
    stop.abort()
    await sealing
  }
}

/** For tests: an export read to its end. */
export async function readWhole(
  services: Services,
  actor: Actor,
  given: GivenParameters,
  signal = new AbortController().signal,
): Promise<Buffer> {
  const file = await exportLog(services, actor, given)
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read(signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** For tests: the code of what an export is refused with; null when it is not. */
export async function refusalOf(
  services: Services,
  actor: Actor,
  given: GivenParameters,
): Promise<string | null> {
  try {
    await readWhole(services, actor, given)
    return null
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}
