import type { Services } from '../services.ts'

/** What one process at a time does for as long as it holds the lock of this name. */
export type Duty = {
  readonly lock: string
  /** Ends when the signal comes: the lock is gone, or the process ends. */
  readonly work: (services: Services, signal: AbortSignal) => Promise<void>
}
