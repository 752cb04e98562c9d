// Every address of the portal with whom it lets in: of a person, a recording and rules of the demo's first project.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Asking } from './asking.ts'
import { ROOT } from './stack/portal.ts'
import type { Things } from './things.ts'

/** Who comes: nobody in particular, who holds nothing, each role for all projects and for another one, and grants that do not reach. */
export const VISITORS = [
  'signed out',
  'nobody',
  'reviewer',
  'admin',
  'auditor',
  'reviewer of another project',
  'admin of another project',
  'auditor of another project',
  'reviewer with a grant elsewhere',
  'reviewer with an expired grant',
] as const
export type VisitorKind = (typeof VISITORS)[number]

/** `200`, `403 forbidden`; of a page the status alone, and where it leads to. */
export type Said = Readonly<Record<VisitorKind, string>>

export type Address = Asking & {
  /** A method and a file under `app`. */
  readonly door: string
  readonly path: string
  readonly said: Said
}

type Allowed = Partial<Said>

const REVIEWERS: readonly VisitorKind[] = [
  'reviewer',
  'reviewer of another project',
  'reviewer with a grant elsewhere',
]
const ADMINS: readonly VisitorKind[] = ['admin', 'admin of another project']
const AUDITORS: readonly VisitorKind[] = ['auditor', 'auditor of another project']
const SIGNED_IN = VISITORS.filter((kind) => kind !== 'signed out')

function all(kinds: readonly VisitorKind[], said: string): Allowed {
  return Object.fromEntries(kinds.map((kind) => [kind, said]))
}

/** What everybody is told, but for those named. */
function say(others: string, signedOut: string, allowed: Allowed): Said {
  const said = VISITORS.map((kind) => [kind, allowed[kind] ?? (kind === 'signed out' ? signedOut : others)])
  return parseSaid(Object.fromEntries(said))
}

function parseSaid(said: Record<string, string>): Said {
  return said as Said
}

const page = (allowed: Allowed): Said => say('403', '307 /sign-in', allowed)
const data = (allowed: Allowed): Said => say('403 forbidden', '401 sign-in-required', allowed)
const open = (said: string): Said => say(said, said, {})

const WORD = 'To see who is let in where.'
const OPENING = { reasonCode: 'quality', reason: WORD }
const PROGRESS = { positionSeconds: 0, played: [], rate: 0, visible: true }

