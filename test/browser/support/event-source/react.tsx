import { useEventSource } from '@tautline/react'
import type { Received } from '../driver.ts'
import { reactDrivers } from '../react-drivers.tsx'

export const { react, strictReact } = reactDrivers(
  useEventSource<string, undefined, Received, Received>,
  () => ({}),
)
