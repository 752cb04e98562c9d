import { describe, expect, test } from 'vitest'
import { parseProblem } from '../frame/asking.ts'
import { endsViewing, parseViewing } from './viewing-client.ts'

describe('an answer to opening', () => {
  const body = {
    viewingId: 'v',
    media: 'hls',
    href: '/viewings/v/playlist.m3u8',
    durationSeconds: 62.4,
    expiresAt: '2026-11-24T10:00:00.000Z',
  }

  test('is read with its end as a time', () => {
    expect(parseViewing(body)).toEqual({ ...body, expiresAt: new Date('2026-11-24T10:00:00Z') })
  })

  test('is none when something is missing, or leads elsewhere', () => {
    expect(parseViewing(null)).toBeNull()
    expect(parseViewing({ ...body, media: 'flash' })).toBeNull()
    expect(parseViewing({ ...body, href: 'https://elsewhere.example/x' })).toBeNull()
    expect(parseViewing({ ...body, durationSeconds: '62' })).toBeNull()
  })
})

test('a problem ends the viewing at 401, 403 and 410 alone', () => {
  const ending = [0, 400, 401, 403, 404, 409, 410, 429, 500, 503].filter((status) =>
    endsViewing(parseProblem(status, null)),
  )
  expect(ending).toEqual([401, 403, 410])
})
