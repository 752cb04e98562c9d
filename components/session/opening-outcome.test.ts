import { describe, expect, test } from 'vitest'
import { isNews, mayBeMended } from './opening-outcome.ts'
import { parseProblem } from './viewing-client.ts'

const problem = (status: number, code: string) => parseProblem(status, { code, detail: 'So it is.' })
const known = { code: null, container: 'ts', durationMeasured: true } as const

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

describe('an opening is news', () => {
  test('when it measured what nobody had measured', () => {
    expect(isNews({ ...known, durationMeasured: false }, 'open')).toBe(true)
    expect(isNews({ ...known, container: null }, 'open')).toBe(true)
    expect(isNews(known, 'open')).toBe(false)
  })

  test('when what stood against it is gone, or something else does', () => {
    expect(isNews({ ...known, code: 'archive-missing' }, 'open')).toBe(true)
    expect(isNews({ ...known, code: 'archive-missing' }, problem(404, 'archive-missing'))).toBe(false)
    expect(isNews(known, problem(409, 'key-not-found'))).toBe(true)
  })

  test('not when the reader or the portal was the cause', () => {
    expect(isNews(known, problem(401, 'sign-in-expired'))).toBe(false)
    expect(isNews(known, problem(503, 'key-provider-down'))).toBe(false)
    expect(isNews(known, problem(502, 'storage-unavailable'))).toBe(false)
  })
})
