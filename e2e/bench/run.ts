// `npm run bench`: every figure with what it is to be measured by in the same run, as a table and in `results.json`.
// `npm run bench -- NAME …` measures some of them. What is large is made for it and taken away again. A bar that is not met
// is said in the table and is no failure: the machine may be busy with other things.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withTemporaryStack } from '../stack/temporary-stack.ts'
import { append } from './append.ts'
import { exportLog } from './export.ts'
import { type Figure, formatTable, type Result } from './figure.ts'
import { logPage } from './log-page.ts'
import { logSize } from './log-size.ts'
import { opening } from './opening.ts'
import { search } from './search.ts'
import { seek } from './seek.ts'
import { prepareStage, STAGE_BYTES } from './stage.ts'
import { verify } from './verify.ts'
import { viewers } from './viewers.ts'
import { wholeFile } from './whole-file.ts'

/** What leaves much behind comes last: a million rows of the log, a million archives, ten million rows of the log. */
const FIGURES: readonly Figure[] = [
  ...[wholeFile, seek, viewers, opening, logSize, append],
  ...[exportLog, verify, search, logPage],
]
const RESULTS = fileURLToPath(new URL('results.json', import.meta.url))

function chooseFigures(): readonly Figure[] {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !FIGURES.some((figure) => figure.name === name))
  if (unknown !== undefined) {
    throw new Error(`There is no figure ${unknown}, but ${FIGURES.map(({ name }) => name).join(', ')}.`)
  }
  return FIGURES.filter(({ name }) => names.length === 0 || names.includes(name))
}

/** False when something could not be measured; the rest is told all the same. */
async function main(): Promise<boolean> {
  const figures = chooseFigures()
  const results: Result[] = []
  let isWhole = true
  await withTemporaryStack({ name: 'bench', needsBytes: STAGE_BYTES }, async (stack) => {
    const stage = prepareStage(stack)
    try {
      for (const figure of figures) {
        process.stderr.write(`Measuring ${figure.name} …\n`)
        try {
          results.push(...(await figure.measure(stage)))
        } catch (error) {
          isWhole = false
          process.stderr.write(`${figure.name} could not be measured: ${messageOf(error)}\n`)
        }
      }
    } finally {
      await stage.stop()
    }
  })
  process.stdout.write(`\n${formatTable(results)}\n`)
  const kept = results.map(({ bar: _bar, ...result }) => result)
  writeFileSync(RESULTS, `${JSON.stringify(kept, null, 2)}\n`)
  return isWhole
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

try {
  process.exit((await main()) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(1)
}
