// A program that sends a request in one of several ways, and has nothing more to do.
import { createFetch } from '../../../../packages/core/src/index.ts'

const [url = '', how = ''] = process.argv.slice(2)
process.once('beforeExit', () => process.stdout.write('nothing left to do\n'))

/** Each way unsubscribes, or has its response, at the end. */
const ways: Readonly<Record<string, () => Promise<void>>> = {
  async execute() {
    const user = await createFetch<{ readonly id: number }>(url).execute()
    process.stdout.write(`received ${user.id}\n`)
  },
  async subscribe() {
    const client = createFetch<{ readonly id: number }>(url, { refetchInterval: 20 })
    let received = 0
    const message = new Promise<void>((resolve) => client.on('message', () => (received += 1) && resolve()))
    const leave = client.subscribe(() => {})
    await message
    await client.refetch()
    leave()
    process.stdout.write(`received ${client.getSnapshot().data?.id}, ${received} time\n`)
  },
  async abort() {
    const client = createFetch(`${url}&delay=10000`)
    const promise = client.execute()
    setTimeout(() => client.abort(), 100)
    await promise.catch((error: Error) => process.stdout.write(`${error.message}\n`))
  },
  async fail() {
    const client = createFetch(`${url}&fault=refuse`, { retry: { delay: () => 5 } })
    await client.execute().catch((error: Error) => process.stdout.write(`${error.message}\n`))
  },
  // The promise is not awaited. Its rejection must not be reported as unhandled.
  async forget() {
    const client = createFetch(`${url}&fault=refuse`, { retry: false })
    void client.execute()
    await new Promise<void>((resolve) => client.on('error', () => resolve()))
    process.stdout.write('an error event\n')
  },
}

await ways[how]?.()
