// `npm run secrets -- reseal`: seals what is kept in the database anew, from SECRETS_KEY_PREVIOUS to SECRETS_KEY.
// To change the key: put the old one into SECRETS_KEY_PREVIOUS and a new one into SECRETS_KEY, restart the portal, run
// this, and leave SECRETS_KEY_PREVIOUS out from then on. It may be stopped at any moment and run again.
// Exit: 0 done, 1 something could not be sealed anew, 64 not called so, 78 the environment is faulty.
import { runWithServices } from '../apply/run-with-services.ts'
import { resealSecrets } from './reseal.ts'

const DONE = 0
const INCOMPLETE = 1
const USAGE_FAULT = 64

async function reseal(args: readonly string[]): Promise<number> {
  if (args.join(' ') !== 'reseal') {
    process.stderr.write('usage: npm run secrets -- reseal\n')
    return USAGE_FAULT
  }
  return runWithServices(async ({ db, secrets }) => {
    const tables = await resealSecrets(db, secrets)
    for (const { table, sealed, resealed } of tables)
      process.stdout.write(`${table}: ${sealed} sealed, ${resealed} of them anew\n`)
    const lost = tables.flatMap(({ unopened }) => unopened)
    for (const where of lost)
      process.stderr.write(`${where}: opens neither with SECRETS_KEY nor with SECRETS_KEY_PREVIOUS\n`)
    return lost.length === 0 ? DONE : INCOMPLETE
  })
}

process.exitCode = await reseal(process.argv.slice(2))