/** A line a door. Those of one thing stand in an order in which the last of them may end it. */
export function listAddresses(things: Things): Address[] {
  const { sessionId, archiveId, project, insider, viewingId, downloadId, until } = things
  const asked = { rights: ['recording:find'], until, reason: WORD }
  const get = (file: string, path: string, said: Said): Address => ({ door: `GET ${file}`, path, said })
  const act = (method: string, file: string, rest: Omit<Address, 'door' | 'method'>): Address => ({
    ...{ door: `${method} ${file}`, method },
    ...rest,
  })
  const viewing = `/viewings/${viewingId}`
  const file = `/downloads/${downloadId}/file`
  const own = data({ reviewer: '200' })
  return [
    get(
      'page.tsx',
      '/',
      page({
        ...{ nobody: '200', 'reviewer with an expired grant': '200' },
        ...all(REVIEWERS, '307 /sessions'),
        ...all(ADMINS, '307 /projects'),
        ...all(AUDITORS, '307 /audit'),
      }),
    ),
    get('sign-in/page.tsx', '/sign-in', say('307 /', '200', {})),
    get('s/[sessionId]/route.ts', `/s/${sessionId}`, open(`307 /sessions/${sessionId}`)),
    get('sessions/page.tsx', '/sessions', page(all(REVIEWERS, '200'))),
    get('sessions/[sessionId]/page.tsx', `/sessions/${sessionId}`, page({ reviewer: '200' })),
    get('sessions/search/route.ts', `/sessions/search?q=${sessionId}`, data(all(REVIEWERS, '200'))),
    get('audit/page.tsx', '/audit', page(all(AUDITORS, '200'))),
    get('audit/files/page.tsx', '/audit/files?outcome=failed', page(all(AUDITORS, '200'))),
    get('audit/days/page.tsx', '/audit/days', page(all(AUDITORS, '200'))),
    // Of other projects it is as if there were none.
    get('audit/seen/page.tsx', `/audit/seen?archive=${archiveId}`, page(all(AUDITORS, '200'))),
    get('audit/export/route.ts', '/audit/export?format=csv&outcome=failed', data(all(AUDITORS, '200'))),
    get('audit/out/page.tsx', '/audit/out', page(all(AUDITORS, '200'))),
    get('audit/receipt/route.ts', `/audit/receipt?archive=${archiveId}`, data(all(AUDITORS, '200'))),
    get('audit/exports/route.ts', '/audit/exports', data(all(AUDITORS, '200'))),
    // Nobody’s, which is told like another’s.
    get('audit/exports/[exportId]/file/route.ts', `/audit/exports/${viewingId}/file`, data({})),
    get('api/audit/events/route.ts', '/api/audit/events', open('401 token-refused')),
    get('audit/retention/page.tsx', '/audit/retention', page(all(AUDITORS, '200'))),
    get('projects/page.tsx', '/projects', page(all(ADMINS, '200'))),
    get(
      'projects/log-rules/preview/route.ts',
      `/projects/log-rules/preview?${new URLSearchParams({ project, content: '60', lines: 'for-good' })}`,
      data({ admin: '200' }),
    ),
    get('access/page.tsx', '/access', page(all(SIGNED_IN, '200'))),
    get('access/inbox/page.tsx', '/access/inbox', page(all(ADMINS, '200'))),
    get('access/review/page.tsx', '/access/review', page(all(ADMINS, '200'))),
    get('access/who/page.tsx', `/access/who?of=${sessionId}`, page(all(ADMINS, '200'))),
    get('access/people/page.tsx', '/access/people', page(all(ADMINS, '200'))),
    get('access/people/[personId]/page.tsx', `/access/people/${insider.personId}`, page({ admin: '200' })),
    get(
      'access/listing.csv/route.ts',
      `/access/listing.csv?person=${insider.personId}`,
      data({ admin: '200' }),
    ),
    get('notices/route.ts', '/notices', data(all(SIGNED_IN, '200'))),
    get('api/health/live/route.ts', '/api/health/live', open('200')),
    get('api/health/ready/route.ts', '/api/health/ready', open('200')),
    get('api/metrics/route.ts', '/api/metrics', open('404 not-found')),
    get('api/auth/[...nextauth]/route.ts', '/api/auth/session', open('200')),
    act('POST', 'api/auth/[...nextauth]/route.ts', {
      path: '/api/auth/callback/oidc',
      json: {},
      said: open('405 method-not-allowed'),
    }),
    act('POST', 'api/auth/backchannel-logout/route.ts', {
      path: '/api/auth/backchannel-logout',
      json: {},
      said: open('400 request-invalid'),
    }),

    act('POST', 'viewings/route.ts', {
      path: '/viewings',
      json: { ...OPENING, archiveId },
      said: data({ reviewer: '201' }),
    }),
    get('viewings/[viewingId]/playlist.m3u8/route.ts', `${viewing}/playlist.m3u8`, own),
    get('viewings/[viewingId]/segments/[segment]/route.ts', `${viewing}/segments/0.ts`, own),
    // Of a viewing that is cut into segments there is no file.
    get('viewings/[viewingId]/media/route.ts', `${viewing}/media`, data({ reviewer: '404 not-found' })),
    act('HEAD', 'viewings/[viewingId]/media/route.ts', {
      path: `${viewing}/media`,
      said: say('403', '401', { reviewer: '404' }),
    }),
    act('POST', 'viewings/[viewingId]/progress/route.ts', {
      path: `${viewing}/progress`,
      json: PROGRESS,
      said: data({ reviewer: '204' }),
    }),
    act('DELETE', 'viewings/[viewingId]/route.ts', { path: viewing, said: data({ reviewer: '204' }) }),
    act('POST', 'downloads/route.ts', {
      path: '/downloads',
      json: { ...OPENING, archiveId },
      said: data({ reviewer: '201' }),
    }),
    get('downloads/[downloadId]/file/route.ts', file, own),
    act('HEAD', 'downloads/[downloadId]/file/route.ts', {
      path: file,
      said: say('403', '401', { reviewer: '200' }),
    }),

    act('POST', 'audit/checks/route.ts', { path: '/audit/checks', said: data({ auditor: '202' }) }),
    act('POST', 'notices/read/route.ts', {
      path: '/notices/read',
      json: { ids: [] },
      said: data(all(SIGNED_IN, '204')),
    }),
    act('POST', 'access/requests/route.ts', {
      path: '/access/requests',
      json: { archiveId, ...asked },
      said: data(all(SIGNED_IN, '201')),
    }),
    act('POST', 'access/requests/[requestId]/decision/route.ts', {
      ...{ path: `/access/requests/${things.requestId}/decision`, json: { approve: true, word: WORD } },
      said: data({ admin: '200' }),
    }),
    act('POST', 'access/grants/route.ts', {
      path: '/access/grants',
      json: { email: insider.email, project, ...asked },
      said: data({ admin: '201' }),
    }),
    act('POST', 'access/grants/[grantId]/approval/route.ts', {
      ...{ path: `/access/grants/${things.grantId}/approval`, json: { approve: true } },
      // There is nothing to approve, which only an administrator of its project learns.
      said: data({ admin: '409 already-decided' }),
    }),
    act('POST', 'access/grants/[grantId]/review/route.ts', {
      path: `/access/grants/${things.grantId}/review`,
      json: { verdict: 'keep' },
      said: data({ admin: '200' }),
    }),
    act('DELETE', 'access/grants/[grantId]/route.ts', {
      path: `/access/grants/${things.grantId}`,
      said: data({ admin: '204' }),
    }),
    act('PUT', 'access/archives/[archiveId]/restriction/route.ts', {
      ...{ path: `/access/archives/${archiveId}/restriction`, json: { restricted: false, word: WORD } },
      said: data({ admin: '204' }),
    }),
    act('PUT', 'access/people/[personId]/roles/route.ts', {
      ...{
        path: `/access/people/${insider.personId}/roles`,
        json: { roles: [{ role: 'reviewer', projects: [project] }] },
      },
      said: data({ admin: '200' }),
    }),
    act('PUT', 'access/people/[personId]/state/route.ts', {
      ...{ path: `/access/people/${insider.personId}/state`, json: { disabled: false, word: WORD } },
      said: data({ admin: '204' }),
    }),
    act('DELETE', 'access/sign-ins/[signInId]/route.ts', {
      path: `/access/sign-ins/${insider.signInId}`,
      said: data({ admin: '204' }),
    }),

    act('POST', 'audit/tokens/route.ts', {
      path: '/audit/tokens',
      json: { name: 'siem', projects: [project], until },
      said: data({ auditor: '201' }),
    }),
    act('DELETE', 'audit/tokens/[tokenId]/route.ts', {
      path: `/audit/tokens/${things.tokenId}`,
      said: data({ auditor: '204' }),
    }),
    act('POST', 'audit/pushes/route.ts', {
      path: '/audit/pushes',
      json: { project, url: things.hookUrl },
      said: data({ auditor: '201' }),
    }),
    act('POST', 'audit/pushes/[pushId]/test/route.ts', {
      path: `/audit/pushes/${things.pushId}/test`,
      said: data({ auditor: '200' }),
    }),
    act('POST', 'audit/pushes/deliveries/[deliveryId]/retry/route.ts', {
      path: `/audit/pushes/deliveries/${things.batchId}/retry`,
      said: data({ auditor: '200' }),
    }),
    act('DELETE', 'audit/pushes/[pushId]/route.ts', {
      path: `/audit/pushes/${things.pushId}`,
      said: data({ auditor: '204' }),
    }),

    act('POST', 'audit/holds/route.ts', {
      ...{ path: '/audit/holds', json: { project, caseReference: 'of no recording', reason: WORD } },
      said: data({ auditor: '201' }),
    }),
    act('POST', 'audit/holds/[holdId]/release/route.ts', {
      ...{ path: `/audit/holds/${things.holdId}/release`, json: { reason: WORD } },
      said: data({ auditor: '202' }),
    }),
    act('POST', 'audit/erasures/route.ts', {
      ...{ path: '/audit/erasures', json: { eventId: things.eventId, reason: WORD } },
      said: data({ auditor: '202' }),
    }),
    act('POST', 'projects/log-rules/route.ts', {
      ...{ path: '/projects/log-rules', json: { project, contentMonths: 600, linesMonths: 600 } },
      said: data({ admin: '202' }),
    }),

    act('POST', 'audit/filters/route.ts', {
      path: '/audit/filters',
      json: { name: 'Refusals', parameters: { outcome: 'refused' } },
      said: data(all(AUDITORS, '201')),
    }),
    // Of others there is none to be seen, and one's own is gone already.
    act('DELETE', 'audit/filters/[filterId]/route.ts', {
      path: `/audit/filters/${things.tokenId}`,
      said: data(all(AUDITORS, '204')),
    }),
    act('POST', 'audit/reviewed/route.ts', {
      path: '/audit/reviewed',
      json: { upTo: '2026-01-01T00:00:00Z' },
      said: data(all(AUDITORS, '201')),
    }),

    act('POST', 'audit/exports/route.ts', {
      ...{ path: '/audit/exports', json: { format: 'csv', outcome: 'failed' } },
      said: data(all(AUDITORS, '201')),
    }),
    act('DELETE', 'audit/exports/[exportId]/route.ts', {
      path: `/audit/exports/${viewingId}`,
      said: data({}),
    }),

    act('PUT', 'projects/[projectId]/summary/route.ts', {
      path: `/projects/${things.projectId}/summary`,
      json: { summed: true },
      said: data({ admin: '204' }),
    }),
    act('POST', 'projects/webhooks/route.ts', {
      path: '/projects/webhooks',
      json: { project, url: things.hookUrl, events: ['request.made'] },
      said: data({ admin: '201' }),
    }),
    act('POST', 'projects/webhooks/[webhookId]/test/route.ts', {
      path: `/projects/webhooks/${things.webhookId}/test`,
      said: data({ admin: '200' }),
    }),
    act('POST', 'projects/webhooks/deliveries/[deliveryId]/retry/route.ts', {
      path: `/projects/webhooks/deliveries/${things.deliveryId}/retry`,
      said: data({ admin: '200' }),
    }),
    act('DELETE', 'projects/webhooks/[webhookId]/route.ts', {
      path: `/projects/webhooks/${things.webhookId}`,
      said: data({ admin: '204' }),
    }),
    act('POST', 'projects/changes/[changeId]/decision/route.ts', {
      ...{ path: `/projects/changes/${things.changeId}/decision`, json: { approve: false, word: WORD } },
      said: data({ admin: '200' }),
    }),
  ]
}

const APP = join(ROOT, 'app')

/** Every method of every file under `app` that answers: a page's is GET. */
export function listDoors(): string[] {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).map((file) =>
    file.replaceAll('\\', '/'),
  )
  return files.flatMap((file) => {
    if (/(^|\/)page\.tsx$/.test(file)) return [`GET ${file}`]
    if (!/(^|\/)route\.ts$/.test(file)) return []
    const text = readFileSync(join(APP, file), 'utf8')
    return [...text.matchAll(/^export (?:const|async function|function) ([A-Z]+)\b/gm)].map(
      ([, method]) => `${method} ${file}`,
    )
  })
}
