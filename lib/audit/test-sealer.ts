// For tests, as a process of its own: seals the database that it is told for as long as it lives.
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '../database.ts'
import { sealLog } from './seal.ts'
import { inventSigner } from './test-signer.ts'

const db = openDatabase(process.argv[2] ?? '')
const signer = inventSigner()
for (;;) {
  await sealLog(db, signer, AbortSignal.timeout(60_000))
  process.stdout.write('sealed\n')
  await wait(5)
}
