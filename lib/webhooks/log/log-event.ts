/** What a webhook that the log is pushed to is told of, and nothing else; no administrator may ask for it. */
export const THE_LOG = 'log'

/** A delivery of it: some rows, in the order they were sealed in. */
export const LOG_BATCH = 'log.batch'
