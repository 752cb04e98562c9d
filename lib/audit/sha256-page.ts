// SHA-256 (FIPS 180-4) for the verifier that is a page: WebCrypto hashes only what is whole in memory, and a bundle may
// be larger. It stands there in the place of sha256.ts and offers the same; before it is used the page compares the two.
import type { RunningHash } from './sha256.ts'

const BLOCK_BYTES = 64
const LENGTH_BYTES = 8

// biome-ignore format: a table
const ROUNDS = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
])

// biome-ignore format: a table
const START = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])

export function makeRoom(bytes: number): Uint8Array {
  return new Uint8Array(bytes)
}

const textEncoder = new TextEncoder()
const ownState = new Int32Array(8)

export function writeHash(room: Uint8Array, at: number, bytes: string | Uint8Array): void {
  const message = typeof bytes === 'string' ? textEncoder.encode(bytes) : bytes
  ownState.set(START)
  const rest = message.length % BLOCK_BYTES
  mixBlocks(ownState, message, message.length - rest)
  finish(ownState, message.subarray(message.length - rest), message.length)
  writeState(ownState, room, at)
}

export function startHash(): RunningHash {
  const state = START.slice()
  const block = new Uint8Array(BLOCK_BYTES)
  let filled = 0
  let length = 0
  return {
    update: (bytes) => {
      length += bytes.length
      let start = 0
      if (filled > 0) {
        start = Math.min(bytes.length, BLOCK_BYTES - filled)
        block.set(bytes.subarray(0, start), filled)
        filled += start
        if (filled < BLOCK_BYTES) return
        mixBlocks(state, block, BLOCK_BYTES)
      }
      const rest = (bytes.length - start) % BLOCK_BYTES
      mixBlocks(state, bytes.subarray(start), bytes.length - start - rest)
      block.set(bytes.subarray(bytes.length - rest))
      filled = rest
    },
    digest: () => {
      finish(state, block.subarray(0, filled), length)
      const bytes = new Uint8Array(32)
      writeState(state, bytes, 0)
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    },
  }
}

const padding = new Uint8Array(2 * BLOCK_BYTES)

/** Mixes in the rest of a message, a bit after its end, and its length in bits. */
function finish(state: Int32Array, rest: Uint8Array, length: number): void {
  const bytes = rest.length + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES
  padding.fill(0)
  padding.set(rest)
  padding[rest.length] = 0x80
  const view = new DataView(padding.buffer)
  view.setUint32(bytes - 8, Math.floor(length / 2 ** 29))
  view.setUint32(bytes - 4, (length << 3) >>> 0)
  mixBlocks(state, padding, bytes)
}

function writeState(state: Int32Array, room: Uint8Array, at: number): void {
  for (let word = 0; word < 8; word += 1) {
    const value = state[word] ?? 0
    room[at + 4 * word] = value >>> 24
    room[at + 4 * word + 1] = value >>> 16
    room[at + 4 * word + 2] = value >>> 8
    room[at + 4 * word + 3] = value
  }
}

const schedule = new Int32Array(64)

/** §6.2.2, over so many of the bytes: whole blocks. */
function mixBlocks(state: Int32Array, bytes: Uint8Array, length: number): void {
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    for (let word = 0; word < 16; word += 1) {
      const from = at + 4 * word
      schedule[word] =
        (Number(bytes[from]) << 24) |
        (Number(bytes[from + 1]) << 16) |
        (Number(bytes[from + 2]) << 8) |
        Number(bytes[from + 3])
    }
    for (let word = 16; word < 64; word += 1) {
      const early = Number(schedule[word - 15])
      const late = Number(schedule[word - 2])
      const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
      const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
      schedule[word] = Number(schedule[word - 16]) + small + Number(schedule[word - 7]) + large
    }
    mixSchedule(state)
  }
}

function mixSchedule(state: Int32Array): void {
  let a = state[0] ?? 0
  let b = state[1] ?? 0
  let c = state[2] ?? 0
  let d = state[3] ?? 0
  let e = state[4] ?? 0
  let f = state[5] ?? 0
  let g = state[6] ?? 0
  let h = state[7] ?? 0
  for (let round = 0; round < 64; round += 1) {
    const choice = (e & f) ^ (~e & g)
    const first =
      (h +
        (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
        choice +
        Number(ROUNDS[round]) +
        Number(schedule[round])) |
      0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  const mixed = [a, b, c, d, e, f, g, h]
  for (let word = 0; word < 8; word += 1) state[word] = Number(state[word]) + Number(mixed[word])
}

const turn = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))
