import { type DefaultOptions, tautline } from '@tautline/vue'
import { useEffect, useRef } from 'react'
import { type Component, createApp, h, shallowReactive } from 'vue'

/** A Vue component on a React page: an app of its own, as long as this is mounted; `defaults` are those of its hooks. */
export function Vue(props: {
  readonly of: Component
  readonly with?: Readonly<Record<string, unknown>>
  readonly defaults?: DefaultOptions
}) {
  const { of: component, with: given, defaults } = props
  const host = useRef<HTMLDivElement>(null)
  const passed = useRef(shallowReactive<Record<string, unknown>>({ ...given }))
  useEffect(() => void Object.assign(passed.current, given))
  useEffect(() => {
    if (host.current === null) return undefined
    const app = createApp({ render: () => h(component, passed.current) })
    if (defaults !== undefined) app.use(tautline, defaults)
    app.mount(host.current)
    return () => app.unmount()
  }, [component, defaults])
  return <div ref={host} style={{ display: 'contents' }} />
}
