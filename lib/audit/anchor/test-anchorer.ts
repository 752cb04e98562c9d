// For tests, as a process of its own: anchors the log of the database that it is told for as long as it lives.
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '../../database.ts'
import { createFolderDeposit } from '../../storage/folder-deposit.ts'
import { parseSigningKey } from '../signing-key.ts'
import { anchorLog } from './anchor-log.ts'

const db = openDatabase(process.argv[2] ?? '')
const deposit = createFolderDeposit(process.argv[3] ?? '')
const { signal } = new AbortController()
const key = parseSigningKey(process.argv[4] ?? '')
if (key === null) throw new Error('no signing key')
const signer = { origin: '127.0.0.1:3000/audit', key, previousKey: null }
for (;;) {
  await anchorLog(db, deposit, { signer, signal })
  await wait(5)
}
