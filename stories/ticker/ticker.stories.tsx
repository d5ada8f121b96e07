import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { Ticker } from './ticker.tsx'

const meta: Meta<typeof Ticker> = { title: 'Examples/High message rate', component: Ticker }
export default meta

const patient = { timeout: 30_000 }

function figureOf(canvasElement: HTMLElement, name: string): number {
  const term = [...canvasElement.querySelectorAll('dt')].find(({ textContent }) => textContent === name)
  return Number.parseInt(term?.nextElementSibling?.textContent?.replaceAll(',', '') ?? 'NaN', 10)
}

export const OneRenderPerFrame: StoryObj<typeof Ticker> = {
  name: 'One render per frame',
  async play({ canvas, canvasElement, step }) {
    const read = (name: string) => figureOf(canvasElement, name)
    const slider = canvas.getByRole('slider')

    await step('Messages arrive', () =>
      waitFor(() => expect(read('Received in total')).toBeGreaterThan(100), patient),
    )

    await step('At the highest rate no message is lost, and each frame has at most one render', async () => {
      await fireEvent.change(slider, { target: { value: '1' } })
      await waitFor(() => expect(read('Messages')).toBeGreaterThan(1_500), patient)
      await waitFor(() => expect(read('Received in total')).toBeGreaterThan(10_000), patient)
      await expect(read('Lost')).toBe(0)
      // A measurement may begin and end within a frame, so a few more renders are possible.
      await expect(read('React renders')).toBeLessThanOrEqual(read('Frames') + 6)
      await expect(read('Vue updates')).toBeLessThanOrEqual(read('Frames') + 6)
    })

    await step('At a low rate both frameworks show the same price', async () => {
      await fireEvent.change(slider, { target: { value: '0' } })
      await waitFor(() => expect(read('Messages')).toBeLessThan(40), patient)
      const price = (name: string) => canvas.getByLabelText(name).textContent
      await waitFor(() => expect(price('Price in React')).toBe(price('Price in Vue')), patient)
      await expect(read('Lost')).toBe(0)
      // Leaves the story at a medium rate for the visitor.
      await fireEvent.change(slider, { target: { value: '0.6' } })
    })
  },
}

export const WithoutServer: StoryObj<typeof Ticker> = {
  ...OneRenderPerFrame,
  name: 'One render per frame, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
