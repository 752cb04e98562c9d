import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm test`: everything that must hold, the cheapest first. Each of the checks counts as one test; the last line is
 * `N passed, N failed`, alone.
 */
type Count = { readonly passed: number; readonly failed: number }

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a package's program on this Node and gives its exit code. */
async function run(program: string, args: readonly string[]): Promise<number> {
  console.log(`\n> ${program.split('/').at(-1)} ${args.join(' ')}`)
  const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', NEXT_TELEMETRY_DISABLED: '1' },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function check(program: string, args: readonly string[]): Promise<Count> {
  const code = await run(program, args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** Vitest's own report says how many; a run that could not even make one has failed. */
async function unitTests(): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'recordroom-tests-'))
  const report = join(folder, 'report.json')
  try {
    const code = await run('vitest/vitest.mjs', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    const { numPassedTests, numFailedTests } = parseReport(await readFile(report, 'utf8'))
    const failed = numFailedTests === 0 && code !== 0 ? 1 : numFailedTests
    return { passed: numPassedTests, failed }
  } catch (error) {
    console.error(error)
    return { passed: 0, failed: 1 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parseReport(text: string): { numPassedTests: number; numFailedTests: number } {
  const report: unknown = JSON.parse(text)
  const counts = report as { numPassedTests?: unknown; numFailedTests?: unknown }
  if (typeof counts.numPassedTests !== 'number' || typeof counts.numFailedTests !== 'number') {
    throw new Error('the report of the unit tests has no counts')
  }
  return { numPassedTests: counts.numPassedTests, numFailedTests: counts.numFailedTests }
}

const counts: Count[] = [
  await check('prisma/build/index.js', ['generate']),
  await check('@biomejs/biome/bin/biome', ['ci', '.']),
  await check('typescript/bin/tsc', ['--noEmit', '-p', '.']),
  await unitTests(),
]
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const failed = counts.reduce((sum, count) => sum + count.failed, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
