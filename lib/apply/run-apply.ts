import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { EnvironmentError } from '../env.ts'
import { type Services, services } from '../services.ts'
import { FileFaults } from './file-faults.ts'

export type AppliedFile = {
  readonly text: string
  /** What relative paths in it start from. */
  readonly folder: string
}

type Apply = (services: Services, file: AppliedFile) => Promise<readonly string[]>

const REFUSED = 1
const USAGE_FAULT = 64
const CONFIGURATION_FAULT = 78

/** Runs `npm run NAME -- apply FILE`, prints what was done or every fault, and answers the exit code. */
export async function runApply(name: string, args: readonly string[], apply: Apply): Promise<number> {
  const [verb, path, ...more] = args
  if (verb !== 'apply' || path === undefined || more.length > 0) {
    process.stderr.write(`usage: npm run ${name} -- apply FILE\n`)
    return USAGE_FAULT
  }
  try {
    const text = await readText(path)
    const means = services()
    try {
      const lines = await apply(means, { text, folder: dirname(resolve(path)) })
      for (const line of lines) process.stdout.write(`${line}\n`)
    } finally {
      await Promise.all([means.db.$disconnect(), means.outgoing.close()])
    }
    return 0
  } catch (error) {
    if (error instanceof FileFaults) {
      process.stderr.write(`${path} was refused, and nothing was changed:\n`)
      for (const fault of error.faults) process.stderr.write(`  ${fault}\n`)
      return REFUSED
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof EnvironmentError ? CONFIGURATION_FAULT : REFUSED
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new FileFaults(['the file: cannot be read'])
  }
}
