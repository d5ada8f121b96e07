import { type DefaultOptions, tautline } from '@tautline/vue'
import { useEffect, useRef } from 'react'
import { type Component, createApp, h, shallowReactive } from 'vue'

/** Mounts a Vue component inside React, as a Vue app of its own. `defaults` are the default options of its hooks. */
export function Vue(props: {
  readonly of: Component
  readonly with?: Readonly<Record<string, unknown>>
  readonly defaults?: DefaultOptions
}) {
  const { of: component, with: componentProps, defaults } = props
  const host = useRef<HTMLDivElement>(null)
  const reactiveProps = useRef(shallowReactive<Record<string, unknown>>({ ...componentProps }))
  useEffect(() => void Object.assign(reactiveProps.current, componentProps))
  useEffect(() => {
    if (host.current === null) return undefined
    const app = createApp({ render: () => h(component, reactiveProps.current) })
    if (defaults !== undefined) app.use(tautline, defaults)
    app.mount(host.current)
    return () => app.unmount()
  }, [component, defaults])
  return <div ref={host} style={{ display: 'contents' }} />
}
