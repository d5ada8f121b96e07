import { type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { AnyFetchOptions, FetchOptions, TrackedField, UrlOption } from '@tautline/core'
import { type FetchResult, useFetch } from '@tautline/react'
import { type FetchDriver, type ShownFetch, createFetchMountPoint } from './driver.ts'

type Result<Body> = FetchResult<Body, Body, Body | undefined>

interface Props<Body> {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
  readonly reads: readonly TrackedField[]
  readonly onRender: (result: Result<Body>, shown: ShownFetch<Body>) => string
}

function Probe<Body>({ url, options, reads, onRender }: Props<Body>): ReactNode {
  // The test knows the type of its responses.
  const result = useFetch<Body, Body>(url, options as FetchOptions<Body>)
  const { status, data, error } = result
  const tracked = Object.fromEntries(reads.map((field) => [field, result[field]]))
  return <output>{onRender(result, { status, data, error, ...tracked })}</output>
}

const mountIn =
  (wrap: (probe: ReactNode) => ReactNode): FetchDriver['mount'] =>
  <Body,>(url: UrlOption, options: AnyFetchOptions = {}, reads: readonly TrackedField[] = []) => {
    const { mountPoint, note, seen } = createFetchMountPoint<Body>(() => root.unmount())
    const root = createRoot(mountPoint)
    let newest: Result<Body>
    const onRender: Props<Body>['onRender'] = (result, shown) => {
      newest = result
      return note(shown)
    }
    const setUrl = (url: UrlOption) =>
      flushSync(() =>
        root.render(wrap(<Probe url={url} options={options} reads={reads} onRender={onRender} />)),
      )
    setUrl(url)
    const own = {
      setUrl,
      get commands() {
        return newest
      },
    }
    return Object.defineProperties(seen, Object.getOwnPropertyDescriptors(own)) as typeof seen & typeof own // as defined
  }

export const react: FetchDriver = { name: 'React', mount: mountIn((probe) => probe) }
export const strictReact: FetchDriver = {
  name: 'React in StrictMode',
  mount: mountIn((probe) => <StrictMode>{probe}</StrictMode>),
}
