import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { parseAllowedHosts } from './allowed-hosts.ts'

const allowsAddress = (entry: string, address: string, port: number): boolean =>
  parseAllowedHosts([entry]).allowsAddress(ipaddr.process(address), port)

describe('ALLOW_PRIVATE_HOSTS', () => {
  test.each([
    ['minio.bank.example', 'minio.bank.example', 9000, true],
    ['minio.bank.example', 'MINIO.bank.EXAMPLE.', 80, true],
    ['Minio.Bank.Example:9000', 'minio.bank.example', 9000, true],
    ['minio.bank.example:9000', 'minio.bank.example', 443, false],
    ['bank.example', 'minio.bank.example', 443, false],
    ['minio.bank.example', 'minio.bank.example.evil.test', 443, false],
    ['localhost:9000', 'localhost', 9000, true],
    ['my_minio', 'my_minio', 443, true],
  ])('%s, for %s at %i: %s', (entry, name, port, allowed) => {
    expect(parseAllowedHosts([entry]).allowsName(name, port)).toBe(allowed)
  })

  test.each([
    ['10.1.2.3', '10.1.2.3', 443, true],
    ['10.1.2.3', '10.1.2.4', 443, false],
    ['10.1.2.3:9000', '10.1.2.3', 9000, true],
    ['10.1.2.3:9000', '10.1.2.3', 443, false],
    ['10.0.0.0/8', '10.255.0.1', 443, true],
    ['10.0.0.0/8', '11.0.0.1', 443, false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', 443, true],
    ['fd00::/8', 'fd12::1', 443, true],
    ['fd00::/8', 'fe80::1', 443, false],
    ['fd00::/8', '10.0.0.1', 443, false],
    ['::1', '::1', 443, true],
    ['[::1]', '::1', 443, true],
    ['[::1]:9000', '::1', 9000, true],
    ['[::1]:9000', '::1', 443, false],
    ['0.0.0.0/0', '169.254.169.254', 80, true],
  ])('%s, for %s at %i: %s', (entry, address, port, allowed) => {
    expect(allowsAddress(entry, address, port)).toBe(allowed)
  })

  test.each([
    '',
    ' ',
    'http://minio',
    'minio:',
    'minio:0',
    'minio:65536',
    'minio:http',
    'minio:9000:9001',
    '10.0.0.0/33',
    '10.0.0/8',
    '10/8',
    'minio/8',
    '[minio]',
    '[::1',
    '*.bank.example',
    'bank example',
    'bank..example',
  ])('%j is a fault', (entry) => {
    expect(() => parseAllowedHosts(['fine.example', entry])).toThrow(JSON.stringify(entry))
  })

  test('every fault is named at once', () => {
    expect(() => parseAllowedHosts(['a b', '10.0.0.0/99'])).toThrow(
      'not a host, host:port or CIDR: "a b", "10.0.0.0/99"',
    )
  })
})
