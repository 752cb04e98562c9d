import { describe, expect, test } from 'vitest'
import { footnoteOf, parseProblem } from './asking.ts'

describe('a problem', () => {
  test('is said in its own words', () => {
    const body = { code: 'key-not-found', detail: 'No key fits.', requestId: 'r', status: 409 }
    expect(parseProblem(409, body)).toEqual({
      status: 409,
      code: 'key-not-found',
      detail: 'No key fits.',
      requestId: 'r',
    })
  })

  test('is told by its status where there are no words', () => {
    expect(parseProblem(410, null).code).toBe('viewing-closed')
    expect(parseProblem(401, '<html>').code).toBe('sign-in-expired')
    expect(parseProblem(500, { code: 'nobody-knows' }).code).toBe('internal')
  })

  test('of an address that does not answer is the connection’s', () => {
    const problem = parseProblem(0, null)
    expect(problem.detail).toMatch(/^The portal does not answer\./)
    expect(footnoteOf(problem)).toBeNull()
  })
})
