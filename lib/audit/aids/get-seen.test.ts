import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffice, type TestOffice } from '../../access/test-office.ts'
import type { Actor } from '../../auth/actor.ts'
import { newUuid } from '../../uuid.ts'
import { recordEvent } from '../record.ts'
import { getSeen } from './get-seen.ts'
import { readAids } from './read-aids.ts'

let office: TestOffice
let [auditor, ofRetail, ofWealth]: Actor[] = []
const SEEN = newUuid()

beforeAll(async () => {
  office = await openOffice()
  auditor = await office.hire('auditor', ['auditor'])
  ofRetail = await office.hire('local', [`auditor@${office.retail.id}`])
  ofWealth = await office.hire('other', [`auditor@${office.wealth.id}`])
  await recordEvent(office.services.db, {
    ...{ id: newUuid(), action: 'viewing.opened', outcome: 'allowed', viewingId: newUuid(), archiveId: SEEN },
    ...{ sessionId: '1_x', projectId: office.retail.id, projectName: 'Retail' },
    actor: {
      ...{ kind: 'person', issuer: 'https://login.bank.test', subject: 'rae', name: 'Rae', email: null },
      ...{ roles: ['reviewer'], signInId: newUuid(), signedInAt: new Date(), acr: null, amr: [] },
    },
  })
})
afterAll(() => office.stop())

function known(actor: Actor | undefined): Actor {
  if (actor === undefined) throw new Error('nobody was hired')
  return actor
}

test('who has seen a recording is told to the auditors of its project', async () => {
  for (const reader of [known(auditor), known(ofRetail)])
    expect(await getSeen(office.services, reader, SEEN.toUpperCase())).toMatchObject({
      ...{ archiveId: SEEN, sessionId: '1_x', project: 'Retail' },
      by: [{ subject: 'rae', plays: 1, downloads: 0 }],
    })
})

test('what is of another project, not there or no ID is the same nothing', async () => {
  for (const [reader, archiveId] of [
    [ofWealth, SEEN],
    [auditor, newUuid()],
    [auditor, 'x'.repeat(10_000)],
  ] as const)
    await expect(getSeen(office.services, known(reader), archiveId)).rejects.toMatchObject({
      code: 'forbidden',
    })
  const refused = await office.services.db.$queryRaw<{ archiveId: string | null }[]>`
    SELECT archive_id AS "archiveId" FROM audit.log
    WHERE action = 'log.searched' AND outcome = 'refused' AND code = 'forbidden' ORDER BY id`
  expect(refused.map(({ archiveId }) => archiveId)).toEqual([SEEN, expect.any(String), null])
})

test('a later row of another project that names the recording hands nobody over', async () => {
  await recordEvent(office.services.db, {
    ...{ id: newUuid(), action: 'request.refused', outcome: 'refused', archiveId: SEEN },
    ...{ actor: { kind: 'service', name: 'test' }, projectId: office.wealth.id, projectName: 'Wealth' },
  })
  const { by } = await getSeen(office.services, known(ofWealth), SEEN)
  expect(by).toEqual([])
  expect(await getSeen(office.services, known(ofRetail), SEEN)).toMatchObject({ by: [{ subject: 'rae' }] })
})

test('a filter is chosen from the projects whose log one may read', async () => {
  const namesFor = async (reader: Actor | undefined) =>
    (await readAids(office.services, known(reader))).filterable.projects
  const all = await namesFor(auditor)
  expect(all.length).toBeGreaterThan(1)
  expect(await namesFor(ofWealth)).toHaveLength(1)
  const { filterable } = await readAids(office.services, known(ofRetail))
  expect(filterable.reasons.map(({ code }) => code)).toContain('quality')
})
