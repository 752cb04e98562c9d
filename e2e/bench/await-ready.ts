import { setTimeout as sleep } from 'node:timers/promises'
import type { Visitor } from '../stack/visitor.ts'

/** Until the portal has found its database again after that was restarted. */
export async function awaitReady({ portalUrl }: Visitor): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const { ok } = await fetch(`${portalUrl}/api/health/ready`)
    if (ok) return
    await sleep(100)
  }
  throw new Error('The portal is not ready after the database has been restarted.')
}
