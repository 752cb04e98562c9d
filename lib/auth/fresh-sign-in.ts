/** How old a sign-in may be that plays a project's recordings: the portal's limit, or the project's where that is stricter. */
export function maxAuthAgeOf(
  { env }: { readonly env: { readonly playMaxAuthAgeSeconds: number } },
  project: { readonly playMaxAuthAgeSeconds: number | null },
): number {
  return Math.min(env.playMaxAuthAgeSeconds, project.playMaxAuthAgeSeconds ?? env.playMaxAuthAgeSeconds)
}

/** Whether somebody proved who they are (`auth_time` of the ID token) within so many seconds. Not said is not fresh. */
export function isFreshEnough(authTime: Date | null, maxAgeSeconds: number, now: Date): boolean {
  return authTime !== null && now.getTime() - authTime.getTime() <= maxAgeSeconds * 1000
}
