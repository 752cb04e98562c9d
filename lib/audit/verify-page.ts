// What happens on verify.html: somebody chooses or drops a folder, and reads whether the export in it is whole.
import { takeDropped } from './dropped-files.ts'
import type { Verdict } from './verify.ts'
import { type ChosenFile, findObstacle, verifyFiles } from './verify-files.ts'

const folderInput = find('folder', HTMLInputElement)
const keyInput = find('key', HTMLInputElement)
const knownInput = find('known', HTMLInputElement)
const form = find('form', HTMLFormElement)
const verdictBox = find('verdict', HTMLElement)
const headline = find('headline', HTMLElement)
const details = find('details', HTMLElement)
const progress = find('progress', HTMLElement)

let chosen: readonly ChosenFile[] = []
/** Only the newest check is told of. */
let check = 0

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void judgeChosen()
})
folderInput.addEventListener('change', () => {
  chosen = [...(folderInput.files ?? [])].map((file) => ({ path: pathWithin(file), file }))
  void judgeChosen()
})
document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', (event) => {
  event.preventDefault()
  void judgeDropped(event.dataTransfer)
})

async function judgeDropped(transfer: DataTransfer | null): Promise<void> {
  try {
    chosen = await takeDropped(transfer)
  } catch {
    chosen = []
    return show('fault', 'Nothing was checked', [
      'This browser does not let the page read what was dropped. Choose the folder in its place.',
    ])
  }
  await judgeChosen()
}

async function judgeChosen(): Promise<void> {
  check += 1
  const own = check
  const obstacle = await findObstacle()
  if (obstacle !== null) return show('fault', 'Nothing was checked', [obstacle])
  if (chosen.length === 0)
    return show('fault', 'Nothing was checked', [
      'Choose the folder that the export was unpacked into; this one is empty, or none was chosen.',
    ])
  const total = chosen.reduce((bytes, { file }) => bytes + (file?.size ?? 0), 0)
  let read = 0
  let told = 0
  show('busy', 'Checking…', [])
  const verdict = await verifyFiles(chosen, {
    key: keyInput.value,
    known: [...(knownInput.files ?? [])].map((file) => ({ name: file.name, file })),
    onRead: (bytes) => {
      read += bytes
      const percent = Math.floor((100 * read) / Math.max(1, total))
      if (percent === told || own !== check) return
      told = percent
      progress.textContent = `${percent} % read`
    },
  })
  if (own === check) showVerdict(verdict)
}

const STATES = ['whole', 'fault', 'open'] as const

function showVerdict({ code, sentences }: Verdict): void {
  const [first = '', ...others] = sentences
  show(
    STATES[code],
    code === 1 ? 'Not whole' : first.replace(/\.$/, ''),
    code === 1 ? sentences.map(withoutHead) : others,
  )
}

function withoutHead(sentence: string): string {
  return sentence.replace(/^Not whole\. /, '')
}

function show(state: 'busy' | (typeof STATES)[number], title: string, sentences: readonly string[]): void {
  verdictBox.dataset.state = state
  headline.textContent = title
  progress.textContent = ''
  details.replaceChildren(
    ...sentences.map((sentence) => {
      const item = document.createElement('li')
      item.textContent = sentence
      return item
    }),
  )
}

/** The path below the folder that was chosen. */
function pathWithin(file: File): string {
  const path = file.webkitRelativePath
  return path === '' ? file.name : path.slice(path.indexOf('/') + 1)
}

function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new Error(`the page has no ${id}`)
  return element
}
