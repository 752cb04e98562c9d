import { expect, test } from 'vitest'
import { sayFound } from './say-found.ts'

const say = (found: number, lookedFor: number, unasked = 0): string => sayFound({ found, lookedFor, unasked })

test('one thing is found, or not, or could not be asked for', () => {
  expect([say(1, 1), say(0, 1), say(0, 0, 1)]).toEqual([
    'Found.',
    'Not found or not yours.',
    'Not known yet.',
  ])
})

test('of many, each kind is counted', () => {
  expect(say(40, 40)).toBe('All 40 found.')
  expect(say(19, 42)).toBe('19 of 42 found; 23 not found or not yours.')
  expect(say(3, 4, 2)).toBe('3 of 6 found; 1 not found or not yours; 2 could not be asked for.')
})

test('nothing is nothing to look for', () => {
  expect(say(0, 0)).toBe('There was nothing to look for.')
})
