import type { Prisma } from '../../../prisma/client/client.ts'
import type { Services } from '../../services.ts'
import { readNodes } from '../read-tree.ts'
import { type BundleInput, writeBundle } from '../write-bundle.ts'
import type { BundleHead } from './await-checkpoint.ts'
import { readEarlierSizes } from './earlier-sizes.ts'
import type { LogReader } from './open-reader.ts'
import { findFirstWhole } from './read-blocks.ts'
import { readFiltered, readRange, type SealedRows } from './read-sealed.ts'
import { readVerifiers } from './read-verifiers.ts'
import { zipFiles } from './zip-files.ts'

export type BundleWish = {
  readonly head: BundleHead
  /** Null for all of the log: then that nothing is left out can be proven. */
  readonly where: Prisma.Sql | null
  readonly isRedacted: boolean
  readonly anchorSize: number | null
  /** As the manifest is to say it. */
  readonly filter: BundleInput['filter']
  /** Told how many more rows have been read. */
  readonly onRows: (count: number) => void
}

/** A bundle as a ZIP, up to the head; the reader is to be opened after the head was read. */
export async function* exportBundle(
  services: Services,
  reader: LogReader,
  wish: BundleWish,
): AsyncGenerator<Uint8Array> {
  const { head, isRedacted, anchorSize } = wish
  const { size } = head.checkpoint
  const { selection, sealed } = await selectRows(reader, wish)
  const sizes = await readEarlierSizes(reader, size)
  const files = writeBundle({
    ...{
      selection,
      rows: counted(sealed.rows(), wish.onRows),
      content: isRedacted ? null : sealed.content(),
    },
    readNodes: (places) => readNodes(services.db, places),
    earlierSizes: anchorSize === null ? sizes : [...sizes, anchorSize],
    checkpoint: head.text,
    key: services.env.auditSigningKey,
    madeAt: head.madeAt,
    filter: wish.filter,
    verifiers: await readVerifiers(),
  })
  yield* zipFiles(files, head.madeAt)
}

type Selected = { readonly selection: BundleInput['selection']; readonly sealed: SealedRows }

async function selectRows(reader: LogReader, { head, where }: BundleWish): Promise<Selected> {
  const { size } = head.checkpoint
  if (where !== null) {
    const sealed = readFiltered(reader, { where, size })
    return { selection: { kind: 'filtered', blocks: sealed.blocks() }, sealed }
  }
  const sealed = readRange(reader, { from: await findFirstWhole(reader, size), to: size })
  return { selection: { kind: 'range', blocks: sealed.blocks() }, sealed }
}

const ROWS_AT_ONCE = 1_000

async function* counted(
  rows: AsyncIterable<string>,
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  let count = 0
  for await (const row of rows) {
    count += 1
    if (count % ROWS_AT_ONCE === 0) onRows(ROWS_AT_ONCE)
    yield row
  }
  onRows(count % ROWS_AT_ONCE)
}
