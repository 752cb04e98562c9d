import { renewDueSignIns } from '../auth/renew-due-sign-ins.ts'
import type { Job } from './job.ts'

/** Asks the identity provider whether it still stands by sign-ins, where it gives refresh tokens. */
export const renewSignIns: Job = { name: 'renew-sign-ins', everyMs: 30_000, run: renewDueSignIns }
