import { useEffect, useRef } from 'react'
import { type Component, createApp, h, shallowReactive } from 'vue'

/** A Vue component on a React page: an app of its own, as long as this is mounted. */
export function Vue(props: { readonly of: Component; readonly with?: Readonly<Record<string, unknown>> }) {
  const { of: component, with: given } = props
  const host = useRef<HTMLDivElement>(null)
  const passed = useRef(shallowReactive<Record<string, unknown>>({ ...given }))
  useEffect(() => void Object.assign(passed.current, given))
  useEffect(() => {
    if (host.current === null) return undefined
    const app = createApp({ render: () => h(component, passed.current) })
    app.mount(host.current)
    return () => app.unmount()
  }, [component])
  return <div ref={host} style={{ display: 'contents' }} />
}
