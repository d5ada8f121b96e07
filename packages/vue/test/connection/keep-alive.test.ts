import { render } from '@testing-library/vue'
import { KeepAlive, defineComponent, h, ref } from 'vue'
import { expect, test } from 'vitest'
import { useConnection } from '@tautline/vue/connection'
import { threeTransports, withThree } from '../../../../test/binding-contract/connection/three.ts'
import { connectionPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'
import { connectionDriver } from '../support/driver.ts'

const { server, open } = connectionPages(connectionDriver)
failOnConsoleOutput()

test('[unmount] <KeepAlive> closes the transport of a deactivated component, and a reactivated one continues after the cursor', async () => {
  const page = open()
  const { log } = server
  log.network['web-socket'] = 'refused'
  const shown = ref(true)
  const { environment } = withThree(page)
  const Feed = defineComponent(() => {
    const options = { environment, remember: false, closeDelay: 500 } as const
    const { status, cursor } = useConnection(threeTransports(), options)
    return () => `${status.value} ${cursor.value}`
  })
  const { container, unmount } = render(() => h(KeepAlive, () => (shown.value ? h(Feed) : undefined)))
  await page.until(() => expect(container.textContent).toBe('open undefined'))
  log.publish('one')
  await page.until(() => expect(container.textContent).toBe('open 1'))
  shown.value = false
  await page.advance(500)
  expect(log.running).toEqual([])
  log.publish('two')
  shown.value = true
  await page.until(() => expect(container.textContent).toBe('open 2'))
  expect(log.attempts.at(-1)).toBe('event-source 1')
  unmount()
})
