import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { OfflineStart } from './offline-start.tsx'

const meta: Meta<typeof OfflineStart> = {
  title: 'Examples/A page that starts offline',
  component: OfflineStart,
}
export default meta

const patient = { timeout: 30_000 }
const frameworks = ['React', 'Vue'] as const

export const TheNetworkComesBack: StoryObj<typeof OfflineStart> = {
  name: 'The network comes back',
  async play({ canvas, step }) {
    const press = async (name: RegExp) => userEvent.click(await canvas.findByRole('button', { name }))
    const panel = async (name: string) => within(await canvas.findByRole('region', { name }))
    const expectInBoth = async (text: RegExp) => {
      for (const name of frameworks) await (await panel(name)).findByText(text, {}, patient)
    }
    const bothHave = async (status: string) => {
      for (const name of frameworks) await (await panel(name)).findByText(status, {}, patient)
    }
    const bothList = async () => {
      for (const name of frameworks) {
        const list = canvas.getByRole('list', { name: `People in ${name}` })
        await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(5), patient)
        await waitFor(() => expect(within(list).queryByText(/no connection/)).toBeNull(), patient)
      }
    }

    await step('The first failure is said while the request is retried', async () => {
      await expectInBoth(/There is no connection. The list appears/)
    })

    await step('The network comes back during the retries', async () => {
      await press(/^Connect/)
      await bothList()
      await bothHave('success')
    })

    await step('Without a network the list stays', async () => {
      await press(/^Disconnect/)
      await bothList()
    })

    await step('Opened again without a network, the page fails for good', async () => {
      await press(/Open the page again/)
      await expectInBoth(/There is no connection. The list appears/)
      await bothHave('error')
    })

    await step('A person tries in vain', async () => {
      await userEvent.click((await panel('Vue')).getByRole('button', { name: 'Try again' }))
      await bothHave('pending')
      await bothHave('error')
      // A person needs a moment. Requests in response to page events have a distance of a second.
      await new Promise((resolve) => setTimeout(resolve, 1_100))
    })

    await step('The network comes back later, and the lists appear without a click', async () => {
      await press(/^Connect/)
      await bothList()
      await bothHave('success')
    })
  },
}

export const WithoutServer: StoryObj<typeof OfflineStart> = {
  ...TheNetworkComesBack,
  name: 'The network comes back, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
