import { describe, expect, test } from 'vitest'
import { planGrantState, toShownGrant, toShownRoles } from './held-access.ts'

const now = new Date('2026-11-24T09:00:00Z')
const grant = {
  validFrom: new Date('2026-11-01T00:00:00Z'),
  validUntil: new Date('2026-12-01T00:00:00Z'),
  revokedAt: null,
  givenAt: new Date('2026-11-01T00:00:00Z'),
  needsSecond: false,
  approvedAt: null,
}

describe('a grant', () => {
  test('is in force from its beginning until just before its end', () => {
    expect(planGrantState(grant, now)).toBe('in force')
    expect(planGrantState(grant, grant.validFrom)).toBe('in force')
    expect(planGrantState(grant, grant.validUntil)).toBe('ended')
  })

  test('that begins later is not yet', () => {
    expect(planGrantState({ ...grant, validFrom: new Date('2026-11-25T00:00:00Z') }, now)).toBe('not yet')
  })

  test('taken back is so whatever its time says', () => {
    expect(planGrantState({ ...grant, revokedAt: now }, now)).toBe('taken back')
    expect(planGrantState({ ...grant, revokedAt: now, needsSecond: true }, now)).toBe('taken back')
  })

  test('that needs a second administrator waits for 72 hours, then lapses, unless one approved', () => {
    const givenAt = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
    const waiting = { ...grant, needsSecond: true }
    expect(planGrantState({ ...waiting, givenAt: givenAt(71.99) }, now)).toBe('awaiting')
    expect(planGrantState({ ...waiting, givenAt: givenAt(72) }, now)).toBe('lapsed')
    expect(planGrantState({ ...waiting, givenAt: givenAt(99), approvedAt: givenAt(98) }, now)).toBe(
      'in force',
    )
  })
})

test('a grant that has ended is not shown as if it waited for anybody', () => {
  const row = {
    ...{ id: 'g', scope: 'region', project: null, projectId: null, region: 'eu', unit: null },
    ...{ sessionId: null, archiveId: null, groupName: null, rights: [], reason: 'why', caseReference: null },
    ...{ ...grant, needsSecond: true, givenAt: new Date(now.getTime() - 3_600_000) },
  }
  expect(toShownGrant(row, now).state).toBe('awaiting')
  expect(toShownGrant({ ...row, validUntil: now }, now).state).toBe('ended')
})

test('a role this version does not know is not shown', () => {
  expect(
    toShownRoles([
      { role: 'reviewer', project: { name: 'Retail' } },
      { role: 'owner', project: null },
    ]),
  ).toEqual([{ role: 'reviewer', project: 'Retail' }])
})
