import { createApp, h, shallowRef } from 'vue'
import type { AnyFetchOptions, FetchOptions, TrackedField, UrlOption } from '@tautline/core'
import { type FetchResult, useFetch } from '@tautline/vue'
import { type FetchDriver, createFetchMountPoint } from './driver.ts'

export const vue: FetchDriver = {
  name: 'Vue',
  mount<Body>(first: UrlOption, options: AnyFetchOptions = {}, reads: readonly TrackedField[] = []) {
    const { mountPoint, note, seen } = createFetchMountPoint<Body>(() => app.unmount())
    const url = shallowRef(first)
    let commands: FetchResult<Body, Body, Body | undefined>
    const app = createApp({
      setup() {
        // The test knows the type of its responses.
        commands = useFetch<Body, Body>(url, options as FetchOptions<Body>)
        const { status, data, error } = commands
        const taken = reads.map((field) => [field, commands[field]] as const)
        const tracked = () => Object.fromEntries(taken.map(([field, ref]) => [field, ref.value]))
        return () =>
          h('output', note({ status: status.value, data: data.value, error: error.value, ...tracked() }))
      },
    })
    app.mount(mountPoint)
    const own = {
      setUrl: (next: UrlOption) => void (url.value = next),
      get commands() {
        return commands
      },
    }
    return Object.defineProperties(seen, Object.getOwnPropertyDescriptors(own)) as typeof seen & typeof own // as defined
  },
}
