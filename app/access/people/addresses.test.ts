import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../../../lib/access/test-office.ts'
import type { Actor } from '../../../lib/auth/actor.ts'
import { hashToken } from '../../../lib/auth/session-cookie.ts'
import { GET as listing } from '../listing.csv/route.ts'
import { DELETE as end } from '../sign-ins/[signInId]/route.ts'
import { PUT as putRoles } from './[personId]/roles/route.ts'
import { PUT as putState } from './[personId]/state/route.ts'

type Somebody = Actor & { readonly cookie: string }

let office: TestOffice
let admin: Somebody
let reviewer: Somebody

beforeAll(async () => {
  office = await openOffice()
  globalThis.recordroomServices = office.services
  admin = await enter('admin', ['admin'])
  reviewer = await enter('reviewer', ['reviewer'])
})
afterAll(() => office.stop())

async function enter(name: string, roles: readonly string[]): Promise<Somebody> {
  const actor = await office.hire(name, roles)
  const token = randomBytes(32).toString('base64url')
  await office.services.db.signIn.update({
    where: { id: actor.signInId },
    data: { tokenHash: hashToken(token) },
  })
  return { ...actor, cookie: `next-auth.session-token=${token}` }
}

/** A change asked for by the site’s own page, by whoever it is. */
const ask = (who: Somebody | null, method: string, body?: unknown): Request =>
  new Request('http://127.0.0.1:3000/access/any', {
    method,
    headers: {
      ...{ origin: 'http://127.0.0.1:3000', 'content-type': 'application/json' },
      ...(who !== null && { cookie: who.cookie }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const given = <T>(params: T) => ({ params: Promise.resolve(params) })
const list = (who: Somebody | null, query: string) =>
  listing(
    new Request(`http://127.0.0.1:3000/access/listing.csv?${query}`, {
      headers: who === null ? {} : { cookie: who.cookie },
    }),
    given({}),
  )

test('roles are put and answered in the form of an access file', async () => {
  const { personId } = await office.hire('somebody')
  const roles = ['admin', { role: 'reviewer', projects: ['Retail EU'] }]
  const answer = await putRoles(ask(admin, 'PUT', { roles }), given({ personId }))
  expect([answer.status, await answer.json()]).toEqual([200, { roles }])
  const odd = await putRoles(ask(admin, 'PUT', { roles: ['owner'] }), given({ personId }))
  expect([odd.status, await odd.json()]).toMatchObject([
    400,
    { code: 'request-invalid', detail: expect.stringMatching(/^roles\.0: /) },
  ])
})

test('a person is disabled and enabled with 204, and again 204', async () => {
  const { personId } = await office.hire('somebody')
  for (const disabled of [true, true, false, false]) {
    const body = { disabled, word: 'for this very test' }
    expect((await putState(ask(admin, 'PUT', body), given({ personId }))).status).toBe(204)
  }
})

test('a sign-in is ended with 204, and again 204', async () => {
  const { signInId } = await office.hire('somebody')
  for (let time = 0; time < 2; time += 1)
    expect((await end(ask(admin, 'DELETE'), given({ signInId }))).status).toBe(204)
})

test('one’s own sign-in is ended by anybody, and nobody is signed in by it after', async () => {
  const somebody = await enter('somebody', [])
  const { signInId } = somebody
  expect((await end(ask(somebody, 'DELETE'), given({ signInId }))).status).toBe(204)
  const again = await end(ask(somebody, 'DELETE'), given({ signInId }))
  expect([again.status, await again.json()]).toMatchObject([401, { code: 'sign-in-expired' }])
})

test('who may see something comes as a file', async () => {
  const answer = await list(admin, 'project=Retail+EU')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="access-\d{4}-\d\d-\d\d\.csv"$/,
  )
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
  expect(await answer.text()).toMatch(/^"holder_kind",.*\r\n$/)
  expect((await list(admin, '')).status).toBe(400)
  expect((await list(admin, 'project=Nowhere')).status).toBe(403)
})

test.each<[string, (who: Somebody | null) => Promise<Response>]>([
  ['roles', (who) => putRoles(ask(who, 'PUT', { roles: [] }), given({ personId: admin.personId }))],
  [
    'state',
    (who) =>
      putState(
        ask(who, 'PUT', { disabled: true, word: 'for this test' }),
        given({ personId: admin.personId }),
      ),
  ],
  ['sign-ins', (who) => end(ask(who, 'DELETE'), given({ signInId: admin.signInId }))],
  ['listing', (who) => list(who, `person=${admin.personId}`)],
])('%s are not for whoever is signed out or manages no access', async (_, door) => {
  expect((await door(null)).status).toBe(401)
  const answer = await door(reviewer)
  expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'forbidden' }])
})
