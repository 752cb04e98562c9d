/** Said where a reason is kept for as long as the log’s rules themselves are: no erasure reaches it. */
export const REASON_STAYS = 'Name nobody here: what you write is never erased.'
