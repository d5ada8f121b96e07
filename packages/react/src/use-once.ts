import { useRef } from 'react'

/** Returns the same object in every render of a component. A ref takes less memory than a state. */
export function useOnce<Value extends object>(create: () => Value): Value {
  const ref = useRef<Value>(undefined)
  // oxlint-disable-next-line react/refs -- React's documentation creates an object once in this way
  return (ref.current ??= create())
}
