import { describe, expect, test } from 'vitest'
import { describeEvent, describeServed } from './describe-event.ts'
import { loggedEvent as window } from './test-logged-event.ts'

describe('a line of the log opened', () => {
  const facts = new Map(describeEvent(window).map(({ label, value }) => [label, value]))

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
