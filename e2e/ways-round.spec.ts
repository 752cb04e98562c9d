import { type Answer, change } from './asking.ts'
import { type Address, listAddresses, type VisitorKind } from './every-address.ts'
import { ADMIN, AUDITOR, expect, REVIEWER, test, visit } from './fixtures.ts'
import { INSIDER, OTHER_ADMIN, STRANGER } from './outsiders.ts'
import { listWays, type Way } from './spellings.ts'
import type { Visitor } from './stack/visitor.ts'
import { makeThings, type Things } from './things.ts'

const AT_ONCE = 8

/** What the right person is shown, and nobody else. */
function listMarks({ sessionId, archiveId, project, viewingId }: Things, kind: VisitorKind): string[] {
  const marks = [sessionId, project, viewingId, INSIDER, 'Ingo Insider']
  // Another project's administrator has asked for access by it, and is shown what they have asked for.
  return kind === 'admin of another project' ? marks : [...marks, archiveId]
}

/** What an answer shows that whoever asked has not said themselves. */
function findLeaks(answer: Answer, marks: readonly string[], { path, json }: Way): string[] {
  const said = `${decode(path)} ${JSON.stringify(json)}`.toLowerCase()
  const shown = `${answer.bytes} ${JSON.stringify(answer.headers)}`.toLowerCase()
  return marks.filter((mark) => !said.includes(mark.toLowerCase()) && shown.includes(mark.toLowerCase()))
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What is wrong with an answer; nothing, mostly. */
function judge(
  answer: Answer,
  way: Way,
  told: { readonly marks: readonly string[]; readonly said: string },
): string[] {
  const leaks = findLeaks(answer, told.marks, way).map((mark) => `shows ${mark}`)
  const isServed = answer.status >= 200 && answer.status < 300 && !isRefusedInStream(answer, way)
  const isMeantFor = told.said.startsWith('2')
  const isEmpty = answer.bytes.length === 0 && way.method !== 'HEAD'
  return [...leaks, ...(isServed && !isMeantFor && !isEmpty ? [`answers ${answer.status}`] : [])]
}

/**
 * To the router of its own pages the framework answers 200, and says in what it sends that there is no page. Asked
 * beforehand, it sends what is around every page and runs none: of that, what it shows must do.
 */
function isRefusedInStream({ headers, bytes }: Answer, way: Way): boolean {
  const refusal = /E\{"digest":"NEXT_(REDIRECT;|HTTP_ERROR_FALLBACK;403)/
  const isAhead = way.headers?.['next-router-prefetch'] !== undefined
  return headers['content-type'] === 'text/x-component' && (isAhead || refusal.test(bytes.toString()))
}

/** Asks, and goes where the framework sends its own router for an address of which it keeps account. */
async function follow(visitor: Visitor | null, way: Way): Promise<Answer> {
  const answer = await change(visitor, way.path, way)
  const { location } = answer.headers
  if (typeof location !== 'string' || !/[?&]_rsc\b/.test(location)) return answer
  return change(visitor, location, way)
}

async function walkRound(
  address: Address,
  visitor: Visitor | null,
  told: Parameters<typeof judge>[2],
): Promise<string[]> {
  const { path, method, json } = address
  const ways = listWays(path, { ...(method && { method }), ...(json !== undefined && { json }) })
  const faults: string[] = []
  const walk = async (): Promise<void> => {
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      const answer = await follow(visitor, way)
      for (const fault of judge(answer, way, told)) faults.push(`${address.door}: ${way.name}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, walk))
  return faults
}

const KINDS: readonly (readonly [kind: VisitorKind, mail: string | null])[] = [
  ['signed out', null],
  ['nobody', STRANGER],
  ['admin of another project', OTHER_ADMIN],
]

for (const [kind, mail] of KINDS) {
  test(`no spelling, header or method opens what is not for them: ${kind}`, async () => {
    test.setTimeout(240_000)
    const things = await makeThings()
    const visitor = mail === null ? null : await visit(mail)
    const faults: string[] = []
    for (const address of listAddresses(things))
      faults.push(
        ...(await walkRound(address, visitor, { marks: listMarks(things, kind), said: address.said[kind] })),
      )
    expect(faults).toEqual([])
  })
}

test('the right people are shown what the others are not', async () => {
  const things = await makeThings()
  const right: readonly (readonly [mail: string, path: string, marks: readonly string[]])[] = [
    [REVIEWER, '/sessions', [things.project]],
    [REVIEWER, `/sessions/${things.sessionId}`, [things.project, things.archiveId]],
    [REVIEWER, `/sessions/search?q=${things.sessionId}`, [things.project, things.archiveId]],
    [ADMIN, '/projects', [things.project]],
    [ADMIN, `/access/people/${things.insider.personId}`, [INSIDER, 'Ingo Insider', things.project]],
    [ADMIN, `/access/listing.csv?person=${things.insider.personId}`, [INSIDER, things.project]],
    [ADMIN, `/access/who?of=${encodeURIComponent(things.project)}`, ['Ingo Insider']],
    [AUDITOR, '/audit', [things.project]],
  ]
  for (const [mail, path, marks] of right) {
    const visitor = await visit(mail)
    const shown = async (headers: Record<string, string>): Promise<string[]> => {
      const { status, bytes } = await follow(visitor, { name: '', path, method: 'GET', headers })
      return status === 200 ? marks.filter((mark) => bytes.includes(mark)) : []
    }
    expect(await shown({}), path).toEqual(marks)
    // As the router of the portal's own pages asks for them.
    expect(await shown({ rsc: '1' }), path).toEqual(marks)
  }
})
