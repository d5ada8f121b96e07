// @vitest-environment node
import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test, vi } from 'vitest'
import * as production from '@tautline/core'
import { ROOT } from '../../scripts/processes.ts'
import { visitNodes } from '../../scripts/syntax.ts'

const read = (file: string): string => readFileSync(file, 'utf8')

const CORE = join(ROOT, 'packages/core')

/** Texts of at least three words that are no texts for developers: a header, names, the causes of errors. */
const ALLOWED = [
  'application/json, text/plain;q=0.9, */*;q=0.8',
  ' (see errors.md of @tautline/core)',
  'option provider feature phase timeout status closeCode limit by why',
  '@tautline/core: production',
  ': read `thrown` for the original',
  // The cause that `thrown` has, as the platform would throw it.
  'Failed to fetch',
  // Values of the field `feature`.
  'ReadableStream as body',
  'fetch that streams',
]

/** The class `EventSource` throws what the standard's class throws, and the fakes are for tests. */
const OTHERS = /^(event-source-class|react-native|testing)\./

test('[production-build] contains no texts for developers', () => {
  const texts = new Set<string>()
  const folder = join(CORE, 'dist/production')
  const files = globSync('*.js', { cwd: folder }).filter((file) => !OTHERS.test(file))
  for (const file of files)
    visitNodes(file, read(join(folder, file)), (node) => {
      const isText =
        ts.isStringLiteralLike(node) ||
        ts.isTemplateHead(node) ||
        ts.isTemplateMiddle(node) ||
        ts.isTemplateTail(node)
      if (isText && /\S \S+ \S/.test(node.text)) texts.add(node.text)
    })
  expect([...texts].filter((text) => !ALLOWED.includes(text))).toEqual([])
  expect(files.map((file) => read(join(folder, file))).join('')).not.toMatch(
    /process\.env|console\.warn|MODULE_FORMAT/,
  )
})

test('[production-build] describes every error code in errors.md', () => {
  const codes: string[] = []
  const file = join(CORE, 'src/shared/errors.ts')
  visitNodes(file, read(file), (node) => {
    if (!ts.isInterfaceDeclaration(node) || node.name.text !== 'ErrorFields') return
    for (const { name } of node.members) if (name && 'text' in name) codes.push(name.text)
  })
  const headings = [...read(join(CORE, 'errors.md')).matchAll(/^### (.*)$/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(15)
  expect(new Set(headings)).toEqual(new Set(codes))
})

test('[production-build] a message names the page that describes the error codes, and the package exports it', () => {
  const { message } = new production.TautlineError('aborted', '', { by: 'user' })
  const [, file = '', name = ''] = /\(see (.*) of (.*)\)$/.exec(message) ?? []
  expect(read(createRequire(join(CORE, 'package.json')).resolve(`${name}/${file}`))).toContain(
    '### aborted\n',
  )
})

test('[production-build] has errors with their code, fields and the safe part of their message', () => {
  const create = () => production.createWebSocket('/', { timeout: { connect: -5 } })
  expect(create).toThrow('bad-option timeout.connect (see errors.md of @tautline/core)')
  expect(create).toThrow(expect.objectContaining({ code: 'bad-option', option: 'timeout.connect' }))
  expect(() => production.createWebSocket('/').close(1)).toThrow('bad-close 1 (see')
  const own = new production.TautlineError('gap', 'a text of the application', { after: '' })
  expect(own.message).toBe('a text of the application')
})

test('[production-build] the development build warns if the production build is on the same page', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  // Not a literal: the file is there only after a build.
  const path: string = join(CORE, 'dist/index.js')
  const development = (await import(path)) as typeof production // the same exports
  production.createWebSocket('wss://server.test/').getSnapshot()
  development.createWebSocket('wss://server.test/').getSnapshot()
  expect(warn.mock.calls.join()).toContain('development build and the production build')
  warn.mockRestore()
})
