import { describe, expect, test } from 'vitest'
import { parseNotices } from './notices.ts'

const line = {
  ...{ id: 'n', kind: 'request.made', href: '/access/inbox' },
  ...{ about: { projectName: 'Retail EU' }, at: '2026-11-24T09:00:00.000Z', readAt: null },
}

describe('what an address tells of notices', () => {
  test('is read with its times', () => {
    const read = parseNotices({ notices: [line, { ...line, readAt: '2026-11-24T09:01:00Z' }], unread: 1 })
    expect(read?.unread).toBe(1)
    expect(read?.notices.map(({ at, isRead }) => [at, isRead])).toEqual([
      [new Date('2026-11-24T09:00:00Z'), false],
      [new Date('2026-11-24T09:00:00Z'), true],
    ])
  })

  test('is read with whether it is about what its reader gave', () => {
    const read = parseNotices({ notices: [line, { ...line, isGiver: true }], unread: 0 })
    expect(read?.notices.map(({ isGiver }) => isGiver)).toEqual([false, true])
  })

  test('leads nowhere else, and what is not known here is left out', () => {
    const odd = [
      { ...line, href: 'https://elsewhere.example/' },
      { ...line, href: '//elsewhere.example' },
      { ...line, kind: 'moon.risen' },
      null,
      'n',
    ]
    expect(parseNotices({ notices: odd, unread: 5 })).toEqual({ notices: [], unread: 5 })
  })

  test('is nothing in another form', () => {
    expect([null, [], { notices: {}, unread: 0 }, { notices: [] }].map(parseNotices)).toEqual([
      null,
      null,
      null,
      null,
    ])
  })
})
