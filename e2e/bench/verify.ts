// A bundle of the whole log of a million rows, and one of 312 rows of it: how large, and how long the verifier in it takes.
import { execFileSync, spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Visitor } from '../stack/visitor.ts'
import { baseline, type Figure, type Result } from './figure.ts'
import { fillLog, RARE_ROWS, RARE_SUBJECT, signInAuditor } from './full-log.ts'
import { median } from './statistics.ts'

const ROUNDS = 3
const MAX_SECONDS = 15
const MAX_RARE_SECONDS = 1
const MAX_RARE_KILOBYTES = 1_000
/** Consistent, and no key was named. */
const CONSISTENT = 2

export const verify: Figure = {
  name: 'verify',
  measure: (stage) =>
    stage.withPortal({}, async () => {
      await fillLog(stage)
      const auditor = await signInAuditor(stage)
      const folder = mkdtempSync(join(stage.stack.folder, 'bundles-'))
      try {
        const all = await measureBundle(auditor, { folder, name: 'all', query: '' })
        const rare = await measureBundle(auditor, { folder, name: 'rare', query: `&person=${RARE_SUBJECT}` })
        if (rare.rows !== RARE_ROWS) throw new Error(`The filtered bundle has ${rare.rows} rows.`)
        return [
          timed(
            `verifying a bundle of ${all.rows.toLocaleString('en')} rows`,
            all.verifySeconds,
            MAX_SECONDS,
          ),
          baseline('making and fetching it', 's', all.fetchSeconds),
          baseline('its size', 'MB', all.bytes / 1e6),
          timed(`verifying a bundle of ${RARE_ROWS} rows of them`, rare.verifySeconds, MAX_RARE_SECONDS),
          baseline('making and fetching that', 's', rare.fetchSeconds),
          {
            ...baseline('its size, zipped', 'kB', rare.bytes / 1e3),
            bar: {
              text: `under ${MAX_RARE_KILOBYTES} kB`,
              isMet: rare.bytes < MAX_RARE_KILOBYTES * 1e3,
            },
          },
          baseline('its size, unpacked', 'kB', rare.unpackedBytes / 1e3),
        ]
      } finally {
        rmSync(folder, { recursive: true })
      }
    }),
}

function timed(name: string, value: number, most: number): Result {
  return { ...baseline(name, 's', value), bar: { text: `under ${most} s`, isMet: value < most } }
}

type Bundle = {
  readonly bytes: number
  readonly unpackedBytes: number
  readonly rows: number
  readonly fetchSeconds: number
  readonly verifySeconds: number
}

async function measureBundle(
  { portalUrl, cookie }: Visitor,
  { folder, name, query }: { readonly folder: string; readonly name: string; readonly query: string },
): Promise<Bundle> {
  const zip = join(folder, `${name}.zip`)
  const startedMs = performance.now()
  const response = await fetch(`${portalUrl}/audit/export?format=bundle${query}`, { headers: { cookie } })
  if (response.status !== 200 || response.body === null) throw new Error(await response.text())
  await pipeline(response.body, createWriteStream(zip))
  const fetchSeconds = (performance.now() - startedMs) / 1000
  const place = join(folder, name)
  execFileSync('unzip', ['-q', zip, '-d', place])
  const sizes = execFileSync('du', ['-sb', place], { encoding: 'utf8' })
  const rows = Number(
    execFileSync('wc', ['-l', join(place, 'rows.jsonl')], { encoding: 'utf8' }).split(' ')[0],
  )
  return {
    ...{ bytes: statSync(zip).size, unpackedBytes: Number(sizes.split('\t')[0]), rows, fetchSeconds },
    verifySeconds: median(Array.from({ length: ROUNDS }, () => verifySeconds(place))),
  }
}

function verifySeconds(place: string): number {
  const startedMs = performance.now()
  const { status, stdout } = spawnSync(process.execPath, [join(place, 'verify.mjs'), place], {
    encoding: 'utf8',
  })
  if (status !== CONSISTENT) throw new Error(`The verifier ends with ${status}: ${stdout}`)
  return (performance.now() - startedMs) / 1000
}
