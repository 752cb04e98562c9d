import { describe, expect, test } from 'vitest'
import { parseRemembered } from './remembered-reason.ts'

const kept = {
  reasonCode: 'complaint',
  reason: 'Complaint about the advice given',
  caseReference: 'C-1',
  savedAt: '2026-11-24T09:00:00.000Z',
}
const text = JSON.stringify(kept)

describe('a reason that was remembered', () => {
  test('is there within the hour', () => {
    expect(parseRemembered(text, new Date('2026-11-24T09:59:59Z'))).toEqual({
      ...kept,
      savedAt: new Date(kept.savedAt),
    })
  })

  test('is gone after it', () => {
    expect(parseRemembered(text, new Date('2026-11-24T10:00:00Z'))).toBeNull()
  })

  test('is none when its time lies ahead', () => {
    expect(parseRemembered(text, new Date('2026-11-24T08:59:59Z'))).toBeNull()
  })

  test('is none when it is not what was put there', () => {
    for (const odd of [
      null,
      '',
      'x',
      '[]',
      'null',
      '{}',
      JSON.stringify({ ...kept, reason: 7 }),
      JSON.stringify({ ...kept, savedAt: 'soon' }),
    ]) {
      expect(parseRemembered(odd, new Date('2026-11-24T09:10:00Z'))).toBeNull()
    }
  })
})
