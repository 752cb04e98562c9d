/** A refusal as the recorder words it: `{code, message, description}`. */
export class RecorderError extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, message: string, code = -1) {
    super(message)
    this.status = status
    this.code = code
  }
}
