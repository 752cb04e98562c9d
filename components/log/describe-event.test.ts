import { describe, expect, test } from 'vitest'
import { describeEvent, describeServed } from './describe-event.ts'
import { loggedEvent as window } from './test-logged-event.ts'

describe('a line of the log opened', () => {
  const origin = {
    ...{ signedInAt: new Date('2026-11-24T08:00:00Z'), acr: 'gold', amr: ['pwd', 'otp'], region: null },
    ...{ schemaVersion: 1, writer: 'recordroom_app', applicationVersion: '1.2', applicationInstance: 'a' },
    block: 7,
  }
  const facts = new Map(describeEvent(window, origin).map(({ label, value }) => [label, value]))

  test('leaves out what it does not hold', () => {
    expect(facts.has('Mail')).toBe(false)
    expect(facts.has('Before')).toBe(false)
    expect(facts.get('Name')).toBe('Anna')
  })

  test('names the last byte of a window, not the one after it', () => {
    expect(facts.get('Window')).toBe('bytes 0–4,194,303')
    expect(facts.get('Sent')).toBe('4,194,680 bytes')
  })

  test('keeps what was served apart from what was claimed', () => {
    expect(facts.get('Of the recording')).toBe('0:00–1:01')
    expect(facts.get('Claimed played')).toBe('0:00–0:04, 0:10–0:12')
  })

  test('says how it came into the log and where it stands in the seal', () => {
    expect(facts.get('Signed in at')).toBe('2026-11-24T08:00:00.000Z')
    expect(facts.get('Proof')).toBe('gold, pwd, otp')
    expect(facts.get('Written by')).toBe('version 1.2 on a, as recordroom_app; form 1')
    expect(facts.get('Seal')).toBe('in block 7')
    const [unsealed] = describeEvent(window, { ...origin, block: null }).slice(-1)
    expect(unsealed).toMatchObject({ label: 'Seal', value: 'not sealed yet' })
  })

  test('says by how much the clocks of portal and database differ', () => {
    const written = { ...window, eventId: '019ab52a-4f18-7000-8000-000000000001' }
    const at = new Date(0x019ab52a4f18 + 5)
    const clock = describeEvent({ ...written, at }, null).find(({ label }) => label === 'Portal’s clock')
    expect(clock?.value).toMatch(/Z, 5 ms earlier$/)
  })

  test('knows what may have been dropped', () => {
    const personal = describeEvent({ ...window, actorName: 'erased', caseReference: 'erased' }, null)
    expect(personal.filter(({ isPersonal }) => isPersonal).map(({ label }) => label)).toEqual([
      'Name',
      'Case',
    ])
  })

  test('shows what was changed as it stands there', () => {
    expect(facts.get('After')).toBe('{\n  "rate": 1\n}')
  })
})

test('what was served in one line says how much, of what, in how many windows', () => {
  const folded = {
    windows: 2,
    servedBytes: 8_400_000,
    mediaSeconds: 61,
    claimedSeconds: 5,
    lastAt: new Date(0),
  }
  expect(describeServed(folded)).toBe('1:01 served, 8.4 MB in 2 windows')
  expect(describeServed({ ...folded, windows: 1, mediaSeconds: 0 })).toBe('8.4 MB in one window served')
})
