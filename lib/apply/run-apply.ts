import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Services } from '../services.ts'
import { FileFaults } from './file-faults.ts'
import { runWithServices } from './run-with-services.ts'

export type AppliedFile = {
  readonly text: string
  /** What relative paths in it start from. */
  readonly folder: string
}

type Apply = (services: Services, file: AppliedFile) => Promise<readonly string[]>

const DONE = 0
const REFUSED = 1
const USAGE_FAULT = 64

/** Runs `npm run NAME -- apply FILE`, prints what was done or every fault, and answers the exit code. */
export async function runApply(name: string, args: readonly string[], apply: Apply): Promise<number> {
  const [verb, path, ...more] = args
  if (verb !== 'apply' || path === undefined || more.length > 0) {
    process.stderr.write(`usage: npm run ${name} -- apply FILE\n`)
    return USAGE_FAULT
  }
  return runWithServices(async (services) => {
    try {
      const lines = await apply(services, { text: await readText(path), folder: dirname(resolve(path)) })
      for (const line of lines) process.stdout.write(`${line}\n`)
      return DONE
    } catch (error) {
      if (!(error instanceof FileFaults)) throw error
      process.stderr.write(`${path} was refused, and nothing was changed:\n`)
      for (const fault of error.faults) process.stderr.write(`  ${fault}\n`)
      return REFUSED
    }
  })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new FileFaults(['the file: cannot be read'])
  }
}
