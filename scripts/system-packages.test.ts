import { expect, test } from 'vitest'
import { waysToInstall } from './system-packages.ts'

const nginx = { debianPackages: ['nginx', 'libnginx-mod-nchan'] }
const chromium = {
  debianPackages: ['chromium'],
  download: ['playwright', 'install', 'chromium'],
}
const machine = { isRoot: false, hasAptGet: true, hasSudo: false }

const asText = (ways: readonly (readonly string[])[][]): string[][] =>
  ways.map((commands) => commands.map((command) => command.join(' ')))

test('root installs with apt-get', () => {
  expect(asText(waysToInstall(nginx, { ...machine, isRoot: true }))).toEqual([
    [
      'env DEBIAN_FRONTEND=noninteractive apt-get update',
      'env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nginx libnginx-mod-nchan',
    ],
  ])
})

test('another user installs with sudo, which must not wait for a password', () => {
  expect(asText(waysToInstall(nginx, { ...machine, hasSudo: true }))).toEqual([
    [
      'sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update',
      'sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nginx libnginx-mod-nchan',
    ],
  ])
})

test('without apt-get, without root and without sudo nothing is installed', () => {
  expect(waysToInstall(nginx, machine)).toEqual([])
  expect(waysToInstall(nginx, { isRoot: true, hasAptGet: false, hasSudo: true })).toEqual([])
})

test('a download needs no rights, and comes after the packages', () => {
  expect(waysToInstall(chromium, machine)).toEqual([[chromium.download]])
  expect(waysToInstall(chromium, { ...machine, isRoot: true }).at(-1)).toEqual([chromium.download])
})
