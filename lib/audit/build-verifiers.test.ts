import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { renderNodeVerifier, renderPageVerifier } from './build-verifiers.ts'

describe('verify.mjs', () => {
  const script = renderNodeVerifier()

  test('imports node alone, each of its modules once', () => {
    const modules = [...script.matchAll(/^import .* from '(.*)'$/gm)].map(([, module = '']) => module)
    expect(modules.filter((module) => !module.startsWith('node:'))).toEqual([])
    expect(modules).toHaveLength(new Set(modules).size)
    expect(script).not.toMatch(/\.ts'/)
  })

  test('can be read: what was said of the code is there, and no gaps where types were', () => {
    expect(script).toContain('/** Whether the leaf is the one at that index of the tree (RFC 9162 §2.1.3.2).')
    expect(script).toContain('\nasync function judge(folder, isSignature, asked) {\n')
    expect(script).not.toMatch(/\S {2,}(?!\/\/)\S/)
    expect(script).not.toContain('biome-ignore')
  })
})

describe('verify.html', () => {
  const html = renderPageVerifier()
  const [, script = ''] = /<script type="module">(.*)<\/script>/s.exec(html) ?? []
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(html) ?? []

  test('is one file that may run its script and wear its style, and nothing else', () => {
    const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')
    const policy = `default-src 'none'; script-src 'sha256-${hashOf(script)}'; style-src 'sha256-${hashOf(style)}'; `
    expect(html).toContain(`content="${policy}base-uri 'none'; form-action 'none'"`)
    expect(html).not.toMatch(/\b(?:src|href|action)=/)
    expect(script).not.toMatch(/<\/script|<!--/)
  })

  test('has nothing of node', () => {
    expect(script).not.toMatch(/^(?:import|export)\b|\bnode:|\bBuffer\b|\bprocess\b/m)
  })
})
