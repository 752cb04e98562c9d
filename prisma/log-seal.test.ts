import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../e2e/stack/test-database.ts'
import { append, openSession, type Session } from './test-log.ts'
import { blockValues, cutLeaves, type NextBlock, planNextBlock, rootOf, WRITE_BLOCK } from './test-seal.ts'

let urls: TestDatabase
let application: Session
let owner: Session

beforeAll(async () => {
  urls = await createMigratedDatabase()
  application = await openSession(urls.applicationUrl)
  owner = await openSession(urls.ownerUrl)
  await application.ask('SELECT audit.begin_series()')
})
afterAll(() => Promise.all([application.end(), owner.end()]))

/** Each table with a column of its own. */
const COLUMNS = {
  series: 'number',
  left_over: 'series',
  blocks: 'number',
  block_leaves: 'number',
  tree_nodes: 'level',
  checkpoints: 'size',
}
const TABLES = Object.keys(COLUMNS)

async function appendMany(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let each = 0; each < count; each += 1) ids.push((await append(application, {})).id)
  return ids
}

const write = (block: NextBlock): Promise<unknown> => application.ask(WRITE_BLOCK, blockValues(block))
const refusalOf = (block: NextBlock): Promise<string | null> =>
  application.refusal(WRITE_BLOCK, blockValues(block))

/** The next block with something changed in its line. */
const said = async (changes: Record<string, unknown>): Promise<NextBlock> => {
  const block = await planNextBlock(application)
  return { ...block, line: { ...block.line, ...changes } }
}

describe('the application’s role', () => {
  test.each(
    Object.entries(COLUMNS).flatMap(([table, column]) => [
      `INSERT INTO audit.${table} DEFAULT VALUES`,
      `UPDATE audit.${table} SET ${column} = 1`,
      `DELETE FROM audit.${table}`,
      `DELETE FROM audit.${table} WHERE false`,
      `TRUNCATE audit.${table}`,
      `COPY audit.${table} FROM STDIN`,
    ]),
  )('may not %s', async (sql) => {
    expect(await application.refusal(sql)).toMatch(/^42501 permission denied for table/)
  })

  test.each(TABLES)('may read %s', async (table) => {
    expect(await application.refusal(`SELECT * FROM audit.${table}`)).toBeNull()
  })
})

test('the owner, too, changes nothing of it', async () => {
  await appendMany(2)
  await write(await planNextBlock(application))
  for (const [table, column] of Object.entries(COLUMNS))
    for (const sql of [
      `UPDATE audit.${table} SET ${column} = 1`,
      `DELETE FROM audit.${table}`,
      `DELETE FROM audit.${table} WHERE false`,
      `TRUNCATE audit.${table}`,
    ])
      expect(`${sql}: ${await owner.refusal(sql)}`).toBe(
        `${sql}: 42501 the log is added to and never changed`,
      )
})

