import { type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { UrlOption } from '@tautline/core'
import { type DriverOf, type Shown, createMountPoint } from './driver.ts'

interface Props<Options, Result> {
  readonly url: UrlOption
  readonly options: Options
  readonly onRender: (result: Result) => string
}

/** Components with one hook. `own` adds what tests need of this hook only, from the hook's latest result. */
export function reactDrivers<Options, Result extends Shown, Own extends object>(
  useHook: (url: UrlOption, options: Options) => Result,
  own: (newest: () => Result) => Own,
): { readonly react: DriverOf<Options, Own>; readonly strictReact: DriverOf<Options, Own> } {
  function Probe({ url, options, onRender }: Props<Options, Result>): ReactNode {
    return <output>{onRender(useHook(url, options))}</output>
  }

  const mountIn =
    (wrap: (probe: ReactNode) => ReactNode): DriverOf<Options, Own>['mount'] =>
    (url, options) => {
      const { mountPoint, note, seen } = createMountPoint(() => root.unmount())
      const root = createRoot(mountPoint)
      let newest: Result
      const onRender = (result: Result) => {
        newest = result
        return note(result)
      }
      const setUrl = (url: UrlOption) =>
        flushSync(() => root.render(wrap(<Probe url={url} options={options} onRender={onRender} />)))
      setUrl(url)
      return Object.assign(
        seen,
        { setUrl },
        own(() => newest),
      )
    }

  return {
    react: { name: 'React', mount: mountIn((probe) => probe) },
    strictReact: { name: 'React in StrictMode', mount: mountIn((probe) => <StrictMode>{probe}</StrictMode>) },
  }
}
