/** What a check of the whole log can find, each with its meaning. */
export const LOG_FAULTS = {
  'row-changed': 'A row is not the one that was sealed.',
  'row-missing': 'A row that was sealed is gone, and the log does not say that it was dropped.',
  'row-inserted': 'There is a row between sealed ones that no block has.',
  'content-changed': 'Personal content beside a row is not what the row was written with.',
  'block-missing': 'A block is gone.',
  'block-changed': 'A block is not what its hash or its rows say.',
  'chain-broken': 'A block does not follow the one before it.',
  'tree-changed': 'A node of the tree over the blocks is not what the blocks say.',
  'checkpoint-changed': 'A checkpoint says something else than the log.',
  'checkpoint-forged':
    'A checkpoint is not signed by the key that it names, or the newest by none of the portal’s.',
  'tail-cut': 'The log once had more blocks than it has.',
  'anchor-differs': 'What was anchored is not what the log says.',
} as const satisfies Record<string, string>

export type LogFaultCode = keyof typeof LOG_FAULTS

/** The first thing that is wrong, in one sentence that says where. */
export type LogFault = { readonly code: LogFaultCode; readonly sentence: string }
