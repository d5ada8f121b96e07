import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, userEvent, waitFor } from 'storybook/test'
import { Binary } from './binary.tsx'

const meta: Meta<typeof Binary> = { title: 'Examples/Binary messages', component: Binary }
export default meta

const patient = { timeout: 30_000 }

function pixels(canvas: HTMLCanvasElement): string {
  return canvas.toDataURL()
}

export const EchoDrawing: StoryObj<typeof Binary> = {
  name: 'Echo a drawing',
  async play({ canvas, canvasElement, step }) {
    const boards = async () => {
      await canvas.findByLabelText('Received drawing')
      const [sent, received] = canvasElement.querySelectorAll('canvas')
      if (sent === undefined || received === undefined) throw new Error('Expected two canvases')
      return { sent, received }
    }
    const { sent, received } = await boards()
    const blank = pixels(sent)
    const isOpen = async () => {
      for (const status of canvas.getAllByTestId('status')) await expect(status).toHaveTextContent('open')
    }
    await waitFor(isOpen, patient)

    await step('A stroke is echoed', async () => {
      const { left, top, width, height } = sent.getBoundingClientRect()
      const at = (x: number, y: number) => ({
        clientX: left + x * width,
        clientY: top + y * height,
        pointerId: 1,
      })
      sent.setPointerCapture = () => undefined
      await fireEvent.pointerDown(sent, at(0.1, 0.9))
      for (let x = 0.12; x < 0.3; x += 0.02) await fireEvent.pointerMove(sent, at(x, 0.9 - x / 3))
      await fireEvent.pointerUp(sent, at(0.3, 0.8))
      await expect(pixels(sent)).not.toBe(blank)
      await waitFor(() => expect(pixels(received)).toBe(pixels(sent)), patient)
    })

    await step('A whole drawing is echoed without change', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Draw a sample' }))
      const figure = (name: string) => canvas.getByText(name).nextElementSibling?.textContent ?? ''
      await waitFor(() => expect(pixels(received)).toBe(pixels(sent)), patient)
      await waitFor(
        () => expect(Number.parseInt(figure('Echoed without change'), 10)).toBeGreaterThanOrEqual(39),
        patient,
      )
      await expect(figure('Sent')).toBe(`${figure('Echoed without change')}messages`)
      await expect(figure('Changed')).toBe('0')
    })
  },
}

export const WithoutServer: StoryObj<typeof Binary> = {
  ...EchoDrawing,
  name: 'Echo a drawing, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
