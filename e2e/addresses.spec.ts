import { type Answer, change, sayAnswer } from './asking.ts'
import { FORMER } from './colleagues.ts'
import { type Address, listAddresses, listDoors, VISITORS, type VisitorKind } from './every-address.ts'
import { ADMIN, AUDITOR, expect, REVIEWER, readStack, test, visit } from './fixtures.ts'
import { query } from './log-rows.ts'
import { ELSEWHERE, NEWCOMER, OTHER_ADMIN, OTHER_AUDITOR, OTHER_REVIEWER } from './outsiders.ts'
import type { Visitor } from './stack/visitor.ts'
import { makeThings, type Things } from './things.ts'

const MAILS: Partial<Record<VisitorKind, string>> = {
  reviewer: REVIEWER,
  nobody: NEWCOMER,
  admin: ADMIN,
  auditor: AUDITOR,
  'reviewer of another project': OTHER_REVIEWER,
  'admin of another project': OTHER_ADMIN,
  'auditor of another project': OTHER_AUDITOR,
  'reviewer with a grant elsewhere': ELSEWHERE,
  'reviewer with an expired grant': FORMER,
}

/** A minute, and a little for whoever writes it down. */
const COUNTED_WITHIN_MS = 90_000

type Visitors = ReadonlyMap<VisitorKind, Visitor | null>

async function enter({ owner }: Things): Promise<Visitors> {
  const visitors = new Map<VisitorKind, Visitor | null>()
  for (const kind of VISITORS) {
    const mail = MAILS[kind]
    if (mail === undefined) visitors.set(kind, null)
    else visitors.set(kind, mail === REVIEWER ? owner : await visit(mail))
  }
  return visitors
}

/** Whoever is let in comes last: what they ask may be the end of what is asked about. */
function inOrder({ said }: Address): VisitorKind[] {
  const isLetIn = (kind: VisitorKind): number => (/^[23]/.test(said[kind]) ? 1 : 0)
  return VISITORS.toSorted((a, b) => isLetIn(a) - isLetIn(b))
}

/** A page is told by its status and by where it leads. */
function say(answer: Answer): string {
  const { location } = answer.headers
  if (location !== undefined)
    return `${answer.status} ${new URL(String(location), readStack().portalUrl).pathname}`
  const isData = answer.headers['content-type'] === 'application/problem+json'
  return isData && answer.bytes.length > 0 ? sayAnswer(answer) : String(answer.status)
}

test('every address is in the table, and nothing is that is no address', async () => {
  const said = listAddresses(await makeThings()).map(({ door }) => door)
  expect(said.toSorted()).toEqual(listDoors().toSorted())
})

test('every address lets in whom it should, and each refusal of somebody is on record as theirs', async () => {
  const things = await makeThings()
  const visitors = await enter(things)
  const [expected, answered]: [string[], string[]] = [[], []]
  const refusals = new Map<string, string>()
  for (const address of listAddresses(things)) {
    for (const kind of inOrder(address)) {
      const { door, path, method = 'GET', json, said } = address
      const asking = json === undefined ? { method } : { method, json }
      const answer = await change(visitors.get(kind) ?? null, path, asking)
      expected.push(`${door}, ${kind}: ${said[kind]}`)
      answered.push(`${door}, ${kind}: ${say(answer)}`)
      if ((answer.status === 403 || answer.status === 409) && kind !== 'signed out')
        refusals.set(String(answer.headers['x-request-id']), `${door}, ${kind}: refused ${MAILS[kind]}`)
    }
  }
  expect(answered).toEqual(expected)

  expect(refusals.size).toBeGreaterThan(200)
  const rows = await query<{ id: string; mail: string }>(
    `SELECT request_id AS id, actor_email AS mail FROM audit.log
     WHERE request_id = ANY ($1) AND outcome = 'refused' AND code IS NOT NULL`,
    [[...refusals.keys()]],
  )
  const recorded = rows.map(({ id, mail }) => refusals.get(id)?.replace(/refused .*/, `refused ${mail}`))
  expect([...refusals.values()].filter((line) => !recorded.includes(line))).toEqual([])
})

test('refusals of nobody in particular are counted into a row a minute', async () => {
  test.setTimeout(180_000)
  const [{ since } = { since: null }] = await query<{ since: Date }>('SELECT now() AS since')
  expect(sayAnswer(await change(null, '/access/requests', { json: {} }))).toBe('401 sign-in-required')
  const count = () =>
    query<{ actor: string; address: string }>(
      `SELECT actor_subject AS actor, address FROM audit.log
       WHERE action = 'address.refused' AND code = 'sign-in-required' AND at > $1`,
      [since],
    )
  await expect
    .poll(count, { timeout: COUNTED_WITHIN_MS })
    .toContainEqual({ actor: 'recordroom', address: '127.0.0.1' })
})
