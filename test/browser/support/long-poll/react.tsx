import type { Json } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import type { Received } from '../driver.ts'
import { reactDrivers } from '../react-drivers.tsx'

export const { react, strictReact } = reactDrivers(useLongPoll<Json, string, Received, Received>, () => ({}))
