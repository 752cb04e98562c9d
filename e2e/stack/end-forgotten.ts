import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 15_000

/**
 * Ends the process that a pid file names, left over from a run that was killed, and waits for its end. Process numbers
 * come round again: only one whose command line holds `mark` as an argument of its own is ended.
 */
export async function endForgottenProcess(
  pidFile: string,
  mark: string,
  signal: 'SIGINT' | 'SIGTERM',
): Promise<void> {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !hasArgument(pid, mark)) return
  // One that was frozen hears nothing until it goes on.
  process.kill(pid, 'SIGCONT')
  process.kill(pid, signal)
  for (let waitedMs = 0; hasArgument(pid, mark); waitedMs += 100) {
    if (waitedMs >= PATIENCE_MS) throw new Error(`Process ${pid} of an earlier run does not end.`)
    await sleep(100)
  }
}

/** Whether a live process was started with this argument. */
export function hasArgument(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(mark)
  } catch {
    return false
  }
}
