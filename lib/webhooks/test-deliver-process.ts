// For tests: a process that sends what is due until it is killed.
import { setTimeout as wait } from 'node:timers/promises'
import { services } from '../services.ts'
import { deliverDue } from './deliver-due.ts'

const NEVER = new AbortController().signal
for (;;) {
  await deliverDue(services(), NEVER)
  await wait(50)
}
