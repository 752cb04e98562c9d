import type { Answer, Problem, Reply } from '../frame/asking.ts'

/** What came of sending a webhook an event to try it. */
export type Tested =
  | { readonly kind: 'answer'; readonly isTaken: boolean; readonly said: string }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** Reads what was answered to `POST /projects/webhooks/{id}/test`. */
export function readTested(answer: Answer<Reply>): Tested {
  if (!answer.ok) return { kind: 'problem', problem: answer.problem }
  const { body } = answer.value
  const { delivered, status, error } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  if (delivered === true) return { kind: 'answer', isTaken: true, said: `Taken: it answered ${status}.` }
  return {
    kind: 'answer',
    isTaken: false,
    said: `Not taken: ${typeof error === 'string' ? error.replace(/\.$/, '') : 'there was no answer'}.`,
  }
}
