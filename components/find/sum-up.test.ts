import { describe, expect, test } from 'vitest'
import type { ArchiveRow } from '../../lib/archives/archive-row.ts'
import { sumUp } from './sum-up.ts'

const archive: ArchiveRow = {
  archiveId: '0b7c8f6e-0000-4000-8000-000000000001',
  createdAt: new Date('2026-11-24T09:00:00Z'),
  durationSeconds: 60,
  status: 'uploaded',
  playable: true,
  code: null,
  name: null,
  hasAudio: true,
  hasVideo: true,
  encrypted: true,
  sizeBytes: 1,
  restricted: false,
  mayPlay: true,
}

describe('a session in one line', () => {
  test('begins with its first archive, whatever their order', () => {
    const earlier = new Date('2026-11-24T08:00:00Z')
    expect(sumUp([archive, { ...archive, createdAt: earlier }]).startedAt).toEqual(earlier)
  })

  test('adds up the lengths that are known and counts those that can still be measured', () => {
    const summary = sumUp([
      archive,
      { ...archive, durationSeconds: null },
      { ...archive, durationSeconds: null, status: 'failed' },
      { ...archive, durationSeconds: 30.5 },
    ])
    expect(summary.knownSeconds).toBe(90.5)
    expect(summary.unmeasuredCount).toBe(1)
  })

  test('says each reason against playing once', () => {
    const failed = { ...archive, playable: false, code: 'archive-failed' } as const
    const summary = sumUp([archive, failed, failed, { ...failed, code: 'archive-missing' }])
    expect(summary.playableCount).toBe(1)
    expect(summary.codes).toEqual(['archive-failed', 'archive-missing'])
    expect(summary.askableIds).toEqual([])
  })

  test('names what would play for somebody with more access', () => {
    const locked = { ...archive, archiveId: 'locked', mayPlay: false }
    const restricted = {
      ...{ ...archive, archiveId: 'restricted', mayPlay: false, restricted: true },
      ...({ playable: false, code: 'archive-restricted' } as const),
    }
    const failed = { ...locked, playable: false, code: 'archive-failed' } as const
    const summary = sumUp([archive, locked, restricted, failed])
    expect(summary.playableCount).toBe(1)
    expect(summary.askableIds).toEqual(['locked', 'restricted'])
    expect([summary.isOnlyByName, sumUp([archive, restricted]).isOnlyByName]).toEqual([false, true])
  })
})
