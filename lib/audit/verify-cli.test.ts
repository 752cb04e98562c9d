import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeDice } from '../../e2e/faults/bundles/dice.ts'
import { type Files, makeBundle } from '../../e2e/faults/bundles/made-bundle.ts'
import { makeCheckpoint, makeKey, makeLog } from '../../e2e/faults/bundles/made-log.ts'
import { reseal } from '../../e2e/faults/bundles/mutations.ts'
import { startPythonVerifier } from '../../e2e/faults/bundles/python-verifier.ts'
import { renderNodeVerifier } from './build-verifiers.ts'
import { fingerprintOf } from './signing-key.ts'
import { type VerifyOptions, verifyFolder } from './verify-cli.ts'
import { signManifest } from './write-bundle.ts'

const place = mkdtempSync(join(tmpdir(), 'recordroom-verify-cli-'))
const python = startPythonVerifier()
afterAll(async () => {
  await python.stop()
  rmSync(place, { recursive: true })
})

const HUGE_BYTES = 2 * 1024 ** 3
const log = makeLog(makeDice(7), { key: makeKey(), blocks: 9, mostRows: 6 })
const key = fingerprintOf(log.key)
const sound = makeBundle(log, {
  ...{ redacted: false, madeAt: '2026-11-24T12:00:00.000Z', earlierSizes: [4, 7] },
  selection: { kind: 'range', from: 0, to: 9 },
  fixed: { 'verify.mjs': '//\n', 'verify.html': '<p>\n', 'README.md': '#\n' },
  sayings: { proves: ['All.'], does_not_prove: ['Nothing.'] },
})

let laid = 0
const lay = (files: Files = sound): string => {
  laid += 1
  const folder = join(place, String(laid))
  mkdirSync(folder)
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
  return folder
}

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(place, name), content)
  return join(place, name)
}
const anchor = file('kept.checkpoint', makeCheckpoint(log, 7))

const linesOf = (name: string): string[] => String(sound.get(name)).split('\n').slice(0, -1)
/** The bundle with another text in a file, and a manifest that fits it. */
const withText = (name: string, text: string | Buffer): Files =>
  reseal(new Map(sound).set(name, Buffer.from(text)), log.key)
const withLine = (name: string, at: number, line: string): Files =>
  withText(name, `${linesOf(name).with(at, line).join('\n')}\n`)

const members = JSON.parse(String(sound.get('manifest.json')))
const withMembers = (changes: Record<string, unknown>): Files => {
  const { signature: _, ...others } = { ...members, ...changes }
  return new Map(sound).set('manifest.json', Buffer.from(signManifest(others, log.key)))
}

/** The verdict, which is that of the verifier in Python too. */
const verdictOf = async (folder: string, options: VerifyOptions = { key, anchor }) => {
  const verdict = await verifyFolder(folder, options)
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  const inPython = await python.verify({ folder, options: Object.fromEntries(given) })
  expect(inPython.code, `${verdict.sentences[0]} / ${inPython.sentence}`).toBe(verdict.code)
  return verdict
}

const expectFault = async (folder: string, sentence: string, options?: VerifyOptions): Promise<void> => {
  const { code, sentences } = await verdictOf(folder, options)
  expect(sentences).toEqual([`Not whole. ${sentence}`])
  expect(code).toBe(1)
}

test('a sound export is whole, and says what that means', async () => {
  const { code, sentences } = await verdictOf(lay())
  expect(code).toBe(0)
  expect(sentences).toEqual([
    'Whole.',
    `${members.rows} rows of 9 blocks of the log recordroom.bank.test/audit, exported 2026-11-24T12:00:00.000Z.`,
    `Signed by the key that was named, ${key}.`,
    `It extends ${anchor}, of 7 blocks at 2026-11-24T10:00:07.000Z.`,
    'Proven: Each row of rows.jsonl stood in the log, to the letter, when its block was sealed.',
    'Proven: The rows are in the order of the log.',
    'Proven: No row of the blocks in blocks.jsonl is left out, and none was put in; between them no block is missing.',
    'Proven: Names, addresses, reasons and case references in content.jsonl are those that the rows were written with.',
    'Not proven: What was written before the first block in blocks.jsonl and after the last.',
    'Not proven: That every personal value is here: what was erased lawfully is missing from content.jsonl, and its hash remains.',
    'Not proven: What was never written to the log.',
  ])
})

