/** How old a sign-in may be that plays a project's recordings: the portal's limit, or the project's where that is stricter. */
export function maxAuthAgeOf(
  { env }: { readonly env: { readonly playMaxAuthAgeSeconds: number } },
  project: { readonly playMaxAuthAgeSeconds: number | null },
): number {
  return Math.min(env.playMaxAuthAgeSeconds, project.playMaxAuthAgeSeconds ?? env.playMaxAuthAgeSeconds)
}

/** How far the provider's clock may be ahead of ours. */
const LEEWAY_MS = 60_000

/**
 * Whether somebody proved who they are (`auth_time` of the ID token) within so many seconds. What is not said, or is yet
 * to come, is not fresh.
 */
export function isFreshEnough(authTime: Date | null, maxAgeSeconds: number, now: Date): boolean {
  if (authTime === null) return false
  const ageMs = now.getTime() - authTime.getTime()
  return ageMs >= -LEEWAY_MS && ageMs <= maxAgeSeconds * 1000
}
