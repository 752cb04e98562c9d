import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { writeVerifiers } from './audit/build-verifiers.ts'
import { VERIFIERS_FOLDER } from './audit/verifiers-folder.ts'

/** `npm run build`: the database client, the production build, then the verifiers of exports. Nothing is sent anywhere. */
const root = fileURLToPath(new URL('..', import.meta.url))
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
}

for (const [command, ...args] of [
  ['node_modules/prisma/build/index.js', 'generate'],
  ['node_modules/next/dist/bin/next', 'build'],
]) {
  const { status, error } = spawnSync(process.execPath, [`${root}${command}`, ...args], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

writeVerifiers(`${root}${VERIFIERS_FOLDER}`)
