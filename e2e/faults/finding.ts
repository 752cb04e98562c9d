/** What came out of one kind of fault. */
export type Finding = {
  readonly name: string
  readonly figure: string
  /** Whether what is promised held. */
  readonly isKept: boolean
}

export function describeFinding({ name, figure, isKept }: Finding): string {
  return `${isKept ? 'kept  ' : 'BROKEN'}  ${name}: ${figure}`
}
