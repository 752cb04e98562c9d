import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { PERMISSIONS, ROLES } from './access/permissions.ts'
import { AUDIT_ACTIONS } from './audit/event.ts'
import { END_REASONS } from './auth/end-sign-in.ts'
import { ERROR_CODES } from './errors.ts'

type Import = { readonly from: string; readonly isType: boolean }
type Source = { readonly path: string; readonly text: string; readonly imports: readonly Import[] }

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NOT_OURS = new Set(['node_modules', '.git', '.next', '.demo', '.test'])
const GENERATED = /^prisma\/client\//

const sources = listFiles('')
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !GENERATED.test(path) && path !== 'next-env.d.ts')
  .map(readSource)
const product = sources.filter(({ path }) => !isTest(path))

/** Engines know nothing of web frameworks, databases or people; each may import its own libraries. */
const ENGINES: Readonly<Record<string, readonly string[]>> = {
  'lib/crypto/': [],
  'lib/media/': [],
  'lib/http/': [],
  'lib/keys/': [],
  'lib/outgoing/': ['undici', 'ipaddr.js'],
  'lib/storage/': [
    '@aws-sdk/client-s3',
    '@aws-sdk/credential-providers',
    '@aws-sdk/s3-request-presigner',
    '@azure/storage-blob',
    '@azure/identity',
  ],
  'lib/vonage/': ['jsonwebtoken', 'zod'],
}

/** Doors and commands that stand in an engine's folder: they tie it to the rest, and are no part of it. */
const NOT_ENGINES = new Set(['lib/http/route.ts', 'lib/keys/cli.ts', 'lib/keys/reseal.ts'])

/** Pure words that every part may use. */
const WORDS = new Set(['lib/errors.ts'])

/** Addresses that are open by their nature, each with why. */
const OPEN_ADDRESSES: Readonly<Record<string, string>> = {
  'app/sign-in/page.tsx': 'where one signs in',
  'app/api/auth/backchannel-logout/route.ts': 'by the identity provider’s signature',
  'app/api/auth/[...nextauth]/route.ts': 'next-auth’s own, with its own token',
  'app/api/health/live/route.ts': 'says up and nothing else',
  'app/api/health/ready/route.ts': 'says up or down, without detail',
  'app/api/metrics/route.ts': 'by METRICS_TOKEN',
  'app/api/audit/events/route.ts': 'by a token of its own',
  'app/s/[sessionId]/route.ts': 'leads to a page, which asks',
}

/** Addresses of anybody who is signed in, each with what of theirs it is about. */
const OWN_ADDRESSES: Readonly<Record<string, string>> = {
  'app/page.tsx': 'leads to where one works',
  'app/access/page.tsx': 'what one holds',
  'app/access/requests/route.ts': 'anybody signed in may ask',
  'app/access/sign-ins/[signInId]/route.ts': 'one’s own, or of somebody whose access one manages',
  'app/notices/route.ts': 'what one was told',
  'app/notices/read/route.ts': 'what one was told',
  'app/viewings/[viewingId]/route.ts': 'a viewing of this very sign-in',
  'app/viewings/[viewingId]/playlist.m3u8/route.ts': 'a viewing of this very sign-in',
  'app/viewings/[viewingId]/segments/[segment]/route.ts': 'a viewing of this very sign-in',
  'app/viewings/[viewingId]/media/route.ts': 'a viewing of this very sign-in',
  'app/viewings/[viewingId]/progress/route.ts': 'a viewing of this very sign-in',
  'app/downloads/[downloadId]/file/route.ts': 'a download of this very sign-in',
}

test('imports are seen, and told from types', () => {
  const { imports } = readSource('lib/auth/options.ts')
  expect(imports).toContainEqual({ from: 'node:crypto', isType: false })
  expect(imports).toContainEqual({ from: 'next-auth', isType: true })
  expect(imports).toContainEqual({ from: 'lib/auth/sign-in.ts', isType: false })
  expect(readSource('lib/server.ts').imports).toContainEqual({ from: 'next', isType: false })
  expect(sources.length).toBeGreaterThan(100)
})

