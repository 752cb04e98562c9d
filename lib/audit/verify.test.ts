import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDice } from '../../e2e/faults/bundles/dice.ts'
import { putScene } from '../../e2e/faults/bundles/put-scene.ts'
import { startPythonVerifier } from '../../e2e/faults/bundles/python-verifier.ts'
import { makeEachScene, makeScenes, type Scene } from '../../e2e/faults/bundles/scenes.ts'
import { IN_PAGE, joinSources } from './build-verifiers.ts'
import { verifyFolder } from './verify-cli.ts'
import type * as VerifyFiles from './verify-files.ts'

const SEED = 20_261_124
const FIXED = { 'verify.mjs': '// node\n', 'verify.html': '<p>page\n', 'README.md': '# Read me\n' }
const place = mkdtempSync(join(tmpdir(), 'recordroom-verify-'))
const python = startPythonVerifier()
let page: typeof VerifyFiles

beforeAll(async () => {
  // The page's own verifier, as it is put together for it.
  const path = join(place, 'page.mjs')
  writeFileSync(path, joinSources('verify-files.ts', IN_PAGE))
  page = parsePage(await import(pathToFileURL(path).href))
})
afterAll(async () => {
  await python.stop()
  rmSync(place, { recursive: true })
})

const parsePage = (module: unknown): typeof VerifyFiles => module as typeof VerifyFiles

const verifyOnPage = ({ files, key, anchor, earlier }: Scene) =>
  page.verifyFiles(
    [...files].map(([path, bytes]) => ({ path, file: new Blob([Uint8Array.from(bytes)]) })),
    {
      key: key ?? '',
      known: [anchor, earlier].flatMap((text) =>
        text === null ? [] : [{ name: 'checkpoint', file: new Blob([text]) }],
      ),
      onRead: () => {},
    },
  )

/** What each verifier says of a scene. */
const judge = async (scene: Scene) => {
  const call = putScene(scene, join(place, 'scene'))
  const [node, inPage] = [await verifyFolder(call.folder, call.options), await verifyOnPage(scene)]
  const inPython = await python.verify(call)
  const said = { node: node.sentences, page: inPage.sentences, python: inPython.sentence }
  return { codes: [node.code, inPage.code, inPython.code], said }
}

const expectFound = async (scenes: Iterable<Scene>): Promise<number> => {
  let count = 0
  for (const scene of scenes) {
    const { codes, said } = await judge(scene)
    expect(codes, `${scene.name}: ${JSON.stringify(said, null, 1)}`).toEqual([
      scene.code,
      scene.code,
      scene.code,
    ])
    count += 1
  }
  return count
}

describe('what was done to an export is found by every verifier', () => {
  test('each kind once', async () => {
    expect(await expectFound(makeEachScene(makeDice(SEED), FIXED))).toBeGreaterThan(25)
  }, 120_000)

  test('many times at random, and nothing where nothing was done', async () => {
    expect(await expectFound(makeScenes(makeDice(SEED + 1), 300, FIXED))).toBeGreaterThan(300)
  }, 240_000)
})
