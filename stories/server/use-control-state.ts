import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { useServer } from './server-context.ts'

/**
 * What an endpoint below `/control` of the story's server returns; undefined before the first response.
 * Requests it every `intervalMs`, and at once when `trigger` changes.
 */
export function useControlState<Value>(
  path: string,
  schema: z.ZodType<Value>,
  intervalMs: number,
  trigger?: unknown,
): Value | undefined {
  const server = useServer()
  const [value, setValue] = useState<Value>()
  useEffect(() => {
    let isCurrent = true
    const update = async (): Promise<void> => {
      const body = await server.control('GET', path).catch(() => undefined)
      const parsed = schema.safeParse(body)
      if (isCurrent && parsed.success) setValue(parsed.data)
    }
    const timer = setInterval(() => void update(), intervalMs)
    void update()
    return () => {
      isCurrent = false
      clearInterval(timer)
    }
  }, [server, path, schema, intervalMs, trigger])
  return value
}
