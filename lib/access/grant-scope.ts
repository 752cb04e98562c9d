/** How far a grant reaches, from the widest to the narrowest; each with what it is called in a sentence. */
export const SCOPE_KINDS = ['region', 'unit', 'project', 'session', 'archive'] as const
export type ScopeKind = (typeof SCOPE_KINDS)[number]

/** Where a grant or a request reaches, by ids and as the columns have it. */
export type GrantScope =
  | { readonly kind: 'region'; readonly region: string }
  | { readonly kind: 'unit'; readonly unit: string }
  | { readonly kind: 'project'; readonly projectId: string }
  /** A request may name what no project is known of. */
  | { readonly kind: 'session'; readonly projectId: string | null; readonly sessionId: string }
  | { readonly kind: 'archive'; readonly projectId: string | null; readonly archiveId: string }

/** The same as a screen shows it. */
export type ShownScope = {
  readonly kind: ScopeKind
  /** The project's name; null for a region, a unit, and where none is known. */
  readonly project: string | null
  readonly region: string | null
  readonly unit: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  /** Reaches no recording that is older. */
  readonly maxAgeDays: number | null
}

export type ScopeColumns = {
  readonly scope: string
  readonly projectId: string | null
  readonly region: string | null
  readonly unit: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
}

function isScopeKind(text: string): text is ScopeKind {
  return SCOPE_KINDS.some((kind) => kind === text)
}

/** The columns of a row that reaches so far. */
export function toScopeColumns(scope: GrantScope): ScopeColumns {
  return {
    scope: scope.kind,
    projectId: 'projectId' in scope ? scope.projectId : null,
    region: scope.kind === 'region' ? scope.region : null,
    unit: scope.kind === 'unit' ? scope.unit : null,
    sessionId: scope.kind === 'session' ? scope.sessionId : null,
    archiveId: scope.kind === 'archive' ? scope.archiveId : null,
  }
}

type ScopeRow = ScopeColumns & {
  readonly project: { readonly name: string } | null
  readonly maxAgeDays?: number | null
}

/** @throws Error for a row of another form, which the database does not take */
export function toShownScope(row: ScopeRow): ShownScope {
  const { scope: kind, region, unit, sessionId, archiveId } = row
  if (!isScopeKind(kind)) throw new Error(`a grant of a scope this version does not know: ${kind}`)
  return {
    kind,
    project: row.project?.name ?? null,
    region,
    unit,
    sessionId,
    archiveId,
    maxAgeDays: row.maxAgeDays ?? null,
  }
}
