import type { Json } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import type { Heard } from '../driver.ts'
import { reactDrivers } from '../react-drivers.tsx'

export const { react, strictReact } = reactDrivers(useLongPoll<Json, string, Heard, Heard>, () => ({}))
