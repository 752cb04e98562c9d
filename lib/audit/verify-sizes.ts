import { EMPTY_ROOT } from './merkle.ts'
import { BundleFault } from './verify-fault.ts'
import { hasOnly, isWholeNumber } from './verify-json.ts'
import { type Line, type LineFile, objectOf, placeOf } from './verify-lines.ts'
import { type Nodes, planForSize, provenRoot, type Tree, takeNodes } from './verify-tree.ts'

/** The roots that a bundle proves the tree to have had, of the sizes that are asked for. */
export type ProvenRoots = ReadonlyMap<number, Uint8Array>

/** The rest of the proofs: from which earlier sizes on the tree was only added to. */
export async function checkSizes(
  proofs: LineFile,
  next: Line | null,
  tree: Tree,
  wanted: ReadonlySet<number>,
): Promise<ProvenRoots> {
  const roots = new Map<number, Uint8Array>([
    [0, EMPTY_ROOT],
    [tree.size, tree.root],
  ])
  let nodes: Nodes = new Map()
  let lastSize = 0
  for (let line = next; line !== null; line = await proofs.take()) {
    const where = placeOf(proofs, line)
    const value = objectOf(proofs, line)
    const { consistent_from: size } = value
    if (
      !hasOnly(value, ['consistent_from', 'nodes']) ||
      !isWholeNumber(size) ||
      size <= lastSize ||
      size >= tree.size
    )
      throw new BundleFault(where, 'it is no earlier size with its nodes, in its order')
    nodes = takeNodes(nodes, value.nodes, planForSize(size, tree.size), where)
    const root = provenRoot(tree, size, nodes)
    if (root === null)
      throw new BundleFault(
        where,
        `it does not prove that the log has only been added to since it had ${size} blocks`,
      )
    if (wanted.has(size)) roots.set(size, root)
    lastSize = size
  }
  return roots
}
