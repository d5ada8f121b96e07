import { type ReactNode, lazy } from 'react'

/** A component that suspends until `arrive` is called. */
export function lazyUntil(): { readonly Later: () => ReactNode; arrive(): void } {
  let arrive = () => {}
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  const Lazy = lazy(async () => {
    await arrived
    return { default: () => 'here' }
  })
  return { Later: () => <Lazy />, arrive: () => arrive() }
}

/** A component that suspends for ever; `requested` returns whether it was rendered. */
export function lazyNever(): { readonly Never: () => ReactNode; requested(): boolean } {
  let requested = false
  const Lazy = lazy(async () => {
    requested = true
    return new Promise<{ default: () => null }>(() => {})
  })
  return { Never: () => <Lazy />, requested: () => requested }
}
