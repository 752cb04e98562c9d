import { expect, test } from 'vitest'
import { cite, citeMoment } from './citation.ts'

const createdAt = new Date('2026-11-24T09:41:07.000Z')

test('a citation names the recording, leaving out what nobody knows', () => {
  const cited = {
    sessionId: '2_MX4x',
    archiveId: 'a-1',
    project: 'Retail EU',
    createdAt,
    durationSeconds: null,
    sha256sum: null,
  }
  expect(cite(cited)).toBe('Session 2_MX4x, archive a-1, Retail EU, recorded 2026-11-24 09:41:07 UTC')
  expect(cite({ ...cited, durationSeconds: 723, sha256sum: 'Kj8=' })).toBe(
    'Session 2_MX4x, archive a-1, Retail EU, recorded 2026-11-24 09:41:07 UTC, length 12:03, SHA-256 Kj8=',
  )
})

test('a moment says its place and its time of day', () => {
  expect(citeMoment(createdAt, 192.4, 'https://portal.example/sessions/2_MX4x?t=192.4')).toBe(
    '3:12 (2026-11-24 09:44:19 UTC) https://portal.example/sessions/2_MX4x?t=192.4',
  )
})
