import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../../lib/access/test-office.ts'
import { hashToken } from '../../lib/auth/session-cookie.ts'
import { REQUEST_ID_HEADER } from '../../lib/http/client.ts'
import { POST as decideChange } from '../projects/changes/[changeId]/decision/route.ts'
import { POST as addWebhook } from '../projects/webhooks/route.ts'
import { PUT as restrict } from './archives/[archiveId]/restriction/route.ts'
import { POST as approve } from './grants/[grantId]/approval/route.ts'
import { POST as review } from './grants/[grantId]/review/route.ts'
import { DELETE as revoke } from './grants/[grantId]/route.ts'
import { POST as give } from './grants/route.ts'
import { PUT as putRoles } from './people/[personId]/roles/route.ts'
import { PUT as putState } from './people/[personId]/state/route.ts'
import { POST as decide } from './requests/[requestId]/decision/route.ts'
import { POST as askFor } from './requests/route.ts'

let office: TestOffice
let cookie: string

beforeAll(async () => {
  office = await openOffice()
  globalThis.recordroomServices = office.services
  const { signInId } = await office.hire('admin', ['admin'])
  const token = randomBytes(32).toString('base64url')
  await office.services.db.signIn.update({ where: { id: signInId }, data: { tokenHash: hashToken(token) } })
  cookie = `next-auth.session-token=${token}`
})
afterAll(() => office.stop())

type Address = {
  readonly name: string
  readonly method: string
  readonly door: (request: Request) => Promise<Response>
  /** What it can read, and what of that is then made wrong. */
  readonly whole: object
  readonly wrong: object
  /** What is on record where the body still says what was meant, and where it does not. */
  readonly meant: string
  readonly unsaid?: string
  /** What the row is about. */
  readonly of: string
}

const ID = randomUUID()
const WORD = 'For this very test.'
const WANTED = {
  project: 'Retail EU',
  rights: ['recording:play'],
  until: '2027-02-03T10:00:00Z',
  reason: WORD,
}
const DECISION = { method: 'POST', whole: { approve: true, word: WORD }, wrong: { approve: 'yes' } }
const given = <T>(params: T) => ({ params: Promise.resolve(params) })

const ADDRESSES: readonly Address[] = [
  {
    ...{ name: 'a grant', method: 'POST', door: (to) => give(to, given({})) },
    ...{ whole: { ...WANTED, email: 'new@demo.test' }, wrong: { rights: 'all' } },
    ...{ meant: 'grant.given', of: '' },
  },
  {
    ...{ name: 'a request', method: 'POST', door: (to) => askFor(to, given({})) },
    ...{ whole: WANTED, wrong: { until: 7 }, meant: 'request.made', of: '' },
  },
  {
    ...{ name: 'a decision', ...DECISION, door: (to) => decide(to, given({ requestId: ID })) },
    ...{ meant: 'request.approved', unsaid: 'request.refused', of: ` request ${ID}` },
  },
  {
    ...{ name: 'a second word', ...DECISION, door: (to) => approve(to, given({ grantId: ID })) },
    ...{ meant: 'grant.approved', unsaid: 'grant.refused', of: ` grant ${ID}` },
  },
  {
    ...{ name: 'a review', method: 'POST', door: (to) => review(to, given({ grantId: ID })) },
    ...{ whole: { verdict: 'keep' }, wrong: { verdict: 'leave' } },
    ...{ meant: 'grant.reviewed', unsaid: 'grant.revoked', of: ` grant ${ID}` },
  },
  {
    ...{ name: 'a grant taken back', method: 'DELETE', door: (to) => revoke(to, given({ grantId: ID })) },
    ...{ whole: { word: WORD }, wrong: { word: 7 }, meant: 'grant.revoked', of: ` grant ${ID}` },
  },
  {
    ...{ name: 'roles', method: 'PUT', door: (to) => putRoles(to, given({ personId: ID })) },
    ...{ whole: { roles: [] }, wrong: { roles: 'none' }, meant: 'role.changed', of: ` person ${ID}` },
  },
  {
    ...{ name: 'a state', method: 'PUT', door: (to) => putState(to, given({ personId: ID })) },
    ...{ whole: { disabled: false, word: WORD }, wrong: { disabled: 'no' } },
    ...{ meant: 'person.enabled', unsaid: 'person.disabled', of: ` person ${ID}` },
  },
  {
    ...{ name: 'a restriction', method: 'PUT', door: (to) => restrict(to, given({ archiveId: ID })) },
    ...{ whole: { restricted: true, word: WORD }, wrong: { restricted: 'yes' } },
    ...{ meant: 'recording.restricted', of: ` ${ID}` },
  },
  {
    ...{ name: 'a change’s decision', ...DECISION, door: (to) => decideChange(to, given({ changeId: ID })) },
    ...{ meant: 'change.approved', unsaid: 'change.refused', of: ` change ${ID}` },
  },
  {
    ...{ name: 'a webhook', method: 'POST', door: (to) => addWebhook(to, given({})) },
    ...{ whole: { url: 'https://hook.test/', events: [] }, wrong: { events: 'all' } },
    ...{ meant: 'webhook.changed', of: '' },
  },
]

