import { findChromium, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts'

/** Fails with instructions if Chromium is missing; the provider would report only that it cannot launch a browser. */
export default function setup(): void {
  if (findChromium() === undefined) throw new Error(HOW_TO_GET_CHROMIUM)
}