describe('a block is refused', () => {
  beforeAll(() => appendMany(4))

  test.each<[string, (block: NextBlock) => Record<string, unknown>, RegExp]>([
    ['that is not the next', ({ line }) => ({ number: Number(line.number) + 1 }), /^40001 the next block is/],
    [
      'that is there already',
      ({ line }) => ({ number: Number(line.number) - 1 }),
      /^40001 the next block is/,
    ],
    ['without a number', () => ({ number: null }), /^40001 the next block is/],
    ['of another series', () => ({ series: 7 }), /^40001 the series is/],
    ['after another block', () => ({ previous: 'ab'.repeat(32) }), /the block before has another hash/],
    [
      'with another count',
      ({ line }) => ({ count: Number(line.count) + 1 }),
      /count, rows and leaves differ/,
    ],
    ['with another root', () => ({ root: 'cd'.repeat(32) }), /the root is not the leaves’/],
    ['that looks ahead', ({ line }) => ({ horizon: Number(line.horizon) + 1000 }), /the horizon is/],
    ['without a horizon', () => ({ horizon: null }), /the horizon is/],
    ['of yesterday', () => ({ at: new Date(Date.now() - 86_400_000).toISOString() }), /time is not now/],
    ['that ends elsewhere', ({ line }) => ({ through_id: Number(line.through_id) + 1 }), /not the next ones/],
    ['that begins elsewhere', () => ({ first_tx: 1 }), /the rows are not the next ones/],
    ['with more in its line', () => ({ more: 1 }), /not spelt as it must be/],
    ['of another form', () => ({ v: 2 }), /not spelt as it must be/],
    [
      'with its time in another spelling',
      ({ line }) => ({ at: `${line.at}`.replace('Z', '+00:00') }),
      /not spelt/,
    ],
  ])('%s', async (_, changes, refusal) => {
    const block = await planNextBlock(application)
    expect(await refusalOf(await said(changes(block)))).toMatch(refusal)
  })

  const withRows = async (ids: (ids: string[]) => string[]): Promise<NextBlock> => {
    const block = await planNextBlock(application)
    const changed = ids(block.ids)
    const leaves = Buffer.alloc(32 * changed.length)
    const root = rootOf(cutLeaves(leaves)).toString('hex')
    const line = { ...block.line, count: changed.length, root, through_id: Number(changed.at(-1)) }
    return { line, ids: changed, leaves }
  }

  test.each<[string, (ids: string[]) => string[]]>([
    ['that passes over its first row', (ids) => ids.slice(1)],
    ['that passes over a row in the middle', (ids) => ids.toSpliced(1, 1)],
    ['that holds a row twice', (ids) => [...ids.slice(0, 1), ...ids]],
    ['that holds rows in another order', ([one = '', two = '', ...rest]) => [two, one, ...rest]],
    ['that holds a row of the block before', (ids) => [String(Number(ids[0]) - 1), ...ids]],
    ['that holds a row that is not there', (ids) => ids.with(1, '999999')],
  ])('%s', async (_, change) => {
    expect(await refusalOf(await withRows(change))).toMatch(/^23514 the rows are not the next ones/)
  })

  test('with an empty row', async () => {
    const block = await planNextBlock(application)
    expect(
      await application.refusal(WRITE_BLOCK, [
        JSON.stringify(block.line),
        [...block.ids.slice(1), null],
        block.leaves,
      ]),
    ).toMatch(/^23514 a block holds/)
  })

  test('with a leaf too few, or half a one', async () => {
    const block = await planNextBlock(application)
    for (const length of [block.leaves.length - 32, block.leaves.length - 16, 0])
      expect(await refusalOf({ ...block, leaves: block.leaves.subarray(0, length) })).toMatch(
        /^23514 count, rows and leaves differ/,
      )
  })

  test('that claims to hold nothing and moves on', async () => {
    const block = await planNextBlock(application)
    const { first_tx: _, ...line } = block.line
    const empty = { ids: [], leaves: Buffer.alloc(0) }
    const root = rootOf([]).toString('hex')
    expect(await refusalOf({ ...empty, line: { ...line, count: 0, root } })).toMatch(
      /the rows are not the next ones/,
    )
  })

  test('whose line is no JSON, or JSON in another spelling', async () => {
    const { line, ids, leaves } = await planNextBlock(application)
    for (const text of ['', 'x', '[]', '7', 'null'])
      expect(await application.refusal(WRITE_BLOCK, [text, ids, leaves]), text).not.toBeNull()
    expect(await application.refusal(WRITE_BLOCK, [JSON.stringify(line, null, 1), ids, leaves])).toMatch(
      /^23514 the line is not spelt as it must be/,
    )
    expect(await application.refusal(WRITE_BLOCK, [null, ids, leaves])).not.toBeNull()
  })

  test('in a transaction that does not see what others commit', async () => {
    const block = await planNextBlock(application)
    await application.ask('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await expect(application.ask(WRITE_BLOCK, blockValues(block))).rejects.toThrow('read committed')
    await application.ask('ROLLBACK')
  })

  test('and none of this was in its way', async () => {
    const block = await planNextBlock(application)
    expect(block.ids.length).toBeGreaterThan(3)
    expect(await write(block)).toEqual([{ number: String(block.line.number) }])
    expect(await refusalOf(block)).toMatch(/^40001 the next block is/)
  })
})

test('a row above the horizon is refused, and those before it are not', async () => {
  const other = await openSession(urls.applicationUrl)
  const [settled] = await appendMany(1)
  await other.ask('BEGIN')
  await append(other, {})
  const [unsettled] = await appendMany(1)
  const block = await planNextBlock(application, settled)
  expect(block.ids).toEqual([settled])

  const [row] = await application.ask<{ tx: string }>('SELECT tx::text FROM audit.events WHERE id = $1', [
    unsettled,
  ])
  const ids = [...block.ids, String(unsettled)]
  const leaves = Buffer.alloc(64)
  const root = rootOf(cutLeaves(leaves)).toString('hex')
  const through = { through_tx: Number(row?.tx), through_id: Number(unsettled) }
  const ahead = { ids, leaves, line: { ...block.line, ...through, count: 2, root } }
  expect(await refusalOf(ahead)).toMatch(/^23514 a row is not settled/)
  expect(await refusalOf({ ...ahead, line: { ...ahead.line, horizon: Number(row?.tx) + 1 } })).toMatch(
    /^23514 the horizon is/,
  )
  await write(block)
  await other.ask('COMMIT')
  await other.end()
  const rest = await planNextBlock(application)
  expect(rest.ids).toHaveLength(2)
  expect(rest.ids.at(-1)).toBe(unsettled)
  await write(rest)
})

test('empty blocks stand where they are', async () => {
  for (let each = 0; each < 3; each += 1) {
    const block = await planNextBlock(application)
    expect(block.ids).toEqual([])
    await write(block)
  }
  const [id] = await appendMany(1)
  const next = await planNextBlock(application)
  expect(next.ids).toEqual([id])
  await write(next)
})

describe('the tree', () => {
  const rootAt = async (size: number): Promise<Buffer> => {
    const blocks = await application.ask<{ hash: Buffer }>(
      'SELECT hash FROM audit.blocks ORDER BY number LIMIT $1',
      [size],
    )
    return rootOf(blocks.map(({ hash }) => hash))
  }

  test('has at every size the root that RFC 6962 gives it', async () => {
    for (let each = 0; each < 13; each += 1) await write(await planNextBlock(application))
    const blocks = await application.ask<{ line: string; hash: Buffer }>(
      'SELECT line, hash FROM audit.blocks',
    )
    for (const { line, hash } of blocks)
      expect(createHash('sha256').update(`\0${line}`).digest().equals(hash)).toBe(true)
    for (let size = 0; size <= blocks.length; size += 1) {
      const [row] = await owner.ask<{ root: Buffer }>('SELECT audit.tree_root($1) AS root', [size])
      expect(row?.root.equals(await rootAt(size)), `${size}`).toBe(true)
    }
  })

  const checkpoint = 'SELECT audit.write_checkpoint($1, $2)'
  const noteOf = async (size: number, changes: { size?: number; root?: Buffer } = {}): Promise<string> =>
    `h/audit\n${changes.size ?? size}\n${(changes.root ?? (await rootAt(size))).toString('base64')}\n\n— h/audit ${'A'.repeat(92)}\n`

  test('gets checkpoints that say what it is, each of more blocks than the last', async () => {
    const refused = (size: number, note: string) => application.refusal(checkpoint, [size, note])
    expect(await refused(3, await noteOf(3, { size: 4 }))).toMatch(/^23514 the checkpoint speaks of another/)
    expect(await refused(3, await noteOf(3, { root: Buffer.alloc(32) }))).toMatch(
      /^23514 the checkpoint speaks/,
    )
    expect(await refused(3, (await noteOf(3)).replace(/\n—.*\n/, '\n'))).toMatch(
      /^23514 the checkpoint speaks/,
    )
    expect(await refused(9999, await noteOf(9999))).toMatch(/^23514 there are not so many blocks/)
    expect(await refused(0, await noteOf(0))).toMatch(/^23514 there are not so many blocks/)
    await application.ask(checkpoint, [3, await noteOf(3)])
    expect(await refused(3, await noteOf(3))).toMatch(/^40001 there is a checkpoint/)
    expect(await refused(2, await noteOf(2))).toMatch(/^40001 there is a checkpoint/)
    await application.ask(checkpoint, [5, await noteOf(5)])
  })
})

test('numbers that a double cannot hold stand as text', async () => {
  const [row] = await owner.ask<{ line: string }>(
    `SELECT audit.render_block_line('2026-11-24T10:00:00.000001Z', 1, '9007199254740991', '9007199254740992', 5,
       'aa', 'bb', 0, 9223372036854775807, '18446744073709551615') AS line`,
  )
  expect(row?.line).toBe(
    '{"at":"2026-11-24T10:00:00.000001Z","count":1,"first_tx":9007199254740991,"horizon":"9007199254740992","number":5,' +
      '"previous":"aa","root":"bb","series":0,"through_id":"9223372036854775807","through_tx":"18446744073709551615","v":1}',
  )
})
