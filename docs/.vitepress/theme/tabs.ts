const STORED = 'tautline:tab'

/** Selects the tab with this label in all groups of code that have one. */
function selectTabs(label: string): void {
  for (const tab of document.querySelectorAll<HTMLLabelElement>('.vp-code-group .tabs label')) {
    const input = tab.htmlFor === '' ? null : document.querySelector<HTMLInputElement>(`#${tab.htmlFor}`)
    if (tab.textContent === label && input?.checked === false) input.click()
  }
}

/** Remembers whether the reader has chosen React or Vue, and shows all samples in it. */
export function rememberTabs(): void {
  document.addEventListener('click', ({ target, isTrusted }) => {
    // The clicks of `selectTabs` are not trusted.
    if (!isTrusted || !(target instanceof HTMLElement) || !target.matches('.vp-code-group label')) return
    const label = target.textContent
    if (label !== 'React' && label !== 'Vue') return
    const top = target.getBoundingClientRect().top
    localStorage.setItem(STORED, label)
    selectTabs(label)
    // The groups above may have another height now: the one that was clicked stays where it is.
    requestAnimationFrame(() =>
      scrollBy({ top: target.getBoundingClientRect().top - top, behavior: 'instant' }),
    )
  })
}

/** Shows the samples of a page in the framework that the reader has chosen. */
export function restoreTabs(): void {
  const label = localStorage.getItem(STORED)
  if (label !== null) selectTabs(label)
}
