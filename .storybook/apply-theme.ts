/** Chooses between the two halves of every `light-dark()`. */
export function applyTheme(choice: unknown): void {
  const scheme = choice === 'light' || choice === 'dark' ? choice : 'light dark'
  document.documentElement.style.colorScheme = scheme
}