test('an earlier export is as good as an anchor, and both must hold', async () => {
  const earlier = join(place, 'earlier')
  mkdirSync(earlier)
  writeFileSync(join(earlier, 'checkpoint'), makeCheckpoint(log, 4))
  expect((await verdictOf(lay(), { key, earlier })).code).toBe(0)
  expect((await verdictOf(lay(), { key, earlier, anchor })).code).toBe(0)
  writeFileSync(join(earlier, 'checkpoint'), makeCheckpoint(log, 5))
  const { code, sentences } = await verdictOf(lay(), { key, earlier, anchor })
  expect(code).toBe(2)
  expect(sentences).toContain(
    `Not checked: ${earlier}/checkpoint, as the bundle has no proof for its 5 blocks; export again with anchor=5.`,
  )
})

test('a fingerprint may have colons and capitals', async () => {
  const spelled = key.toUpperCase().match(/../g)?.join(':') ?? ''
  expect((await verdictOf(lay(), { key: spelled, anchor })).code).toBe(0)
})

describe('what is no bundle has one verdict', () => {
  test('nothing in it, or nothing there', async () => {
    await expectFault(lay(new Map()), 'manifest.json: it is missing.')
    await expectFault(join(place, 'none'), `${join(place, 'none')}: the folder cannot be read.`)
    await expectFault(anchor, `${anchor}: the folder cannot be read.`)
  })

  test.each(['manifest.json', 'rows.jsonl', 'checkpoint', 'README.md'])('%s is a link', async (name) => {
    const folder = lay()
    renameSync(join(folder, name), join(place, `elsewhere-${name}`))
    symlinkSync(join(place, `elsewhere-${name}`), join(folder, name))
    await expectFault(folder, `${name}: it is a link, and no file.`)
  })

  test.each(['manifest.json', 'content.jsonl', 'public-key.pem', 'verify.html'])(
    '%s is a folder',
    async (name) => {
      const folder = lay()
      rmSync(join(folder, name))
      mkdirSync(join(folder, name))
      await expectFault(folder, `${name}: it is a folder, and no file.`)
    },
  )

  test('a pipe that nobody writes to stands in a file’s place', async () => {
    for (const name of ['manifest.json', 'proofs.jsonl']) {
      const folder = lay()
      rmSync(join(folder, name))
      execFileSync('mkfifo', [join(folder, name)])
      await expectFault(folder, `${name}: it is something else, and no file.`)
    }
  })

  test('a folder more, and a name that would draw on the screen', async () => {
    const folder = lay()
    mkdirSync(join(folder, 'more'))
    await expectFault(folder, 'more: it is no file of the bundle.')
    const named = lay()
    writeFileSync(join(named, '\u001b[2JWhole.\u202e'), '')
    await expectFault(named, '\\u001b[2JWhole.\\u202e: it is no file of the bundle.')
  })
})

