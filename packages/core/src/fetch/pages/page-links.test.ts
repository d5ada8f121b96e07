import { describe, expect, test } from 'vitest'
import { createEnvironment, respond } from '../../../test/fetch/harness.ts'
import {
  type Page,
  codec,
  createListServer,
  itemsOf,
  mountPages,
  pathOf,
} from '../../../test/fetch/pages-harness.ts'
import { addProviderDefaults } from '../index.ts'
import { type PageLink, linkHeader, pageNumber } from './index.ts'
import { findLink } from './link-header.ts'

describe('[pages-link-header] the Link header', () => {
  test.each([
    ['</items?after=2>; rel="next"', '/items?after=2'],
    ['<a>; rel=prev, <b>; rel=next', 'b'],
    ['<a>;rel="prev first",<b>;rel="last NEXT"', 'b'],
    ['<a,b;c>; title="x, y; rel=\\"next\\""; rel="next"', 'a,b;c'],
    ['<a>; title="<b>; rel=next, "; rel=prev , <c> ; REL = "next"', 'c'],
    ["<a>; rel=prev; title*=UTF-8'de'n%c3%a4chstes, <b>; rel=next", 'b'],
    ['<a>; rel="prev"; rel="next", <b>; rel="next"', 'b'],
    ['<a>; rel=next; anchor="/other", <b>; rel=next', 'b'],
    ['<>; rel=next', ''],
    ['<a>; rel="nextpage"', undefined],
    ['<a>; crossorigin; rel=next', 'a'],
    [', ,<a>; ; rel=next', 'a'],
    ['a; rel=next', undefined],
    ['<a; rel=next', undefined],
    ['', undefined],
    [null, undefined],
  ])('%s', (header, target) => expect(findLink(header, 'next')).toBe(target))

  test('a long header without links is parsed in linear time', () => {
    expect(findLink(`<a>${'; x="'.repeat(20_000)}`, 'next')).toBeUndefined()
    expect(findLink('<'.repeat(20_000), 'next')).toBeUndefined()
  })

  test('leads from page to page, relative to the final URL of the page', async () => {
    const environment = createEnvironment()
    const { observer } = mountPages<number[]>(environment, '/v1/items?limit=2', { next: linkHeader('next') })
    await environment.advance(0)
    const { request } = environment
    request.respond({
      status: 200,
      headers: { 'content-type': 'application/json', link: '<items?limit=2&after=2>; rel="next"' },
      url: 'https://test.example/v2/items?limit=2',
    })
    request.write('[1,2]')
    request.end()
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ hasNext: true })
    void observer.fetchNext()
    await environment.advance(0)
    expect(pathOf(environment.request)).toBe('/v2/items?limit=2&after=2')
    await respond(environment, [3])
    expect(observer.getSnapshot()).toMatchObject({ hasNext: false, pages: [[1, 2], [3]] })
  })
})