describe('imports go one way', () => {
  test.each(Object.entries(ENGINES))(
    '%s imports node, its own libraries and errors.ts',
    (folder, libraries) => {
      const faults = product
        .filter(({ path }) => path.startsWith(folder) && !NOT_ENGINES.has(path))
        .flatMap(({ path, imports }) =>
          imports
            .filter(({ from, isType }) => !isType && !isAllowedToEngine(from, folder, libraries))
            .map(({ from }) => `${path} imports ${from}`),
        )
      expect(faults).toEqual([])
    },
  )

  test('components import no server code at run time', () => {
    const pure = /^(components\/|lib\/(errors|audit\/event|access\/permissions)\.ts$)/
    const reaches = (path: string, seen = new Set<string>()): string[] => {
      if (seen.has(path)) return []
      seen.add(path)
      const source = product.find((each) => each.path === path)
      const atRunTime = source?.imports.filter(({ isType }) => !isType).map(({ from }) => from) ?? []
      const faults = atRunTime
        .filter(
          (from) => isBuiltin(from) || /^(next\/headers|next-auth$|@prisma|pg|pino|server-only)/.test(from),
        )
        .map((from) => `${path} imports ${from}`)
      return [...faults, ...atRunTime.filter(isLocal).flatMap((from) => reaches(from, seen))]
    }
    const faults = product
      .filter(({ path }) => path.startsWith('components/'))
      .flatMap(({ path, imports }) => [
        ...imports
          .filter(({ from, isType }) => !isType && isLocal(from) && !pure.test(from) && !isPureWords(from))
          .map(({ from }) => `${path} imports ${from}`),
        ...reaches(path),
      ])
    expect([...new Set(faults)]).toEqual([])
  })

  test('app touches no database, no SDK, no crypto', () => {
    const forbidden =
      /^(prisma\/|@prisma|pg$|@aws-sdk|@azure|undici|node:(crypto|fs|http|https|net)|lib\/(crypto|storage|keys|vonage|outgoing)\/)/
    expect(offenders(/^app\//, ({ from, isType }) => !isType && forbidden.test(from))).toEqual([])
  })

  test('lib imports nothing of app, components or the stack', () => {
    expect(offenders(/^lib\//, ({ from }) => /^(app|e2e)\//.test(from))).toEqual([])
    expect(offenders(/^lib\//, ({ from, isType }) => !isType && from.startsWith('components/'))).toEqual([])
  })

  test('only doors of lib know the web framework', () => {
    const doors = new Set([
      'lib/auth/require.ts',
      'lib/auth/handler.ts',
      'lib/auth/options.ts',
      'lib/server.ts',
    ])
    const knows = ({ from, isType }: Import): boolean => !isType && /^(next|next-auth|react)(\/|$)/.test(from)
    expect(offenders(/^lib\//, knows).filter((fault) => !doors.has(fault.split(' ')[0] ?? ''))).toEqual([])
  })

  test('the stack meets the product by its address alone', () => {
    const stack = sources.filter(({ path }) => path.startsWith('e2e/'))
    const faults = stack.flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => /^(app|components|lib|prisma)\//.test(from))
        .map(({ from }) => `${path} imports ${from}`),
    )
    expect(faults).toEqual([])
  })

  test('no file is reached by an alias', () => {
    expect(offenders(/./, ({ from }) => from.startsWith('@/') || from === 'server-only')).toEqual([])
  })

  test('lib, prisma and e2e name the files they import in full, so that Node runs them as they are', () => {
    const unnamed = ({ from }: Import): boolean =>
      isLocal(from) && !/\.(ts|tsx|mjs|js|json|css|module\.css)$/.test(from)
    expect(offenders(/^(lib|prisma|e2e)\//, unnamed)).toEqual([])
  })
})

describe('one thing in one place', () => {
  test.each([
    ['@tanstack/react-table', ['components/data-table.tsx']],
    ['hls.js', ['components/recording-player.tsx']],
  ])('%s is imported by %j alone', (library, places) => {
    const importers = product
      .filter(({ imports }) => imports.some(({ from }) => from === library || from.startsWith(`${library}/`)))
      .map(({ path }) => path)
    expect(importers.filter((path) => !places.includes(path))).toEqual([])
  })

  test('the environment is read by env.ts and services.ts, and by what is started from a shell', () => {
    const started =
      /^(lib\/(env|services|server|build)\.ts|lib\/[a-z]+\/cli\.ts|prisma\/|e2e\/|[a-z.-]+\.config\.ts)/
    const readers = product.filter(({ path, text }) => /\bprocess\.env\b/.test(text) && !started.test(path))
    expect(readers.map(({ path }) => path).filter((path) => !isMention(path, 'process.env'))).toEqual([])
  })

  test('the log is written by record.ts alone', () => {
    const writers = product.filter(
      ({ path, text }) => path.startsWith('lib/') && /append_audit_event\(\$/.test(text),
    )
    expect(writers.map(({ path }) => path)).toEqual(['lib/audit/record.ts'])
  })

  test('no file gathers what has no name', () => {
    const vague = /(^|\/)(index|utils?|helpers?|common|misc)(\.[a-z.]+)?(\/|$)/
    const named = sources
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('app/') && vague.test(path))
    expect(named).toEqual([])
  })
})

describe('what is left out stays out', () => {
  test.each([
    ["'use server'", /['"]use server['"]/],
    ['next/image', /from ['"]next\/image['"]/],
    ['next/font/google', /next\/font\/google/],
    ['dangerouslySetInnerHTML', /dangerouslySetInnerHTML/],
    ['a skipped test', /\b(test|describe|it)\.(skip|only|todo)\(/],
  ])('%s', (_, pattern) => {
    const faults = sources.filter(
      ({ path, text }) => path !== 'lib/house-rules.test.ts' && pattern.test(text),
    )
    expect(faults.map(({ path }) => path)).toEqual([])
  })

  test('rewrites, i18n and compression', () => {
    const config = readFileSync(join(ROOT, 'next.config.ts'), 'utf8')
    expect(config).not.toMatch(/rewrites|i18n|redirects/)
    expect(config).toMatch(/compress: false/)
  })

  test('loading.tsx, which would answer 200 before a guard has spoken', () => {
    expect(sources.filter(({ path }) => /^app\/.*loading\.tsx$/.test(path))).toEqual([])
  })
})

describe('every address asks', () => {
  const addresses = product.filter(({ path }) => /^app\/(.*\/)?(page\.tsx|route\.ts)$/.test(path))

  test.each(addresses.flatMap(listDoors).map((door) => [`${door.path} ${door.name}`, door]))(
    '%s',
    (_, door) => {
      if (Object.hasOwn(OPEN_ADDRESSES, door.path)) return expect(asksOf(door)).toEqual([])
      if (Object.hasOwn(OWN_ADDRESSES, door.path)) return expect(asksOf(door)).toEqual([SIGNED_IN])
      expect(asksOf(door).map((asked) => [asked, Object.hasOwn(PERMISSIONS, asked)])).toEqual([
        [expect.any(String), true],
      ])
    },
  )

  test('no address is said to be open, or of anybody, that is not there, nor both', () => {
    const there = new Set(addresses.map(({ path }) => path))
    const said = [...Object.keys(OPEN_ADDRESSES), ...Object.keys(OWN_ADDRESSES)]
    expect(said.filter((path) => !there.has(path))).toEqual([])
    expect(said).toHaveLength(new Set(said).size)
  })

  test('a door that asks nothing, or for what is no permission, is seen', () => {
    const text = [
      "export const GET = route(async (request) => {\n  await requirePermission(request, 'audit:read')\n})",
      'export const PUT = route(async (request) => {\n  await requirePermission(request, asked)\n})',
      'export const DELETE = route<{ id: string }>(async (request) => json({}))',
      'export const HEAD = GET',
    ].join('\n\n')
    const doors = listDoors({ path: 'app/new/route.ts', text, imports: [] })
    expect(doors.map((door) => [door.name, asksOf(door)])).toEqual([
      ['GET', ['audit:read']],
      ['PUT', []],
      ['DELETE', []],
    ])
    expect(listDoors({ path: 'app/new/page.tsx', text: '', imports: [] })).toHaveLength(1)
  })

  test.each(addresses.filter(({ path }) => path.endsWith('route.ts')).map(({ path, text }) => [path, text]))(
    '%s answers through route()',
    (_, text) => {
      const handlers = [
        ...text.matchAll(/export (?:const|async function|function) (GET|HEAD|POST|PUT|PATCH|DELETE)\b(.*)/g),
      ]
      expect(handlers.length).toBeGreaterThan(0)
      for (const [, , rest] of handlers) expect(rest).toMatch(/^ = (route(WithOwnProof)?\b|GET$)/)
    },
  )

  test('what gives or takes something puts on record what it cannot read', () => {
    const readers = addresses.filter(
      ({ path, text }) => /^app\/(access|projects)\//.test(path) && /\bread(Optional)?Json\(/.test(text),
    )
    expect(readers.length).toBeGreaterThan(10)
    expect(readers.filter(({ text }) => !text.includes('readOnRecord(')).map(({ path }) => path)).toEqual([])
  })

  test('layouts ask nothing: they are not rendered again when their page changes', () => {
    const layouts = product.filter(({ path }) => /^app\/(.*\/)?layout\.tsx$/.test(path))
    const asking = layouts.filter((layout) => asksOf({ ...layout, name: 'layout' }).length > 0)
    expect(asking.map(({ path }) => path)).toEqual([])
  })
})

describe('closed lists say what each entry means', () => {
  const lists: Record<string, Record<string, string>> = {
    errors: Object.fromEntries(Object.entries(ERROR_CODES).map(([code, [, meaning]]) => [code, meaning])),
    actions: AUDIT_ACTIONS,
    permissions: PERMISSIONS,
    endReasons: END_REASONS,
  }

  test.each(Object.entries(lists))('%s', (_, list) => {
    const unsaid = Object.entries(list).filter(([, meaning]) => !/^\p{Lu}.{8,}[.!]$/su.test(meaning))
    expect(unsaid).toEqual([])
  })

  test('names are kebab-case, actions noun.verb, permissions noun:verb', () => {
    for (const code of Object.keys(ERROR_CODES)) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const action of Object.keys(AUDIT_ACTIONS)) expect(action).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+$/)
    for (const permission of Object.values(ROLES).flat()) expect(permission).toMatch(/^[a-z]+:[a-z]+$/)
  })
})

test('no layer above the data bears its own kind of error', () => {
  const classes = product
    .filter(({ path }) => !path.startsWith('e2e/') && !path.startsWith('prisma/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^(?:export )?class (\w+)(.*)/gm)].map((found) => ({ path, found })),
    )
    .filter(({ found }) => !/ extends (\w*Error)\b/.test(found[2] ?? ''))
  expect(classes.map(({ path, found }) => `${path}: ${found[1]}`)).toEqual([])
})

/** One way into an address: its page, or one of its methods. */
type Door = { readonly path: string; readonly name: string; readonly text: string }

/** A door that is another under another name (`HEAD = GET`) is none of its own. */
function listDoors({ path, text }: Source): Door[] {
  if (path.endsWith('page.tsx')) return [{ path, name: 'page', text }]
  const heads = [...text.matchAll(/^export (?:const|async function|function) ([A-Z]+)\b(?! = [A-Z]+$)/gm)]
  return heads.map((head, at) => ({
    ...{ path, name: head[1] ?? '' },
    text: text.slice(head.index, heads[at + 1]?.index),
  }))
}

const SIGNED_IN = 'signed in'

/** What a door asks whoever comes: permissions by their names, or that they are signed in. */
function asksOf({ text }: Door): string[] {
  const asked = /\brequire(?:Page)?(?:Permission\((?:request,\s*)?'([^']*)'|(Actor)\()/g
  return [...text.matchAll(asked)].map(([, permission]) => permission ?? SIGNED_IN)
}

function offenders(where: RegExp, isForbidden: (each: Import) => boolean): string[] {
  return product
    .filter(({ path }) => where.test(path))
    .flatMap(({ path, imports }) => imports.filter(isForbidden).map(({ from }) => `${path} imports ${from}`))
}

function isAllowedToEngine(from: string, folder: string, libraries: readonly string[]): boolean {
  return isBuiltin(from) || libraries.includes(from) || WORDS.has(from) || from.startsWith(folder)
}

/** What lib offers to components at run time: modules that import nothing but such modules. */
function isPureWords(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return true
  seen.add(path)
  const source = product.find((each) => each.path === path)
  const isPure = ({ from, isType }: Import): boolean => isType || (isLocal(from) && isPureWords(from, seen))
  return source?.imports.every(isPure) === true
}

function isBuiltin(from: string): boolean {
  return from.startsWith('node:') || builtinModules.includes(from)
}

function isLocal(from: string): boolean {
  return /^(app|components|lib|prisma|e2e)\//.test(from)
}

function isTest(path: string): boolean {
  return /\.(test|spec)\.tsx?$/.test(path) || /(^|\/)test-[a-z-]+\.ts$/.test(path)
}

/** Whether a file speaks of something in its comments and sentences only. */
function isMention(path: string, what: string): boolean {
  const source = sources.find((each) => each.path === path)
  const code = (source?.text ?? '').replace(/\/\*.*?\*\/|\/\/[^\n]*|`[^`]*`|'[^'\n]*'/gs, '')
  return !code.includes(what)
}

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : listFiles(path)
    return [path]
  })
}

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const imports: Import[] = []
  for (const [, kind = '', names = '', from = ''] of text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:([\w*{][^'";]*?)\s+from\s+)?['"]([^'"]+)['"]/gm,
  )) {
    imports.push({ from: resolve(path, from), isType: kind !== '' || areTypes(names) })
  }
  for (const [, from = ''] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    imports.push({ from: resolve(path, from), isType: false })
  }
  return { path, text, imports }
}

/** `{ type A, type B }` is erased whole. */
function areTypes(names: string): boolean {
  const [, inner] = /^\{(.*)\}$/s.exec(names.trim()) ?? []
  const each = inner?.split(',').filter((name) => name.trim() !== '') ?? []
  return each.length > 0 && each.every((name) => name.trim().startsWith('type '))
}

function resolve(path: string, from: string): string {
  return from.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), from)) : from
}
