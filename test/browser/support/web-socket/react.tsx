import { useWebSocket } from '@tautline/react'
import { type Received, sending } from '../driver.ts'
import { reactDrivers } from '../react-drivers.tsx'

export const { react, strictReact } = reactDrivers(useWebSocket<string, string, Received, Received>, sending)
