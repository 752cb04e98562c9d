import { describe, expect, test } from 'vitest'
import { count, hasFile, splitDetail } from './words.ts'

describe('what was said of a failure', () => {
  test('is a heading, with the advice of its code under it', () => {
    expect(splitDetail('The file is gone from storage.', 'archive-missing')).toEqual({
      title: 'The file is gone from storage',
      advice: 'An administrator must find out who removed the file.',
    })
  })

  test('brings its own advice where it has more than one sentence', () => {
    expect(splitDetail('The portal does not answer. Check the connection.', 'internal')).toEqual({
      title: 'The portal does not answer',
      advice: 'Check the connection.',
    })
  })

  test('does not break at a point within a name', () => {
    const { title } = splitDetail('calls.example refuses the portal’s credentials.', 'storage-forbidden')
    expect(title).toBe('calls.example refuses the portal’s credentials')
  })

  test('of a viewing that has ended is why it has', () => {
    expect(splitDetail('It was closed. Open it again.', 'viewing-closed')).toEqual({
      title: 'This viewing has ended',
      advice: 'It was closed. Open it again.',
    })
  })
})

test('a file is there when it is in storage or in the recorder’s cloud', () => {
  const statuses = ['started', 'paused', 'stopped', 'available', 'uploaded', 'expired', 'failed', 'new']
  expect(statuses.filter((status) => hasFile({ status }))).toEqual(['available', 'uploaded'])
})

test('things are counted in words', () => {
  expect([count(0, 'archive'), count(1, 'archive'), count(12_000, 'day')]).toEqual([
    '0 archives',
    'one archive',
    '12,000 days',
  ])
})
