import { type EnvironmentSource, parseEnvironment } from '../env.ts'
import { createServices, type Services } from '../services.ts'
import { inventEnvironment } from '../test-environment.ts'

/** For tests: the portal's services over a database, with an environment made up for it. */
export function createTestServices(databaseUrl: string, changes: EnvironmentSource = {}): Services {
  return createServices(
    parseEnvironment({ ...inventEnvironment(databaseUrl), LOG_LEVEL: 'silent', ...changes }),
  )
}
