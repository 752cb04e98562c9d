import { describe, expect, test } from 'vitest'
import { KEY_SHEET, planCommand, SPEEDS, stepSpeed } from './player-keys.ts'

const press = (
  key: string,
  held: { shiftKey?: boolean; ctrlKey?: boolean; altKey?: boolean; metaKey?: boolean } = {},
) => planCommand({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held })

describe('a key in the player', () => {
  test('plays and pauses by space and K, in whatever case', () => {
    for (const key of [' ', 'k', 'K']) expect(press(key)).toEqual({ kind: 'toggle' })
  })

  test('goes back and on by 10, 5 and 30 seconds', () => {
    expect(press('j')).toEqual({ kind: 'seek', bySeconds: -10 })
    expect(press('l')).toEqual({ kind: 'seek', bySeconds: 10 })
    expect(press('ArrowLeft')).toEqual({ kind: 'seek', bySeconds: -5 })
    expect(press('ArrowRight', { shiftKey: true })).toEqual({ kind: 'seek', bySeconds: 30 })
  })

  test('goes to a tenth by its digit', () => {
    expect(press('0')).toEqual({ kind: 'tenth', tenth: 0 })
    expect(press('9')).toEqual({ kind: 'tenth', tenth: 9 })
  })

  test('steps frames by the plain sign and speed by the shifted one', () => {
    expect(press('.')).toEqual({ kind: 'frame', step: 1 })
    expect(press(',')).toEqual({ kind: 'frame', step: -1 })
    expect(press('>', { shiftKey: true })).toEqual({ kind: 'speed', step: 1 })
    expect(press('<', { shiftKey: true })).toEqual({ kind: 'speed', step: -1 })
  })

  test('belongs to the browser with Ctrl, Alt or Meta', () => {
    expect(press('c', { ctrlKey: true })).toBeNull()
    expect(press('ArrowLeft', { altKey: true })).toBeNull()
    expect(press('f', { metaKey: true })).toBeNull()
  })

  test('does nothing when it is none of the sheet', () => {
    for (const key of ['x', 'Tab', 'Enter', 'Escape', 'constructor', 'F5']) expect(press(key)).toBeNull()
  })

  test('stands in the sheet once', () => {
    expect(new Set(KEY_SHEET.map(([keys]) => keys)).size).toBe(KEY_SHEET.length)
  })
})

describe('speed', () => {
  test('goes from a quarter to four times', () => {
    expect([SPEEDS[0], SPEEDS.at(-1)]).toEqual([0.25, 4])
  })

  test('steps to its neighbour and stays at the ends', () => {
    expect(stepSpeed(1, 1)).toBe(1.25)
    expect(stepSpeed(1, -1)).toBe(0.75)
    expect(stepSpeed(4, 1)).toBe(4)
    expect(stepSpeed(0.25, -1)).toBe(0.25)
  })

  test('finds its way back into the list from between', () => {
    expect(stepSpeed(1.1, 1)).toBe(1.25)
    expect(stepSpeed(1.1, -1)).toBe(1)
  })
})