/** How a body of this type, or of none, is answered, and every row of the log that comes of it. */
async function ask({ method, door }: Address, type: string | null, text: string): Promise<string[]> {
  const id = randomUUID()
  const headers = {
    ...{ origin: 'http://127.0.0.1:3000', cookie, [REQUEST_ID_HEADER]: id },
    ...(type !== null && { 'content-type': type }),
  }
  // Text would bring a type of its own.
  const body = new TextEncoder().encode(text)
  const answer = await door(new Request('http://127.0.0.1:3000/any', { method, headers, body }))
  const { code, detail } = await answer.json()
  const rows = await office.services.db.$queryRaw<{ row: string }[]>`
    SELECT concat_ws(' ', action, outcome, code, target_kind, target_id, archive_id) AS row
    FROM audit.events WHERE request_id = ${id}`
  return [`${answer.status} ${code}: ${detail}`, ...rows.map(({ row }) => row)]
}

test.each(ADDRESSES)(
  'what cannot be read is on record once, as what it was meant to be: $name',
  async (address) => {
    const { whole, wrong, meant, unsaid = meant, of } = address
    const json = 'application/json'
    expect(await ask(address, json, JSON.stringify({ ...whole, notOlderThenDays: 7 }))).toEqual([
      '400 request-invalid: notOlderThenDays: is not known here.',
      `${meant} refused request-invalid${of}`,
    ])
    const [field = ''] = Object.keys(wrong)
    const bodies = [
      [json, JSON.stringify({ ...whole, ...wrong }), field],
      [json, '[]', ''],
      [json, '{', 'The request is not JSON.'],
      ['text/plain', JSON.stringify(whole), 'The request must be JSON'],
    ] as const
    for (const [type, body, detail] of bodies)
      expect(await ask(address, type, body)).toEqual([
        expect.stringContaining(`400 request-invalid: ${detail}`),
        `${unsaid} refused request-invalid${of}`,
      ])
  },
)

test('so is what may be left out, was not, and does not say what it is', async () => {
  const address = ADDRESSES.find(({ name }) => name === 'a grant taken back')
  if (address === undefined) throw new Error('There is no such address.')
  expect(await ask(address, null, JSON.stringify(address.whole))).toEqual([
    expect.stringContaining('400 request-invalid: The request must be JSON'),
    `grant.revoked refused request-invalid grant ${ID}`,
  ])
  expect(await ask(address, null, '')).toEqual([
    expect.stringContaining('403 forbidden'),
    `grant.revoked refused forbidden grant ${ID}`,
  ])
})

test('so is what is too large to be read', async () => {
  const [address] = ADDRESSES
  if (address === undefined) throw new Error('There is no address.')
  const body = JSON.stringify({ ...address.whole, reason: 'x'.repeat(70_000) })
  expect(await ask(address, 'application/json', body)).toEqual([
    expect.stringMatching(/^413 request-too-large: /),
    'grant.given refused request-too-large',
  ])
})
