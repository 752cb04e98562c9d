// `npm test`: everything that must hold. Format and lint, types, unit tests, a production build, and what people do in
// a real browser against that build and the stack. Ends with `N passed, N failed` alone on a line.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale, ROOT } from './stack/portal.ts'
import { requirePrograms } from './system-programs.ts'

type Count = { passed: number; failed: number }

const FOLDER = join(ROOT, '.test')
const VITEST_REPORT = join(FOLDER, 'vitest.json')
const PLAYWRIGHT_REPORT = join(FOLDER, 'playwright.json')

const say = (line: string): boolean => process.stdout.write(`\n▸ ${line}\n`)

/** Runs a tool of node_modules; true when it is content. */
async function run(
  file: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<boolean> {
  const child = spawn(process.execPath, [join('node_modules', file), ...args], {
    cwd: ROOT,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1', ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  return code === 0
}

function countOf(isGood: boolean): Count {
  return isGood ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

async function checkFormat(): Promise<Count> {
  say('format and lint')
  return countOf(await run('@biomejs/biome/bin/biome', ['ci', '.']))
}

async function checkTypes(): Promise<Count> {
  say('types')
  const hasTypes = await run('next/dist/bin/next', ['typegen'])
  return countOf(hasTypes && (await run('typescript/bin/tsc', ['--noEmit', '-p', '.'])))
}

async function runUnitTests(): Promise<Count> {
  say('unit tests')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`]
  const isGood = await run('vitest/vitest.mjs', ['run', ...reporters])
  const report = readReport(VITEST_REPORT)
  const count = { passed: numberOf(report.numPassedTests), failed: numberOf(report.numFailedTests) }
  // Left out is not passed.
  count.failed += numberOf(report.numPendingTests) + numberOf(report.numTodoTests)
  return withVerdict(count, isGood)
}

async function build(): Promise<Count> {
  say('production build')
  try {
    await buildWhenStale()
    return countOf(true)
  } catch (error) {
    process.stderr.write(`${error}\n`)
    return countOf(false)
  }
}

async function runBrowserTests(): Promise<Count> {
  say('browser tests')
  const isGood = await run('@playwright/test/cli.js', ['test'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: PLAYWRIGHT_REPORT,
  })
  const stats = parseObject(readReport(PLAYWRIGHT_REPORT).stats)
  const failed = numberOf(stats.unexpected) + numberOf(stats.flaky) + numberOf(stats.skipped)
  return withVerdict({ passed: numberOf(stats.expected), failed }, isGood)
}

/** A run that failed has a failure, also where no test had one. */
function withVerdict(count: Count, isGood: boolean): Count {
  return isGood || count.failed > 0 ? count : { ...count, failed: 1 }
}

function readReport(path: string): Record<string, unknown> {
  return existsSync(path) ? parseObject(JSON.parse(readFileSync(path, 'utf8'))) : {}
}

function parseObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

async function main(): Promise<Count> {
  requirePrograms()
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  say('database client')
  if (!(await run('prisma/build/index.js', ['generate']))) return countOf(false)
  const counts = [await checkFormat(), await checkTypes(), await runUnitTests()]
  const built = await build()
  counts.push(built)
  if (built.failed === 0) counts.push(await runBrowserTests())
  return counts.reduce((sum, { passed, failed }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
  }))
}

try {
  const { passed, failed } = await main()
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exit(failed === 0 ? 0 : 1)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.stdout.write('\n0 passed, 1 failed\n')
  process.exit(1)
}
