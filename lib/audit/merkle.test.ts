import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  EMPTY_ROOT,
  HASH_BYTES,
  hashLeaf,
  hashLeaves,
  hashNode,
  hashTree,
  isConsistent,
  isIncluded,
} from './merkle.ts'
import {
  buildTree,
  planConsistency,
  planInclusion,
  proveConsistency,
  proveInclusion,
  readRoot,
} from './merkle-tree.ts'

// The tree that certificate transparency's implementations are tested with, with its roots and proofs as they print them.
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const INCLUSIONS: [number, number, string[]][] = [
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
]
const CONSISTENCIES: [number, number, string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const known = LEAVES.map((hex) => hashLeaf(bytesOf(hex)))
const pack = (leaves: readonly Uint8Array[]): Uint8Array => Buffer.concat(leaves)
const knownTree = (size: number) => buildTree(pack(known.slice(0, size)))
const knownRoot = (size: number) => bytesOf(ROOTS[size] ?? '')

describe('the known tree', () => {
  test.each(ROOTS.map((root, size) => [size, root]))('of %i leaves has its root', (size, root) => {
    expect(hexOf(hashTree(pack(known.slice(0, size))))).toBe(root)
    expect(hexOf(readRoot(knownTree(size)))).toBe(root)
    expect(hexOf(readRoot(knownTree(8), size))).toBe(root)
  })

  test.each(INCLUSIONS)('proves leaf %i of %i as it must', (index, size, proof) => {
    expect(proveInclusion(knownTree(size), index).map(hexOf)).toEqual(proof)
    const claim = { leaf: hashLeaf(bytesOf(LEAVES[index] ?? '')), root: knownRoot(size) }
    expect(isIncluded({ ...claim, index, size, proof: proof.map(bytesOf) })).toBe(true)
  })

  test.each(CONSISTENCIES)('proves that %i is the beginning of %i as it must', (earlierSize, size, proof) => {
    expect(proveConsistency(knownTree(size), earlierSize).map(hexOf)).toEqual(proof)
    const claim = { earlierRoot: knownRoot(earlierSize), root: knownRoot(size) }
    expect(isConsistent({ ...claim, earlierSize, size, proof: proof.map(bytesOf) })).toBe(true)
  })
})

// RFC 6962 §2.1 to the letter, by another hash function's interface.
const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
const split = (count: number): number => {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}
const naiveRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0] ?? sha256()
  const k = split(leaves.length)
  return sha256(Buffer.from([1]), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}
const naivePath = (m: number, leaves: readonly Uint8Array[]): Uint8Array[] => {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))]
}
const naiveSubproof = (m: number, leaves: readonly Uint8Array[], isWhole: boolean): Uint8Array[] => {
  if (m === leaves.length) return isWhole ? [] : [naiveRoot(leaves)]
  const k = split(leaves.length)
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), isWhole), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))]
}

const SIZES = Array.from({ length: 70 }, (_, size) => size + 1)
const many = Array.from({ length: 70 }, (_, index) => hashLeaf(`line ${index}`))
const naiveRoots = [0, ...SIZES].map((size) => naiveRoot(many.slice(0, size)))
const rootOf = (size: number): Uint8Array => naiveRoots[size] ?? sha256()
const leafAt = (index: number): Uint8Array => many[index] ?? sha256()
const trees = [0, ...SIZES].map((size) => buildTree(pack(many.slice(0, size))))
const treeOf = (size: number) => trees[size] ?? buildTree(Buffer.alloc(0))

