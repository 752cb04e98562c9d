import { AppError } from '../errors.ts'

/** The database's own rules of who may give what to whom, each with what it means here. */
const RULES: readonly (readonly [RegExp, () => AppError])[] = [
  [/roles_held_auditor_apart/, () => new AppError('roles-apart')],
  [/roles_held_not_the_last/, () => new AppError('last-holder')],
  [
    /(roles_held|grants|access_requests|changes)_by_somebody_else|grants_second_is_another/,
    () => new AppError('own-access'),
  ],
  [/(roles_held|grants|access_requests|changes)_by_an_admin/, () => new AppError('forbidden')],
  [/_decided_once|grants_approved_once|grants_stay_taken_back/, () => new AppError('already-decided')],
  [/grants_until_after_from|grants_rights_known|grants_max_age_some/, () => new AppError('grant-invalid')],
]

/** The AppError for a rule that the database refused to break; anything else as it is. */
export function toRuleError(error: unknown): unknown {
  const told = `${sayOf(error)} ${JSON.stringify(metaOf(error))}`
  if (!/23514|check constraint|violates/i.test(told)) return error
  return RULES.find(([rule]) => rule.test(told))?.[1]() ?? error
}

function sayOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

/** Prisma keeps what Postgres said beside its own words. */
function metaOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'meta' in error ? error.meta : null
}
