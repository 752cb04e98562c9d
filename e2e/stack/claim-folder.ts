import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasArgument } from './end-forgotten.ts'

/** Keeps a second demo out of the folder of the first; gives the way to let it go. */
export function claimFolder(folder: string): () => void {
  const file = join(folder, 'pid')
  if (existsSync(file)) {
    const pid = Number(readFileSync(file, 'utf8'))
    const isDemo = pid !== process.pid && hasArgument(pid, 'e2e/stack/demo.ts')
    if (isDemo) throw new Error(`A demo runs in ${folder} already (process ${pid}): end it first.`)
  }
  writeFileSync(file, `${process.pid}\n`)
  return () => rmSync(file, { force: true })
}
