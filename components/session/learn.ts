import type { ArchiveView } from '../../lib/archives/archive-row.ts'
import type { Answer, Problem } from '../frame/asking.ts'
import type { OpenViewing } from './viewing-client.ts'

/** What an opening tells of an archive, refused or not, that its page did not know. */
export type Learnt = Partial<
  Pick<ArchiveView, 'durationSeconds' | 'durationMeasured' | 'container' | 'playable' | 'code'>
>

export function learn(answer: Answer<OpenViewing>): Learnt {
  if (!answer.ok) {
    const { code } = answer.problem
    return OF_THE_ARCHIVE.test(code) ? { playable: false, code } : {}
  }
  const { media, durationSeconds } = answer.value
  const container = media === 'hls' ? 'ts' : 'mp4'
  return { durationSeconds, durationMeasured: true, container, playable: true, code: null }
}

/** Codes that stay with an archive until it is opened again. */
const OF_THE_ARCHIVE = /^(archive-|password-|key-not-found$)/

/** Whether the dialog is worth leaving open: what was said in it, or the moment it was said at, was wrong. */
export function mayBeMended({ code, status }: Problem): boolean {
  return code === 'reason-invalid' || code === 'case-required' || status === 0 || status === 429
}
