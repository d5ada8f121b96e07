import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { Reconnecting } from './reconnecting.tsx'

const meta: Meta<typeof Reconnecting> = { title: 'Examples/Reconnecting', component: Reconnecting }
export default meta

type Story = StoryObj<typeof Reconnecting>

const patient = { timeout: 30_000 }
/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

/** Reads and operates the story. */
function controls({ canvas, canvasElement }: Pick<StoryContext, 'canvas' | 'canvasElement'>) {
  const status = () => canvas.getByTestId('status')
  return {
    status,
    isOpen: () => waitFor(() => expect(status()).toHaveTextContent('open'), patient),
    press: (name: string) => userEvent.click(canvas.getByRole('button', { name })),
    log: () => within(canvas.getByRole('list', { name: 'Log of the connection' })),
    bands: (name: string) => canvasElement.querySelectorAll(`.band[data-status="${name}"]`).length,
    shows: (selector: string) =>
      waitFor(() => expect(canvasElement.querySelector(selector)).not.toBeNull(), patient),
  }
}

/** At a speed for watching. The tests run the faster version below. */
export const Faults: Story = {
  name: 'Every kind of failure',
  tags: ['!test'],
  async play({ canvas, canvasElement, step }) {
    const { status, isOpen, press, log, bands, shows } = controls({ canvas, canvasElement })

    await step('The connection opens, and each ping gets a reply', async () => {
      await isOpen()
      await shows('.trip')
    })

    await step('After two refused handshakes the client reconnects automatically', async () => {
      const before = bands('open')
      await press('Refuse twice')
      await log().findByText('Refuse twice')
      await shows('.band-due')
      await log().findByText(/backoff, retry 3 in .* handshake failed/, {}, patient)
      await waitFor(() => expect(bands('open')).toBe(before + 1), patient)
      await isOpen()
    })

    await step('The client replaces a half-open connection', async () => {
      await press('Half-open')
      await log().findByText(/Nothing was received/, {}, patient)
      await isOpen()
    })

    await step('After a fatal close code the connection stays closed until reconnect()', async () => {
      await userEvent.selectOptions(canvas.getByRole('combobox'), '4500')
      await press('Close')
      await waitFor(() => expect(status()).toHaveTextContent('closed'), patient)
      await log().findByText(/closed for good: .*4500/)
      await press('reconnect()')
      await isOpen()
    })
  },
}

/** The other buttons: how often each causes a backoff, and the text that the log then shows. */
const others: readonly (readonly [name: string, backoffs: number, text: RegExp])[] = [
  ['Captive portal', 2, /handshake failed/],
  ['Accept, then drop', 4, /retry 4 in .* was closed \(close code 1006\)/],
  ['No response', 2, /No connection within/],
  ['Drop', 1, /was closed \(close code 1006\)/],
  ['Reset', 1, /was closed \(close code 1006\)/],
  ['Cut a frame', 1, /was closed \(close code 1006\)/],
]

export const EachFault: Story = {
  name: 'Each fault in turn',
  args: { speed: 5 },
  tags: hidden,
  async play({ canvas, canvasElement, step }) {
    const { isOpen, press, log, bands } = controls({ canvas, canvasElement })
    await isOpen()
    for (const [name, backoffs, text] of others) {
      if (canvas.getByRole('button', { name }).hasAttribute('disabled')) continue
      await step(name, async () => {
        const before = bands('backoff')
        await press(name)
        await waitFor(() => expect(bands('backoff')).toBeGreaterThanOrEqual(before + backoffs), patient)
        await isOpen()
        await expect(log().getAllByText(text)).not.toHaveLength(0)
      })
    }
  },
}

export const EachMockedFault: Story = {
  ...EachFault,
  name: 'Each fault in turn, mocked',
  tags: hidden,
  globals: { server: 'mock' },
}

export const Faster: Story = {
  ...Faults,
  name: 'Every kind of failure, faster',
  args: { speed: 3 },
  tags: hidden,
}

export const WithoutServer: Story = {
  ...Faster,
  name: 'Every kind of failure, mocked',
  tags: hidden,
  globals: { server: 'mock' },
}
