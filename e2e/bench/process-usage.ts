// What a process has used, by what the kernel says of it in /proc.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** USER_HZ of every Linux there is. */
const TICKS_PER_SECOND = 100

/** Seconds of processor time so far, its own and the kernel's for it. */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in brackets, may hold anything; the fields are counted after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Memory that it holds. */
export function readResidentBytes(pid: number): number {
  const [, kilobytes = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** The most it holds while `work` goes on. */
export async function watchMemory<T>(
  pid: number,
  work: Promise<T>,
): Promise<{ readonly outcome: T; readonly mostBytes: number }> {
  const end = new AbortController()
  const outcome = work.finally(() => end.abort())
  let mostBytes = readResidentBytes(pid)
  while (!end.signal.aborted) {
    mostBytes = Math.max(mostBytes, readResidentBytes(pid))
    await sleep(200, undefined, { signal: end.signal }).catch(() => {})
  }
  return { outcome: await outcome, mostBytes }
}
