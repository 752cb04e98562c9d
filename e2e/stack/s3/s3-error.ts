/** A refusal in S3's own words. */
export class S3Error extends Error {
  readonly status: number
  readonly code: string
  /** Further elements of the error's XML. */
  readonly details: string

  constructor(status: number, code: string, message: string, details = '') {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)
}
