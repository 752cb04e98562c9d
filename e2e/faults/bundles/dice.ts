/** Chance that can be had again: the same seed throws the same. */
export type Dice = { below(count: number): number; pick<Each>(list: readonly Each[]): Each }

export function makeDice(seed: number): Dice {
  let state = seed >>> 0
  const below = (count: number): number => {
    // mulberry32: small, and even enough to choose by.
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count)
  }
  return {
    below,
    pick: (list) => {
      const picked = list[below(list.length)]
      if (picked === undefined) throw new RangeError('there is nothing to pick from')
      return picked
    },
  }
}
