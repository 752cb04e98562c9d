// Exports that prove themselves, changed at random: each verifier that comes with an export must find each change, as
// must the one in Python, and none may find what is not there.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../stack/portal.ts'
import { makeDice } from './bundles/dice.ts'
import { startPageVerifier } from './bundles/page-verifier.ts'
import { type Call, putScene } from './bundles/put-scene.ts'
import { startPythonVerifier } from './bundles/python-verifier.ts'
import { makeScenes, type Scene } from './bundles/scenes.ts'
import type { Finding } from './finding.ts'

/** Where the build puts the verifiers. */
const VERIFIERS = join(ROOT, '.next', 'verifiers')
const FIXED = { 'verify.mjs': '//\n', 'verify.html': '<p>\n', 'README.md': '#\n' }

type Verifier = {
  readonly name: string
  verify(scene: Scene, call: Call): Promise<{ readonly code: number }>
  stop(): Promise<void>
}

type Tally = { found: number; missed: number; alarms: number; sound: number; example: string }

/** Throws when there is no build, whose verifiers these are. */
export async function runBundles({ times, seed }: { times: number; seed: number }): Promise<Finding[]> {
  const place = mkdtempSync(join(tmpdir(), 'recordroom-bundles-'))
  const verifiers = await startVerifiers()
  const tallies = new Map(verifiers.map(({ name }) => [name, startTally()]))
  try {
    for (const scene of makeScenes(makeDice(seed), times, FIXED)) {
      const call = putScene(scene, join(place, 'scene'))
      for (const verifier of verifiers) {
        const { code } = await verifier.verify(scene, call)
        count(tallies.get(verifier.name) ?? startTally(), scene, code)
      }
    }
  } finally {
    for (const verifier of verifiers) await verifier.stop()
    rmSync(place, { recursive: true })
  }
  return [...tallies].map(([name, tally]) => describeTally(name, tally, { times, seed }))
}

async function startVerifiers(): Promise<Verifier[]> {
  const [mjs, html] = [join(VERIFIERS, 'verify.mjs'), join(VERIFIERS, 'verify.html')]
  if (![mjs, html].every(existsSync)) throw new Error('There is no build: npm run build.')
  const { verifyFolder } = parseModule(await import(pathToFileURL(mjs).href))
  const page = await startPageVerifier(html)
  const python = startPythonVerifier()
  return [
    {
      name: 'verify.mjs',
      verify: (_, { folder, options }) => verifyFolder(folder, options),
      stop: async () => {},
    },
    { name: 'verify.html', verify: (scene) => page.verify(scene), stop: () => page.stop() },
    { name: 'the verifier in Python', verify: (_, call) => python.verify(call), stop: () => python.stop() },
  ]
}

type Module = { verifyFolder(folder: string, options: Call['options']): Promise<{ readonly code: number }> }

function parseModule(module: unknown): Module {
  return module as Module
}

function startTally(): Tally {
  return { found: 0, missed: 0, alarms: 0, sound: 0, example: '' }
}

function count(tally: Tally, scene: Scene, code: number): void {
  const isRight = code === scene.code
  if (scene.code === 1) tally[isRight ? 'found' : 'missed'] += 1
  else tally[isRight ? 'sound' : 'alarms'] += 1
  if (!isRight && tally.example === '') tally.example = `, first ${scene.name}: ${code} for ${scene.code}`
}

function describeTally(
  name: string,
  { found, missed, alarms, sound, example }: Tally,
  { times, seed }: { times: number; seed: number },
): Finding {
  return {
    name: `${times} exports changed at random (seed ${seed}), ${name}`,
    figure: `${found} found, ${missed} missed; of ${sound + alarms} unchanged ${alarms} misjudged${example}`,
    isKept: missed === 0 && alarms === 0 && found === times,
  }
}
