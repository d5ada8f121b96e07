import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// What of `examples/scale-out` the other tests do not run: its names for Docker.

const folder = new URL('../../examples/scale-out/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, match = '']) => match)

test('compose.yaml mounts files that exist, where the image reads them', () => {
  const compose = read('compose.yaml')
  const files = matches(compose, /- \.\/(\S+?):/g)
  expect(files).toEqual(['nginx.conf', 'load-balancer.conf'])
  for (const file of files) expect(existsSync(new URL(file, folder))).toBe(true)
  const [path] = matches(read('Dockerfile'), /"-c", "(.*?)"/g)
  expect(matches(compose, /\.conf:(\S+?):ro/g)).toEqual([path, path])
})

test('the configuration names the services of compose.yaml', () => {
  const services = matches(read('compose.yaml'), /^ {2}([\w-]+):/gm)
  expect(services).toEqual(['redis', 'node1', 'node2', 'load-balancer'])
  expect(matches(read('nginx.conf'), /redis:\/\/(\w+):6379/g)).toEqual(['redis'])
  expect(matches(read('load-balancer.conf'), /^ *server (\w+):80;/gm)).toEqual(['node1', 'node2'])
})

test('the README explains each file', () => {
  for (const file of ['compose.yaml', 'nginx.conf', 'load-balancer.conf', 'Dockerfile'])
    expect(read('README.md')).toContain(`| \`${file}\` |`)
})
