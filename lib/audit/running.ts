import { hostname } from 'node:os'
import about from '../../package.json' with { type: 'json' }

/** Which build wrote a row, and which process. */
export const RUNNING = { version: about.version, instance: `${hostname()}:${process.pid}` } as const
