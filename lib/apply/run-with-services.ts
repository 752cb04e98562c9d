import { beginSeries } from '../audit/begin-series.ts'
import { EnvironmentError } from '../env.ts'
import { leaveDatabase, type Services, services } from '../services.ts'

const FAILED = 1
const CONFIGURATION_FAULT = 78

/** Runs a command over the environment of `npm start`, and answers its exit code. What it throws is said in words. */
export async function runWithServices(command: (services: Services) => Promise<number>): Promise<number> {
  try {
    const means = services()
    try {
      await beginSeries(means.db)
      return await command(means)
    } finally {
      await Promise.all([leaveDatabase(means), means.outgoing.close()])
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message.trim() : String(error)}\n`)
    return error instanceof EnvironmentError ? CONFIGURATION_FAULT : FAILED
  }
}