describe('every tree of up to 70 leaves', () => {
  test('has the root of the definition, also as the beginning of a larger one', () => {
    for (const size of [0, ...SIZES]) {
      expect(hexOf(hashTree(pack(many.slice(0, size))))).toBe(hexOf(rootOf(size)))
      expect(hexOf(readRoot(treeOf(70), size))).toBe(hexOf(rootOf(size)))
    }
  })

  test('proves each of its leaves, by the proof of the definition', () => {
    for (const size of SIZES) {
      for (let index = 0; index < size; index += 1) {
        const proof = proveInclusion(treeOf(size), index)
        expect(proof.map(hexOf)).toEqual(naivePath(index, many.slice(0, size)).map(hexOf))
        expect(isIncluded({ leaf: leafAt(index), index, size, root: rootOf(size), proof })).toBe(true)
      }
    }
  })

  test('proves each of its beginnings, by the proof of the definition', () => {
    for (const size of SIZES) {
      for (let earlierSize = 1; earlierSize <= size; earlierSize += 1) {
        const proof = proveConsistency(treeOf(size), earlierSize)
        expect(proof.map(hexOf)).toEqual(naiveSubproof(earlierSize, many.slice(0, size), true).map(hexOf))
        const claim = { earlierSize, earlierRoot: rootOf(earlierSize), size, root: rootOf(size), proof }
        expect(isConsistent(claim)).toBe(true)
      }
    }
  })

  test('extends the tree without leaves', () => {
    for (const size of [0, ...SIZES]) {
      const proof = proveConsistency(treeOf(size), 0)
      const claim = { earlierSize: 0, size, root: rootOf(size), proof }
      expect(isConsistent({ ...claim, earlierRoot: EMPTY_ROOT })).toBe(true)
      expect(isConsistent({ ...claim, earlierRoot: leafAt(0) })).toBe(false)
    }
  })

  test('proves no leaf at another place, and none in a tree of another size that would have another path', () => {
    for (const size of SIZES) {
      const index = size - 1
      const proof = proveInclusion(treeOf(size), index)
      for (let other = 0; other < 72; other += 1) {
        if (other === index) continue
        expect(isIncluded({ leaf: leafAt(index), index: other, size, root: rootOf(size), proof })).toBe(false)
      }
    }
  })
})

const sizes = fc.integer({ min: 1, max: 70 })
const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const changed = Buffer.from(bytes)
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return changed
}
/** Every list that has one hash changed, left out, put twice or exchanged with its neighbour. */
const spoil = (proof: readonly Uint8Array[], at: number, bit: number): Uint8Array[][] => [
  proof.with(at, flip(proof[at] ?? EMPTY_ROOT, bit)),
  proof.with(at, (proof[at] ?? EMPTY_ROOT).subarray(1)),
  proof.toSpliced(at, 1),
  proof.toSpliced(at, 0, proof[at] ?? EMPTY_ROOT),
  ...(at > 0 ? [proof.with(at, proof[at - 1] ?? EMPTY_ROOT).with(at - 1, proof[at] ?? EMPTY_ROOT)] : []),
]
const bits = fc.integer({ min: 0, max: 8 * HASH_BYTES - 1 })

describe('what was changed is seen', () => {
  test('in a proof that a leaf is there', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), bits, (size, place, at, bit) => {
        const index = place % size
        const proof = proveInclusion(treeOf(size), index)
        const whole = { leaf: leafAt(index), index, size, root: rootOf(size), proof }
        const spoiled = [
          { ...whole, leaf: flip(whole.leaf, bit) },
          { ...whole, root: flip(whole.root, bit) },
          { ...whole, proof: [...proof, randomBytes(HASH_BYTES)] },
          ...(proof.length > 0 ? spoil(proof, at % proof.length, bit) : []).map((each) => ({
            ...whole,
            proof: each,
          })),
        ]
        expect(isIncluded(whole)).toBe(true)
        expect(spoiled.map(isIncluded)).toEqual(spoiled.map(() => false))
      }),
      { numRuns: 500 },
    )
  })

  test('in a proof that a tree extends another', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), bits, (size, place, at, bit) => {
        const earlierSize = 1 + (place % size)
        const proof = proveConsistency(treeOf(size), earlierSize)
        const whole = { earlierSize, earlierRoot: rootOf(earlierSize), size, root: rootOf(size), proof }
        const spoiled = [
          { ...whole, earlierRoot: flip(whole.earlierRoot, bit) },
          { ...whole, root: flip(whole.root, bit) },
          { ...whole, proof: [...proof, randomBytes(HASH_BYTES)] },
          { ...whole, earlierRoot: rootOf(earlierSize - 1) },
          ...(proof.length > 0 ? spoil(proof, at % proof.length, bit) : []).map((each) => ({
            ...whole,
            proof: each,
          })),
        ]
        expect(isConsistent(whole)).toBe(true)
        expect(spoiled.map(isConsistent)).toEqual(spoiled.map(() => false))
      }),
      { numRuns: 500 },
    )
  })
})