describe('what is too much is not taken in', () => {
  test.each(['manifest.json', 'checkpoint', 'public-key.pem', 'rows.jsonl', 'README.md'])(
    '%s has 2 GB that the manifest does not know of',
    async (name) => {
      const folder = lay()
      truncateSync(join(folder, name), HUGE_BYTES)
      const { code, sentences } = await verdictOf(folder)
      expect(code).toBe(1)
      expect(sentences).toHaveLength(1)
      expect(sentences[0]?.startsWith(`Not whole. ${name}: it `)).toBe(true)
    },
  )

  test.each(['rows.jsonl', 'content.jsonl', 'proofs.jsonl', 'blocks.jsonl'])(
    '%s is one line of 2 GB, as the manifest says',
    async (name) => {
      const sum = { bytes: HUGE_BYTES, sha256: '0'.repeat(64) }
      const folder = lay(withMembers({ files: { ...members.files, [name]: sum } }))
      truncateSync(join(folder, name), 0)
      truncateSync(join(folder, name), HUGE_BYTES)
      const { code, sentences } = await verdictOf(folder)
      expect(code).toBe(1)
      // Where rows are missing that is seen first.
      expect(sentences[0]).toMatch(
        name === 'blocks.jsonl' || name === 'proofs.jsonl' ? /longer than 1 MiB/ : /jsonl/,
      )
    },
  )

  test.each([
    ['manifest.json', '['.repeat(500_000)],
    ['manifest.json', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`],
    ['manifest.json', `{"a":1e999}\n`],
    ['manifest.json', `{"a":${'9'.repeat(100_000)}}\n`],
    ['checkpoint', '\n\n'.repeat(30_000)],
    ['checkpoint', `${'a '.repeat(20_000)}\n\n`],
  ])('%s is %.20s…', async (name, text) => {
    const { code } = await verdictOf(lay(new Map(sound).set(name, Buffer.from(text))))
    expect(code).toBe(1)
  })

  test.each([
    ['proofs.jsonl', `{"first":0,"last":8,"nodes":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['proofs.jsonl', '{"first":0,"last":9007199254740991,"nodes":{}}'],
    ['proofs.jsonl', '{"first":0,"last":8,"nodes":{"__proto__":{}}}'],
    ['blocks.jsonl', linesOf('blocks.jsonl')[0]?.replace(/"count":\d+/, '"count":9007199254740991') ?? ''],
    ['blocks.jsonl', linesOf('blocks.jsonl')[0]?.replace(/"count":\d+/, '"count":60000') ?? ''],
    ['content.jsonl', `{"event_id":"x","reason":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    [
      'content.jsonl',
      linesOf('content.jsonl')[0]?.replace(/^\{/, '{"__proto__":["AAAAAAAAAAAAAAAAAAAAAA==","x"],') ?? '',
    ],
    [
      'content.jsonl',
      linesOf('content.jsonl')[0]?.replace(/\}$/, ',"toString":["AAAAAAAAAAAAAAAAAAAAAA==","x"]}') ?? '',
    ],
    ['content.jsonl', `{"event_id":"\\ud800"}`],
  ])('a line of %s is %.60s…, and signed', async (name, line) => {
    const { code, sentences } = await verdictOf(lay(withLine(name, 0, line)))
    expect(code).toBe(1)
    expect(sentences).toHaveLength(1)
    expect(sentences[0]).toMatch(/^Not whole\. [a-z]+\.jsonl/)
  })

  test('and a file that is no UTF-8', async () => {
    for (const name of [
      'manifest.json',
      'checkpoint',
      'public-key.pem',
      'proofs.jsonl',
      'blocks.jsonl',
      'rows.jsonl',
    ]) {
      const bytes = Buffer.concat([Buffer.from([0xc3, 0x28, 0xff]), sound.get(name) ?? Buffer.alloc(0)])
      const files = new Map(sound).set(name, bytes)
      const { code } = await verdictOf(lay(name.endsWith('.jsonl') ? reseal(files, log.key) : files))
      expect(code).toBe(1)
    }
  })
})

describe('a manifest that is signed and says what it may not', () => {
  test.each([
    ['another format', { format: 2 }],
    ['another kind', { kind: 'all' }],
    ['redacted, with content', { redacted: true }],
    ['a moment that does not exist', { made_at: '2026-02-30T00:00:00.000Z' }],
    ['a moment without its zone', { made_at: '2026-11-24T12:00:00' }],
    ['a row more', { rows: members.rows + 1 }],
    ['a block less', { blocks: 8 }],
    ['a count below nothing', { rows: -1 }],
    ['a size more', { size: 10 }],
    ['a first leaf of nothing', { first_leaf: null }],
    ['the last leaf as its first', { first_leaf: members.last_leaf }],
    ['another root', { root: members.last_leaf }],
    ['another key', { key: members.root }],
    ['another log', { origin: 'elsewhere.test/audit' }],
    ['sentences that are none', { proves: 'all' }],
    ['a file more', { files: { ...members.files, 'more.txt': members.files.checkpoint } }],
    ['a file in a folder above', { files: { ...members.files, '../x': members.files.checkpoint } }],
    ['a member more', { also: 1 }],
    ['no filter', { filter: null }],
  ])('%s', async (_, changes) => {
    expect((await verdictOf(lay(withMembers(changes)))).code).toBe(1)
  })
})

describe('what is given beside the bundle', () => {
  test('is no fingerprint', async () => {
    await expectFault(lay(), 'abc: it is no fingerprint, which is 64 hex digits.', { key: 'abc' })
  })

  test('is no checkpoint, or none that can be read', async () => {
    const huge = file('huge.checkpoint', '')
    truncateSync(huge, HUGE_BYTES)
    const paths = [join(place, 'none'), place, huge, file('latin.checkpoint', Buffer.from([0xe9]))]
    for (const path of paths)
      await expectFault(lay(), `${path}: no checkpoint can be read there.`, { key, anchor: path })
    const text = file('text.checkpoint', 'text\n\n')
    await expectFault(lay(), `${text}: it is no checkpoint.`, { key, anchor: text })
  })

  test('is a link to the newest checkpoint', async () => {
    const link = join(place, 'latest.checkpoint')
    symlinkSync(anchor, link)
    expect((await verdictOf(lay(), { key, anchor: link })).code).toBe(0)
  })

  test('is a checkpoint of another log', async () => {
    const other = file('other.checkpoint', makeCheckpoint({ ...log, origin: 'elsewhere.test/audit' }, 7))
    await expectFault(lay(), `${other}: it is a checkpoint of another log.`, { key, anchor: other })
  })

  test('is a checkpoint whose signature is in the name of the key, and not by it', async () => {
    const forged = file('forged.checkpoint', makeCheckpoint(log, 7).replace('at 2026', 'at 2025'))
    await expectFault(lay(), `${forged}: its signature is in the name of this key, and not by it.`, {
      key,
      anchor: forged,
    })
  })
})

describe('verify.mjs', () => {
  const program = file('verify.mjs', renderNodeVerifier())
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
    expect(stderr).toBe('')
    return { code: status, said: stdout.split('\n')[0] }
  }

  test('ends with the verdict', () => {
    expect(run(lay(), '--key', key, '--anchor', anchor)).toEqual({ code: 0, said: 'Whole.' })
    expect(run(lay())).toEqual({ code: 2, said: 'Consistent, but not all was checked.' })
    expect(run(lay(new Map()))).toEqual({ code: 1, said: 'Not whole. manifest.json: it is missing.' })
  })

  test.each([[[]], [['a', 'b']], [['--kye', 'x', 'a']], [['a', '--key']]])(
    'is not called with %j',
    (args) => {
      const { code, said } = run(...args)
      expect(code).toBe(1)
      expect(said).toMatch(/^Nothing was verified\. It is called so: verify DIR/)
    },
  )

  test('says of a file that it may not read that it cannot', () => {
    const folder = lay()
    const isRoot = process.getuid?.() === 0
    chmodSync(join(folder, 'rows.jsonl'), 0)
    if (!isRoot) return expect(run(folder).code).toBe(1)
    // Root may read what it likes; so somebody else is asked.
    chmodSync(place, 0o755)
    const { status, stdout } = spawnSync(process.execPath, [program, folder], {
      encoding: 'utf8',
      uid: 65_534,
    })
    expect([status, stdout]).toEqual([1, 'Not whole. rows.jsonl: it cannot be read.\n'])
  })
})
