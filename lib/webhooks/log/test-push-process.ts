// For tests: a process that pushes the log until it is killed.
import { setTimeout as wait } from 'node:timers/promises'
import { services } from '../../services.ts'
import { deliverDue } from '../deliver-due.ts'
import { cutBatches } from './cut-batches.ts'

const NEVER = new AbortController().signal
for (;;) {
  await cutBatches(services())
  await deliverDue(services(), NEVER)
  await wait(50)
}
