import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keeps a second demo out of the folder of the first; gives the way to let it go. */
export function claimFolder(folder: string): () => void {
  const file = join(folder, 'pid')
  if (existsSync(file)) {
    const pid = Number(readFileSync(file, 'utf8'))
    if (isDemo(pid)) throw new Error(`A demo runs in ${folder} already (process ${pid}): end it first.`)
  }
  writeFileSync(file, `${process.pid}\n`)
  return () => rmSync(file, { force: true })
}

/** Process numbers come round again: a live process is a demo only when its command line says so. */
function isDemo(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('e2e/stack/demo.ts')
  } catch {
    return false
  }
}
