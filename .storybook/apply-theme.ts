/** Sets the color scheme of the page, which every `light-dark()` follows. */
export function applyTheme(choice: unknown): void {
  const scheme = choice === 'light' || choice === 'dark' ? choice : 'light dark'
  document.documentElement.style.colorScheme = scheme
}
