/** The first thing found that is not as it must be, in one sentence that names the file, and the line where there is one. */
export class BundleFault extends Error {
  constructor(place: string, finding: string) {
    super(`${place}: ${finding}.`)
  }
}

/** Text of a bundle as it may be printed: what is not plain ASCII could draw something else on a screen. */
export function quote(text: string): string {
  const plain = text.slice(0, MOST_SHOWN).replace(/[^ -~]/g, escapeUnit)
  return text.length > MOST_SHOWN ? `${plain} …` : plain
}

const MOST_SHOWN = 400

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
