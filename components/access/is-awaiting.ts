/** Whether what was given or approved waits for a second administrator, by what its address answered. */
export function isAwaiting(answered: unknown): boolean {
  if (typeof answered !== 'object' || answered === null) return false
  const isGiven = 'state' in answered && answered.state === 'awaiting'
  return isGiven || ('grantState' in answered && answered.grantState === 'awaiting')
}
