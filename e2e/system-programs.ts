// The programs that tests need and npm does not bring: found, installed from the system's packages when that is
// allowed, or named.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

type Program = { readonly names: readonly string[]; readonly debianPackage: string }

const CHROMIUM: Program = {
  names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  debianPackage: 'chromium',
}
const PROGRAMS: readonly Program[] = [
  CHROMIUM,
  { names: ['ffmpeg'], debianPackage: 'ffmpeg' },
  { names: ['openssl'], debianPackage: 'openssl' },
]

/** The browser's path: CHROMIUM_PATH, or what the system has; null when it has none. */
export function findChromium(): string | null {
  return process.env.CHROMIUM_PATH ?? findProgram(CHROMIUM)
}

/** Makes sure of all of them, or throws with what to do. */
export function requirePrograms(): void {
  const missing = PROGRAMS.filter((program) => findProgram(program) === null).map(
    (program) => program.debianPackage,
  )
  if (missing.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || findInPath('apt-get') === null) {
    throw new Error(`Missing: ${missing.join(', ')}. Install them, on Debian with\n  sudo ${command}`)
  }
  process.stdout.write(`Installing ${missing.join(', ')} …\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const [name = '', ...args] = command.split(' ')
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'inherit' })
  if (spawnSync(name, args, { env, stdio: 'inherit' }).status !== 0) throw new Error(`${command} failed.`)
}

function findProgram({ names }: Program): string | null {
  for (const name of names) {
    const path = findInPath(name)
    if (path !== null) return path
  }
  return null
}

function findInPath(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  return null
}
