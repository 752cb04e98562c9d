import { describe, expect, test } from 'vitest'
import { parseProblem } from '../frame/asking.ts'
import { learn, mayBeMended } from './learn.ts'

const problem = (status: number, code: string) => parseProblem(status, { code, detail: 'So it is.' })
const refused = (status: number, code: string) => learn({ ok: false, problem: problem(status, code) })

describe('the dialog stays open', () => {
  test('for what can be said better, or said again', () => {
    expect(mayBeMended(problem(422, 'reason-invalid'))).toBe(true)
    expect(mayBeMended(problem(429, 'rate-limited'))).toBe(true)
    expect(mayBeMended(parseProblem(0, null))).toBe(true)
  })

  test('not for what no reason mends', () => {
    expect(mayBeMended(problem(409, 'key-not-found'))).toBe(false)
    expect(mayBeMended(problem(403, 'forbidden'))).toBe(false)
  })
})

describe('an opening tells', () => {
  test('how long the recording is and what it is in, and that it plays', () => {
    const viewing = { viewingId: 'v', href: '/v', durationSeconds: 62.4, expiresAt: new Date(0) }
    expect(learn({ ok: true, value: { ...viewing, media: 'hls' } })).toEqual({
      durationSeconds: 62.4,
      durationMeasured: true,
      container: 'ts',
      playable: true,
      code: null,
    })
    expect(learn({ ok: true, value: { ...viewing, media: 'file' } }).container).toBe('mp4')
  })

  test('what stands against the archive', () => {
    expect(refused(404, 'archive-missing')).toEqual({ playable: false, code: 'archive-missing' })
    expect(refused(409, 'key-not-found')).toEqual({ playable: false, code: 'key-not-found' })
    expect(refused(409, 'password-malformed')).toEqual({ playable: false, code: 'password-malformed' })
  })

  test('nothing of the archive when the reader or the portal was the cause', () => {
    expect(refused(401, 'sign-in-expired')).toEqual({})
    expect(refused(503, 'key-provider-down')).toEqual({})
    expect(refused(502, 'storage-unavailable')).toEqual({})
  })
})