describe('what has not the form of a proof proves nothing', () => {
  const leaf = leafAt(0)
  test.each([
    [-1, 1],
    [0, 0],
    [1, 1],
    [0.5, 1],
    [0, 1.5],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
    [0, 2 ** 53],
  ])('leaf %d of %d', (index, size) => {
    expect(isIncluded({ leaf, index, size, root: leaf, proof: [] })).toBe(false)
    expect(isConsistent({ earlierSize: index, earlierRoot: leaf, size, root: leaf, proof: [] })).toBe(
      index === 1 && size === 1,
    )
  })

  test('roots that are longer than a hash', () => {
    const long = Buffer.concat([leaf, leaf])
    expect(isIncluded({ leaf: long, index: 0, size: 1, root: long, proof: [] })).toBe(false)
    const claim = { earlierSize: 1, earlierRoot: long, size: 1, root: long, proof: [] }
    expect(isConsistent(claim)).toBe(false)
  })

  test('a node passed off as a leaf', () => {
    const node = Buffer.concat([leafAt(0), leafAt(1)])
    expect(hexOf(hashLeaf(node))).not.toBe(hexOf(hashNode(leafAt(0), leafAt(1))))
  })
})

describe('sizes that no bits of a number hold', () => {
  const size = 2 ** 40 + 3
  test('are planned with as many hashes as their height', () => {
    expect(planInclusion(0, size)).toHaveLength(41)
    expect(planInclusion(size - 1, size)).toEqual([[{ level: 1, index: 2 ** 39 }], [{ level: 40, index: 0 }]])
    expect(planConsistency(2 ** 40, size)).toEqual([
      [
        { level: 1, index: 2 ** 39 },
        { level: 0, index: size - 1 },
      ],
    ])
  })

  test('are checked', () => {
    const [large, pair, last] = [randomBytes(32), randomBytes(32), randomBytes(32)]
    const root = hashNode(large, hashNode(pair, last))
    expect(isIncluded({ leaf: last, index: size - 1, size, root, proof: [pair, large] })).toBe(true)
    expect(isIncluded({ leaf: last, index: 2, size: 3, root: hashNode(pair, last), proof: [pair] })).toBe(
      true,
    )
    const claim = { earlierSize: 2 ** 40, earlierRoot: large, size, root }
    expect(isConsistent({ ...claim, proof: [hashNode(pair, last)] })).toBe(true)
  })
})

test('a leaf is the same of text and of its bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (line) => {
      const bytes = Buffer.from(line)
      expect(hexOf(hashLeaf(line))).toBe(hexOf(sha256(Buffer.from([0]), bytes)))
      expect(hexOf(hashLeaf(bytes))).toBe(hexOf(hashLeaf(line)))
      expect(hexOf(hashLeaves([line, 'next']))).toBe(hexOf(hashLeaf(line)) + hexOf(hashLeaf('next')))
    }),
  )
})

test('what is no hash joins nothing, and leaves are whole', () => {
  expect(() => hashNode(leafAt(0), Buffer.alloc(31))).toThrow(RangeError)
  expect(() => hashTree(Buffer.alloc(33))).toThrow(RangeError)
  expect(() => buildTree(Buffer.alloc(31))).toThrow(RangeError)
  expect(() => proveInclusion(treeOf(3), 3)).toThrow(RangeError)
  expect(() => proveConsistency(treeOf(3), 4)).toThrow(RangeError)
  expect(() => readRoot(treeOf(3), 4)).toThrow(RangeError)
})
