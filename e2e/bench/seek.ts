// The first byte of a seek to 95 % of a 2 GB encrypted archive, against what one did before: download it all, then
// decrypt it all, and look.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LaidArchive } from '../stack/lay-archive.ts'
import { listSegments, openArchive, type Visitor } from '../stack/visitor.ts'
import { baseline, compare, type Figure } from './figure.ts'
import type { Stage } from './stage.ts'
import { median } from './statistics.ts'

const ROUNDS = 3
const SEEKS_A_ROUND = 5
const PLACE = 0.95
const MIN_RATIO = 200
const MAX_READ_MB = 3
/** What an earlier seek has left under way has ended by then. */
const SETTLE_MS = 300

export const seek: Figure = {
  name: 'seek',
  measure: (stage) =>
    stage.withPortal({}, async (_portal, visitor) => {
      const archive = await stage.lay(visitor, 'ts-encrypted')
      const byHandMs: number[] = []
      const firstByteMs: number[] = []
      const readMegabytes: number[] = []
      const segmentMegabytes: number[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        byHandMs.push(await decryptByHand(stage, archive))
        for (let n = 0; n < SEEKS_A_ROUND; n += 1) {
          const seekAt = { archive, at: round * SEEKS_A_ROUND + n }
          const first = await seekOnce(stage, visitor, { ...seekAt, stopAfterBytes: 1 })
          firstByteMs.push(first.firstByteMs)
          readMegabytes.push(first.megabytes)
          const whole = await seekOnce(stage, visitor, { ...seekAt, stopAfterBytes: Number.MAX_SAFE_INTEGER })
          segmentMegabytes.push(whole.megabytes)
        }
      }
      const byHand = baseline('fetching and decrypting all of it by hand', 'ms', median(byHandMs))
      const ratio = byHand.value / median(firstByteMs)
      const whole = baseline(
        'the archive of 2 GB',
        'MB',
        (await stage.sample('ts-encrypted')).sizeBytes / 1e6,
      )
      const most = Math.max(...readMegabytes)
      return [
        compare('first byte of a seek to 95 % of 2 GB', median(firstByteMs), {
          ...{ to: byHand, ratio },
          bar: { text: `at least ${MIN_RATIO} times sooner`, isMet: ratio >= MIN_RATIO },
        }),
        compare('read from the store until then, at most', most, {
          to: whole,
          bar: { text: `under ${MAX_READ_MB} MB`, isMet: most < MAX_READ_MB },
        }),
        compare('read from the store until then, median', median(readMegabytes), { to: whole }),
        compare('read from the store for the whole segment', median(segmentMegabytes), { to: whole }),
        ...[byHand, whole],
      ]
    }),
}

type Seek = { readonly archive: LaidArchive; readonly at: number; readonly stopAfterBytes: number }

/** In a viewing of its own, at a place of its own: nothing is known of it beforehand. */
async function seekOnce(stage: Stage, visitor: Visitor, { archive, at, stopAfterBytes }: Seek) {
  const { traffic } = stage.stack.s3
  const segments = await listSegments(visitor, await openArchive(visitor, archive.archiveId))
  const segment = segments[Math.floor(segments.length * PLACE) + at]
  await sleep(SETTLE_MS)
  const before = traffic.bodyBytes
  const { firstByteMs, status } = await stage.load.order({
    ...{ kind: 'read', url: `${visitor.portalUrl}${segment?.path}`, headers: { cookie: visitor.cookie } },
    stopAfterBytes,
  })
  if (status !== 200) throw new Error(`The seek is answered with ${status}.`)
  return { firstByteMs, megabytes: (traffic.bodyBytes - before) / 1e6 }
}

async function decryptByHand(stage: Stage, archive: LaidArchive): Promise<number> {
  const { secret, sizeBytes } = await stage.sample('ts-encrypted')
  if (secret === null) throw new Error('The archive is not encrypted.')
  const file = join(stage.stack.folder, 'by-hand.encrypted')
  const out = join(stage.stack.folder, 'by-hand.ts')
  const url = await stage.signStoreUrl(archive)
  const { bytes, totalMs } = await stage.load.order({
    ...{ kind: 'by-hand', url, file, out },
    ...{ key: secret.key, iv: secret.iv },
  })
  await Promise.all([rm(file), rm(out)])
  if (bytes < sizeBytes - 16) throw new Error(`By hand only ${bytes} bytes came.`)
  return totalMs
}
