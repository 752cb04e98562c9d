import { findRefusal } from '../database-refusal.ts'
import { AppError, type ErrorCode } from '../errors.ts'

type Rule = readonly [code: ErrorCode, detail: string]

const NOT_FOR_ONESELF = 'Nobody gives or approves access for themselves. Ask another administrator.'
const NO_LONGER_YOURS = 'You may not do this, or no longer: only an administrator of where it reaches may.'
const DECIDED = 'This was decided in the meantime. Load the page again to see how.'

/** The rules that the database keeps, by what its message names, and what each is here. */
const RULES: Readonly<Record<string, Rule>> = {
  roles_held_by_somebody_else: ['own-access', 'Nobody gives themselves a role. Ask another administrator.'],
  roles_held_by_an_admin: ['forbidden', NO_LONGER_YOURS],
  roles_held_not_the_last: [
    'last-holder',
    'Nobody would be left who holds this role. Give it to somebody else first.',
  ],
  roles_held_auditor_apart: [
    'roles-apart',
    'An auditor holds no other role, anywhere. Take one before the other is given.',
  ],
  grants_by_somebody_else: ['own-access', NOT_FOR_ONESELF],
  grants_second_is_another: [
    'own-access',
    'The second administrator is somebody else than who gave this and than whom it is for.',
  ],
  grants_by_an_admin: ['forbidden', NO_LONGER_YOURS],
  grants_approved_once: ['already-decided', DECIDED],
  grants_stay_taken_back: ['already-decided', 'This was taken back in the meantime and stays so.'],
  grants_until_after_from: ['grant-invalid', 'It would end before it begins. Choose a later end.'],
  access_requests_by_somebody_else: ['own-access', 'Nobody decides their own request.'],
  access_requests_by_an_admin: ['forbidden', NO_LONGER_YOURS],
  access_requests_decided_once: ['already-decided', DECIDED],
  changes_by_somebody_else: [
    'own-access',
    'The second administrator is somebody else than who proposed this.',
  ],
  changes_by_an_admin: ['forbidden', NO_LONGER_YOURS],
  changes_decided_once: ['already-decided', DECIDED],
  log_change_waits: ['already-decided', DECIDED],
  log_change_two_people: ['own-access', 'Two people agree to this: somebody else than who proposed it.'],
  log_change_by_who_may: [
    'forbidden',
    'Whoever proposed this may no longer, or you may not: an administrator of where it is agrees.',
  ],
  log_holds_by_who_may: ['forbidden', NO_LONGER_YOURS],
  log_holds_of_there: ['forbidden', NO_LONGER_YOURS],
  log_holds_released_once: ['already-decided', 'This hold was released already.'],
  log_on_hold: ['log-kept', 'This is on hold. It is neither dropped nor erased until the hold is released.'],
  log_erasures_of_there: ['forbidden', NO_LONGER_YOURS],
  log_erasures_something: ['log-kept', 'This line holds no personal values, or no more.'],
}

const CHECK_VIOLATION = '23514'

/**
 * An error of the database that says which of its rules was broken, as the AppError that people are told; any other as it
 * is. Use-cases judge the same rules first, in words of their own: this is for what slipped through between two of them.
 */
export function toRuleError(error: unknown): unknown {
  const refusal = findRefusal(error)
  if (refusal?.code !== CHECK_VIOLATION) return error
  const [, rule] = Object.entries(RULES).find(([name]) => refusal.message.includes(name)) ?? []
  return rule === undefined ? error : new AppError(rule[0], rule[1], { cause: error })
}
