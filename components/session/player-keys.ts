/** What a key does in the player. */
export type PlayerCommand =
  | { readonly kind: 'toggle' }
  | { readonly kind: 'seek'; readonly bySeconds: number }
  | { readonly kind: 'tenth'; readonly tenth: number }
  | { readonly kind: 'frame'; readonly step: 1 | -1 }
  | { readonly kind: 'speed'; readonly step: 1 | -1 }
  | { readonly kind: 'mute' | 'fullscreen' | 'picture-in-picture' | 'copy-moment' | 'sheet' }

export type KeyPress = {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** The sheet under `?`, in the order it is read. */
export const KEY_SHEET: readonly (readonly [keys: string, does: string])[] = [
  ['Space, K', 'play or pause'],
  ['J, L', '10 seconds back, on'],
  ['←, →', '5 seconds back, on'],
  ['Shift + ←, →', '30 seconds back, on'],
  [', .', 'one frame back, on'],
  ['0 … 9', 'to that tenth of the recording'],
  ['< >', 'slower, faster'],
  ['M', 'sound off, on'],
  ['F', 'full screen'],
  ['P', 'picture in picture'],
  ['C', 'copy the moment'],
  ['/', 'to the search box'],
  ['?', 'this sheet'],
]

const PLAIN: Readonly<Record<string, PlayerCommand>> = {
  ' ': { kind: 'toggle' },
  k: { kind: 'toggle' },
  j: { kind: 'seek', bySeconds: -10 },
  l: { kind: 'seek', bySeconds: 10 },
  '.': { kind: 'frame', step: 1 },
  ',': { kind: 'frame', step: -1 },
  '>': { kind: 'speed', step: 1 },
  '<': { kind: 'speed', step: -1 },
  m: { kind: 'mute' },
  f: { kind: 'fullscreen' },
  p: { kind: 'picture-in-picture' },
  c: { kind: 'copy-moment' },
  '?': { kind: 'sheet' },
}

/** What a key press means, or null. With Ctrl, Alt or Meta it belongs to the browser. */
export function planCommand({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyPress): PlayerCommand | null {
  if (ctrlKey || altKey || metaKey) return null
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    return { kind: 'seek', bySeconds: (key === 'ArrowLeft' ? -1 : 1) * (shiftKey ? 30 : 5) }
  }
  if (/^[0-9]$/.test(key)) return { kind: 'tenth', tenth: Number(key) }
  const name = key.toLowerCase()
  return Object.hasOwn(PLAIN, name) ? (PLAIN[name] ?? null) : null
}

/** Pitch is kept at each of them. */
export const SPEEDS: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4]

/** The next speed of the list, slower or faster; at its ends it stays. */
export function stepSpeed(current: number, step: 1 | -1): number {
  const next =
    step === 1
      ? SPEEDS.find((speed) => speed > current + 0.001)
      : SPEEDS.findLast((speed) => speed < current - 0.001)
  return next ?? current
}
