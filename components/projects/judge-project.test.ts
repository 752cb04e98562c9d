import { describe, expect, test } from 'vitest'
import { judgeCatalogue, judgeCertificate } from './judge-project.ts'

const now = new Date('2026-11-24T09:00:00Z')
const catalogue = {
  recentReadAt: new Date('2026-11-24T08:59:00Z'),
  wholeReadAt: null,
  failure: null,
  clockSkewSeconds: 1,
}

describe('the catalogue of a project', () => {
  test('is well when it was read a minute ago', () => {
    expect(judgeCatalogue(catalogue, now).tone).toBe('good')
  })

  test.each([
    [{ recentReadAt: null }, 'not read yet'],
    [{ recentReadAt: new Date('2026-11-24T08:45:00Z') }, 'not read lately'],
    [{ clockSkewSeconds: -45 }, 'clock out of step'],
    [{ failure: { at: now, code: 'recorder-unavailable', detail: '' } as const }, 'recorder not read'],
  ])('is not with %j', (change, text) => {
    expect(judgeCatalogue({ ...catalogue, ...change }, now).text).toBe(text)
  })
})

describe('a certificate', () => {
  const certificate = { fingerprint: 'ab', notBefore: now, notAfter: now, daysLeft: 400, openedCount: 0 }

  test('warns before it ends, and then is bad', () => {
    expect(judgeCertificate(certificate, true)).toEqual({ tone: 'good', text: '400 days left' })
    expect(judgeCertificate({ ...certificate, daysLeft: 1 }, true)).toEqual({
      tone: 'warn',
      text: 'one day left',
    })
    expect(judgeCertificate({ ...certificate, daysLeft: -1 }, true)).toEqual({
      tone: 'bad',
      text: 'ended one day ago',
    })
  })

  test('that was rotated out still opens old archives', () => {
    expect(judgeCertificate({ ...certificate, daysLeft: -30 }, false).tone).toBe('good')
  })
})
