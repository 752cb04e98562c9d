import { describe, expect, test } from 'vitest'
import { parseArchive, parseArchivePage } from './archive.ts'

const id = 'b67d02b5-c32e-4ea8-b82a-ba6c89edde59'
/** An item of a list in the wire's order. */
const item = {
  id,
  status: 'uploaded',
  name: 'call',
  reason: 'user initiated',
  sessionId: '2_MX40NjIwMTUwMn5-',
  projectId: 46201502,
  createdAt: 1543500000000,
  size: 7247748791,
  duration: 0,
  outputMode: 'composed',
  streamMode: 'auto',
  hasAudio: true,
  hasVideo: true,
  sha256sum: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  password: 'd3JhcHBlZA==',
  updatedAt: 1543500123000,
  multiArchiveTag: '',
  resolution: '640x480',
  partnerId: 46201502,
  event: 'archive',
  url: null,
}

test('an archive is read in our words, and its record is kept without the wrapped password', () => {
  const { password, url, ...kept } = item
  expect(parseArchive(item)).toEqual({
    id,
    sessionId: '2_MX40NjIwMTUwMn5-',
    status: 'uploaded',
    name: 'call',
    reason: 'user initiated',
    createdAt: new Date(1543500000000),
    updatedAt: new Date(1543500123000),
    sizeBytes: 7247748791,
    durationSeconds: 0,
    outputMode: 'composed',
    hasAudio: true,
    hasVideo: true,
    resolution: '640x480',
    sha256sum: item.sha256sum,
    encryptedPassword: password,
    url,
    record: kept,
  })
})

test('the address of its file is in no part of the record', () => {
  const url = 'https://bucket.test/archive.mp4?Signature=secret'
  const archive = parseArchive({ ...item, url, transcription: { status: 'available', url } })
  expect(archive?.url).toBe(url)
  expect(JSON.stringify(archive?.record)).not.toContain('secret')
})

describe('is tolerant', () => {
  test('of fields and statuses nobody has heard of, which are kept', () => {
    const archive = parseArchive({ ...item, status: 'resting', notarealproperty: { deep: ['value', null] } })
    expect(archive?.status).toBe('resting')
    expect(archive?.record.notarealproperty).toEqual({ deep: ['value', null] })
  })

  test('of numbers and booleans as text, ids as numbers, times in seconds or in words, a large UUID', () => {
    expect(
      parseArchive({
        ...item,
        id: id.toUpperCase(),
        sessionId: 12345,
        createdAt: 1543500000,
        updatedAt: '2018-11-29T14:00:00Z',
        size: '11',
        hasAudio: 'true',
        hasVideo: 'no',
      }),
    ).toMatchObject({
      id,
      sessionId: '12345',
      createdAt: new Date(1543500000000),
      updatedAt: new Date('2018-11-29T14:00:00Z'),
      sizeBytes: 11,
      hasAudio: true,
      hasVideo: null,
    })
  })

  test('of what is missing, null, empty or absurd', () => {
    const archive = parseArchive({
      id,
      status: 'started',
      sessionId: '2_x',
      createdAt: 1543500000000.7,
      name: '',
      password: '',
      size: -1,
      duration: 1e99,
      updatedAt: 'soon',
    })
    expect(archive).toMatchObject({
      createdAt: new Date(1543500000000),
      name: null,
      encryptedPassword: null,
      sizeBytes: 0,
      durationSeconds: 0,
      updatedAt: null,
      hasAudio: null,
    })
  })

  test('of what a database cannot hold', () => {
    const archive = parseArchive({ ...item, name: 'a\0b\uD800', 'k\0': ['\0'] })
    expect(archive?.name).toBe('a\uFFFDb\uFFFD')
    expect(JSON.stringify(archive?.record)).not.toMatch(/\\u0000|\\ud800/)
  })

  test('of what is nested without end', () => {
    let nested: unknown = 'bottom'
    for (let depth = 0; depth < 5_000; depth += 1) nested = { nested }
    expect(JSON.stringify(parseArchive({ ...item, nested })?.record)).not.toContain('bottom')
  })
})

test.each([
  ['no id', { ...item, id: undefined }],
  ['an id that is none', { ...item, id: 'x' }],
  ['no session', { ...item, sessionId: null }],
  ['a session longer than the catalogue’s index takes', { ...item, sessionId: `2_${'x'.repeat(254)}` }],
  ['no status', { ...item, status: '' }],
  ['no time', { ...item, createdAt: 'x' }],
  ['a time before recorders', { ...item, createdAt: 1 }],
  ['a list', [item]],
  ['nothing', null],
  ['text', 'archive'],
])('%s is no archive', (_what, input) => {
  expect(parseArchive(input)).toBeNull()
})

describe('a page', () => {
  test('counts what cannot be read, whatever `count` says', () => {
    const page = parseArchivePage({ count: 1, items: [item, { id: 'odd' }, null, { broken: true }] })
    expect(page?.archives.map((archive) => archive.id)).toEqual([id])
    expect(page?.receivedIds).toEqual([id, 'odd', 'null', '{"broken":true}'])
  })

  test('may come as a bare list', () => {
    expect(parseArchivePage([item])?.archives).toHaveLength(1)
  })

  test.each([[null], ['<html>'], [{ count: 0 }], [{ items: {} }]])('%j is none', (input) => {
    expect(parseArchivePage(input)).toBeNull()
  })
})
