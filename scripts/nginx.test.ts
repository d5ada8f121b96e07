import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findNchan } from './nginx.ts'

function moduleFolder(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'tautline-modules-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of names) writeFileSync(join(folder, name), '')
  return folder
}

test('finds the program at NGINX_PATH and the modules in NGINX_MODULES', () => {
  const folder = moduleFolder('ngx_nchan_module.so', 'ndk_http_module.so')
  expect(findNchan({ NGINX_PATH: process.execPath, NGINX_MODULES: folder })).toEqual({
    program: process.execPath,
    modules: [join(folder, 'ndk_http_module.so'), join(folder, 'ngx_nchan_module.so')],
  })
})

test('finds nothing if NGINX_PATH or NGINX_MODULES is wrong', () => {
  const folder = moduleFolder('ngx_nchan_module.so')
  expect(findNchan({ NGINX_PATH: '/nowhere/nginx', NGINX_MODULES: folder })).toBeUndefined()
  expect(findNchan({ NGINX_PATH: process.execPath, NGINX_MODULES: moduleFolder() })).toBeUndefined()
})
