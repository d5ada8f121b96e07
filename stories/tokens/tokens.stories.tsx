import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { tokensUpTo } from '../../packages/demo-server/src/streams/knots.ts'
import { TokenStream } from './token-stream.tsx'

const meta: Meta<typeof TokenStream> = { title: 'Examples/Token stream', component: TokenStream }
export default meta

const patient = { timeout: 30_000 }

/** Reads and operates one panel. */
function controls(pane: HTMLElement) {
  const inside = within(pane)
  const completion = () => inside.getByRole('log').textContent
  return {
    completion,
    isStatus: (name: string) =>
      waitFor(() => expect(inside.getByTestId('status')).toHaveTextContent(name), patient),
    showsStatus: (text: RegExp) =>
      waitFor(() => expect(inside.getByRole('status')).toHaveTextContent(text), patient),
    showsText: (text: string) => waitFor(() => expect(completion()).toContain(text), patient),
    press: (name: string) => userEvent.click(inside.getByRole('button', { name })),
    async send(text: string) {
      const box = inside.getByRole('textbox')
      await userEvent.clear(box)
      await userEvent.type(box, `${text}{Enter}`)
    },
  }
}

export const TokenByToken: StoryObj<typeof TokenStream> = {
  name: 'Stream, stop and retry',
  async play({ canvas, step }) {
    const react = controls(canvas.getByRole('region', { name: 'React' }))
    const vue = controls(await canvas.findByRole('region', { name: 'Vue' }))

    await step('The answer appears token by token, and Stop stops the server', async () => {
      await react.send('Tell me about knots')
      await react.isStatus('open')
      await react.showsText('A knot is a promise')
      await react.press('Stop')
      await react.isStatus('closed')
      await react.showsStatus(/Stopped\. The server stopped after \d+ tokens/)
      await expect(tokensUpTo(140)).toContain(react.completion())
      await expect(react.completion()).not.toBe(tokensUpTo(140))
    })

    await step('A complete answer ends without an error', async () => {
      await vue.send('What is a bowline?')
      await vue.showsStatus(/The answer is complete/)
      await expect(vue.completion()).toBe(tokensUpTo(140))
    })

    await step('A refused request is retried after the delay of Retry-After', async () => {
      await userEvent.click(canvas.getByRole('button', { name: '503, Retry-After: 1' }))
      await react.send('And a splice?')
      await react.isStatus('backoff')
      await react.showsStatus(/503.*is retried/)
      await react.showsStatus(/The answer is complete/)
      await expect(react.completion()).toBe(tokensUpTo(140))
    })

    await step('A POST whose response is cut is not retried, and the text stays', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Cut after 12 tokens' }))
      await vue.send('And a splice?')
      await vue.showsStatus(/broke off\. .*not retried automatically/)
      // A fetch that fails discards the bytes that were not read yet, so some tokens may be missing.
      await expect(tokensUpTo(12)).toContain(vue.completion())
      await expect(vue.completion()).not.toBe('')
    })

    await step('The same question can be sent again', async () => {
      await vue.press('Send')
      await vue.showsStatus(/The answer is complete/)
      await expect(vue.completion()).toBe(tokensUpTo(140))
    })
  },
}

export const WithoutServer: StoryObj<typeof TokenStream> = {
  ...TokenByToken,
  name: 'Stream, stop and retry, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
