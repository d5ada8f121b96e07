import type { JsonBody } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import type { Heard } from '../driver.ts'
import { reactDrivers } from '../react-drivers.tsx'

export const { react, strictReact } = reactDrivers(useLongPoll<JsonBody, string, Heard, Heard>, () => ({}))
