import { AppError } from '../errors.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { StoreAccess, StoreDialect } from './dialect.ts'
import type { ObjectStore } from './object-store.ts'
import { readRanged } from './ranged-read.ts'
import { STORE_TIMING, type StoreTiming } from './retry.ts'
import { statByFirstByte } from './stat.ts'

/** Asks the recorder for the archive's address of the moment; its errors are its own. */
export type FindUrl = (archiveId: string, signal: AbortSignal) => Promise<string>

type HeldUrl = { readonly url: string; readonly until: number; uses: number }

/** The recorder's addresses live ten minutes; one is not begun with in its last. */
const HELD_FOR_MS = 9 * 60_000
/** What hosts answer to an address that has run out. */
const RUN_OUT = new Set([400, 401, 403, 404, 410])

/**
 * Archives that are still in the recorder's cloud, read by a short-lived address that is asked for anew when it runs
 * out, mid-stream too. A key is an archive's id. The address gives the file to whoever has it: it is in no error.
 */
export function createCloudStore(
  findUrl: FindUrl,
  outgoing: Outgoing,
  timing: StoreTiming = STORE_TIMING,
): ObjectStore {
  const label = 'the recorder’s cloud'
  const held = createUrlShelf(findUrl)
  const dialect: StoreDialect = {
    label,
    sign: async (_method, { key }, signal) => ({ url: await held.take(key, signal), headers: {} }),
    renews: ({ status }, { key }, { url }) => RUN_OUT.has(status) && held.drop(key, url),
    explain: () => null,
  }
  const access: StoreAccess = { dialect, outgoing, timing }
  return {
    label,
    // These addresses are signed for GET, and a HEAD is another thing to sign.
    stat: (key, signal) =>
      statByFirstByte(
        access,
        {
          key,
          readFacts: (answer) => ({ etag: answer.header('etag') ?? '', versionId: null, coldTier: null }),
        },
        signal,
      ),
    read: (key, range, pin, signal) =>
      readRanged(access, { key, range, pin: { etag: pin.etag, versionId: null } }, signal),
  }
}

interface UrlShelf {
  take(key: string, signal: AbortSignal): Promise<string>
  /** Lets go of a refused address; false when it was fresh, so that another would be refused alike. */
  drop(key: string, url: string): boolean
}

function createUrlShelf(findUrl: FindUrl): UrlShelf {
  const shelf = new Map<string, HeldUrl>()
  return {
    take: async (key, signal) => {
      const now = Date.now()
      for (const [other, { until }] of shelf) if (until <= now) shelf.delete(other)
      const found = shelf.get(key) ?? { url: await findUrl(key, signal), until: now + HELD_FOR_MS, uses: 0 }
      if (!URL.canParse(found.url)) {
        throw new AppError('recorder-misbehaved', 'The recorder’s address of the file is not a URL.')
      }
      found.uses += 1
      shelf.set(key, found)
      return found.url
    },
    drop: (key, url) => {
      const current = shelf.get(key)
      if (current?.url !== url) return true
      shelf.delete(key)
      return current.uses > 1
    },
  }
}
