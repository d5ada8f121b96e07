import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { Laboratory } from './laboratory.tsx'

const meta: Meta<typeof Laboratory> = { title: 'Stories/Reconnect laboratory', component: Laboratory }
export default meta

type Story = StoryObj<typeof Laboratory>

const patient = { timeout: 12_000 }
/** Tested, and not listed. Storybook reads tags without running this file: each story names them itself. */
const hidden = ['!dev', '!autodocs']

/** What can be read off the laboratory. */
function instruments({ canvas, canvasElement }: Pick<StoryContext, 'canvas' | 'canvasElement'>) {
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

/** Slow enough to be watched; the tests run it three times as fast, below. */
export const Faults: Story = {
  name: 'Reconnect laboratory',
  tags: ['!test'],
  async play({ canvas, canvasElement, step }) {
    const { status, isOpen, press, log, bands, shows } = instruments({ canvas, canvasElement })

    await step('The line opens, and its pings are answered', async () => {
      await isOpen()
      await shows('.trip')
    })

    await step('Refused twice: it counts down, and comes back by itself', async () => {
      const before = bands('open')
      await press('Refuse twice')
      await log().findByText('Refuse twice')
      await shows('.band-due')
      await log().findByText(/backoff, retry 3 in .* handshake failed/, {}, patient)
      await waitFor(() => expect(bands('open')).toBe(before + 1), patient)
      await isOpen()
    })

    await step('Half-open: nobody says close, and the silence is noticed', async () => {
      await press('Half-open')
      await log().findByText(/No sign of life/, {}, patient)
      await isOpen()
    })

    await step('A fatal close code is final, until the user says otherwise', async () => {
      await userEvent.selectOptions(canvas.getByRole('combobox'), '4500')
      await press('Close')
      await waitFor(() => expect(status()).toHaveTextContent('closed'), patient)
      await log().findByText(/closed for good: .*4500/)
      await press('reconnect()')
      await isOpen()
    })
  },
}

/** The other buttons, how often each costs the line, and what the log then says. */
const others: readonly (readonly [name: string, losses: number, words: RegExp])[] = [
  ['Captive portal', 2, /handshake failed/],
  ['Accept, then drop', 4, /retry 4 in .* was closed \(close code 1006\)/],
  ['Stall', 2, /No connection within/],
  ['Drop', 1, /was closed \(close code 1006\)/],
  ['Reset', 1, /was closed \(close code 1006\)/],
  ['Cut a frame', 1, /was closed \(close code 1006\)/],
]

export const EachFault: Story = {
  name: 'Each fault in turn',
  args: { haste: 5 },
  tags: hidden,
  async play({ canvas, canvasElement, step }) {
    const { isOpen, press, log, bands } = instruments({ canvas, canvasElement })
    await isOpen()
    for (const [name, losses, words] of others) {
      if (canvas.getByRole('button', { name }).hasAttribute('disabled')) continue
      await step(name, async () => {
        const before = bands('backoff')
        await press(name)
        await waitFor(() => expect(bands('backoff')).toBeGreaterThanOrEqual(before + losses), patient)
        await isOpen()
        await expect(log().getAllByText(words)).not.toHaveLength(0)
      })
    }
  },
}

export const EachMockedFault: Story = {
  ...EachFault,
  name: 'Each fault that a mock can imitate',
  tags: hidden,
  globals: { server: 'mock' },
}

export const InHaste: Story = {
  ...Faults,
  name: 'Reconnect laboratory, in haste',
  args: { haste: 3 },
  tags: hidden,
}

export const WithoutServer: Story = {
  ...InHaste,
  name: 'Reconnect laboratory, mocked',
  tags: hidden,
  globals: { server: 'mock' },
}