describe('[pages-links] the request of the next page', () => {
  /** The request after the first page, if `next` returns this. */
  async function requestAfter(link: PageLink, url = '/items?kind=a&page=1', options: object = {}) {
    const environment = createEnvironment()
    const errors: unknown[] = []
    environment.reportError = (error) => void errors.push(error)
    const server = createListServer(environment)
    const { observer } = mountPages(environment, url, { codec, next: () => link, ...options })
    await server.settle()
    void observer.fetchNext()
    await environment.advance(0)
    return {
      path: server.open[0],
      errors,
      hasNext: observer.getSnapshot().hasNext,
      url: environment.request.url,
    }
  }

  test.each<[PageLink, string | undefined]>([
    [{ page: 2 }, '/items?kind=a&page=2'],
    [{ 'a b': ['1', '2'] }, '/items?kind=a&page=1&a%20b=1&a%20b=2'],
    [{ page: null, after: 9n }, '/items?kind=a&after=9'],
    [new URLSearchParams('page=2&x=1'), '/items?kind=a&page=2&x=1'],
    ['?after=2', '/items?after=2'],
    ['/others', '/others'],
    ['others#part', '/others'],
    ['https://test.example/x', '/x'],
    [null, undefined],
    [undefined, undefined],
    ['', undefined],
  ])('%s', async (link, path) => expect((await requestAfter(link)).path).toBe(path))

  test('parameters replace those of `query`, and keep the others', async () => {
    const query = { page: 1, tags: ['a', 'b'] }
    expect((await requestAfter({ page: 2 }, '/items', { query })).path).toBe('/items?page=2&tags=a&tags=b')
    const search = new URLSearchParams('page=1&tags=a&tags=b')
    expect((await requestAfter({ page: 2 }, '/items', { query: search })).path).toBe(
      '/items?page=2&tags=a&tags=b',
    )
  })

  test('the query of a provider is added to a URL, unless the URL has it', async () => {
    const options = { providerDefaults: addProviderDefaults(undefined, { query: { tenant: 1 } }) }
    const serialized = {
      ...options,
      serializeQuery: (query: object) => String(new URLSearchParams(Object.entries(query))),
    }
    for (const all of [options, serialized]) {
      const pathOfNext = async (link: PageLink) => (await requestAfter(link, '/items', all)).path
      expect(await pathOfNext('?page=2&tenant=1')).toBe('/items?page=2&tenant=1')
      expect(await pathOfNext('?page=2')).toBe('/items?page=2&tenant=1')
    }
  })

  test('sends no headers to another origin, and says why', async () => {
    const { path, errors, hasNext } = await requestAfter('https://other.example/items?token=secret')
    expect([path, hasNext, errors.length]).toEqual([undefined, false, 1])
    expect(String(errors[0])).toContain('https://other.example')
    expect(String(errors[0])).not.toContain('secret')
  })

  test('sends no headers to the origin of a redirect', async () => {
    const environment = createEnvironment()
    environment.reportError = () => {}
    const { observer } = mountPages<number[]>(environment, '/items', { next: () => '?page=2' })
    await environment.advance(0)
    const { request } = environment
    const headers = { 'content-type': 'application/json' }
    request.respond({ headers, url: 'https://other.example/items' })
    request.write('[1]')
    request.end()
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', hasNext: false })
  })

  test('keeps https if the server behind a proxy links to http', async () => {
    expect((await requestAfter('http://test.example/items?page=2')).url).toBe(
      'https://test.example/items?page=2',
    )
  })

  test('reports once what `next` throws, and ends the list', async () => {
    const fail = () => {
      throw new Error('no cursor')
    }
    const { errors, hasNext } = await requestAfter(null, '/items', { next: fail })
    expect([errors.length, hasNext]).toEqual([1, false])
  })

  test('with a URL function, parameters are added to what it returns', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const url = async () => '/items?kind=a'
    const { observer } = mountPages(environment, url, {
      codec,
      next: ({ next }) => next && { after: next },
    })
    await server.settle()
    void observer.fetchNext()
    expect(await server.settle()).toEqual(['/items?kind=a&after=2'])
    expect(itemsOf(observer)).toEqual([1, 2, 3, 4])
  })

  test('`next` gets the pages up to this one, their response and the position', async () => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const calls: unknown[] = []
    const next = (page: Page, context: { response?: unknown; pages: readonly Page[]; index: number }) => {
      if (calls.length < 10) calls.push([context.index, context.pages.length, context.pages.at(-1) === page])
      return { after: page.next }
    }
    const { observer } = mountPages(environment, '/items', { codec, next, maxPages: 1 })
    await server.settle()
    void observer.fetchNext()
    await server.settle()
    expect(calls).toContainEqual([0, 1, true])
    expect(calls).toContainEqual([1, 1, true])
  })
})

describe('[pages-number] pageNumber', () => {
  test('ends at an empty page by default, or as hasMore says', async () => {
    const context = { response: undefined, pages: [], index: 0, direction: 'next' } as const
    expect(pageNumber('page')([1], context)).toEqual({ page: 2 })
    expect(pageNumber('page')([], context)).toBeUndefined()
    expect(pageNumber('page', { start: 0 })({ items: [1], total: 1 }, context)).toEqual({ page: 1 })
    expect(pageNumber('page')({ items: [] }, context)).toBeUndefined()
    expect(pageNumber('page')(null, context)).toBeUndefined()
    expect(pageNumber('p', { hasMore: () => true })([], { ...context, index: 4 })).toEqual({ p: 6 })
    expect(pageNumber('p', { hasMore: () => false })([1], context)).toBeUndefined()
  })

  test('as `previous` ends at the first page', () => {
    const context = { response: undefined, pages: [], index: 0, direction: 'previous' } as const
    expect(pageNumber('page', { start: 2 })([], context)).toEqual({ page: 1 })
    expect(pageNumber('page')([1], context)).toBeUndefined()
    expect(pageNumber('page', { start: 0 })([1], context)).toBeUndefined()
  })
})
