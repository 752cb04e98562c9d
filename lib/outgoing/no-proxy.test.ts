import { describe, expect, test } from 'vitest'
import { parseNoProxy } from './no-proxy.ts'

describe('NO_PROXY', () => {
  test.each([
    ['', 'bank.example', 443, false],
    ['*', 'bank.example', 443, true],
    ['bank.example', 'bank.example', 443, true],
    ['bank.example', 's3.bank.example', 443, true],
    ['.bank.example', 's3.bank.example', 443, true],
    ['*.bank.example', 's3.bank.example', 443, true],
    ['bank.example', 'notbank.example', 443, false],
    ['BANK.example', 'S3.Bank.Example.', 443, true],
    ['bank.example:8443', 'bank.example', 443, false],
    ['bank.example:8443', 'bank.example', 8443, true],
    ['a.example, bank.example', 'bank.example', 443, true],
    ['a.example bank.example', 'bank.example', 443, true],
    ['10.0.0.0/8', '10.1.2.3', 443, true],
    ['10.0.0.0/8', '11.1.2.3', 443, false],
    ['10.0.0.0/8', 'bank.example', 443, false],
    ['10.1.2.3', '10.1.2.3', 443, true],
    ['::1', '[::1]', 443, true],
    ['[::1]:8443', '[::1]', 8443, true],
    ['[::1]:8443', '[::1]', 443, false],
    ['fd00::/8', '[fd00::1]', 443, true],
  ])('%j lets %s at %i past the proxy: %s', (text, host, port, past) => {
    expect(parseNoProxy(text)(host, port)).toBe(past)
  })
})
