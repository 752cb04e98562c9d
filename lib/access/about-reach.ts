type Row = {
  readonly scope: string
  /** Null also where whoever is told may not know of it. */
  readonly projectName: string | null
  readonly region: string | null
  readonly unit: string | null
}

/**
 * How far a grant or a request reaches, as people and webhooks are told: by its kind and by names. The ID of a session or
 * an archive is no part of it, for it may be told to whoever cannot find it.
 */
export function aboutReach({ scope, projectName, region, unit }: Row) {
  return { scope, project: projectName, region: scope === 'region' ? region : null, unit }
}

/** Whether what is reached is named by an ID that may be known to nobody, and not by a name. */
export function isById(scope: string): boolean {
  return scope === 'session' || scope === 'archive'
}
