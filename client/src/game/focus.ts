// Whose the keys are: a field, list or button that has the focus gets them before the planet does.

import { set } from './store.ts'

/**
 * A list or a button that was used by the mouse would take the next keys for itself: G, to walk, would choose gears. Who
 * uses it by keys goes on there.
 */
export function giveKeysBack(signal: AbortSignal): void {
  let points = false
  const by = (pointer: boolean) => () => {
    points = pointer
  }
  const chosen = ({ target }: Event) => {
    if (points && target instanceof HTMLSelectElement) target.blur()
  }
  const clicked = ({ target }: Event) => {
    const button = target instanceof Element ? target.closest('button') : null
    if (!button) return
    if (!points) setTimeout(() => leaveGone(button))
    else if (button === document.activeElement && !button.closest('.drawer, form')) button.blur()
  }
  window.addEventListener('pointerdown', by(true), { signal, capture: true })
  window.addEventListener('keydown', by(false), { signal, capture: true })
  window.addEventListener('change', chosen, { signal })
  window.addEventListener('click', clicked, { signal })
}

/** Whoever closes something by the keyboard is on the planet then, and sees it: not at the top of the page. */
function leaveGone(button: Element): void {
  if (button.isConnected || document.activeElement !== document.body) return
  const planet = document.querySelector<HTMLElement>('.planet')
  if (!planet) return
  planet.dataset.tabbed = ''
  planet.focus({ preventScroll: true })
}

/** Esc leaves the field that one types in, and puts away the panel that it is in. */
export function leaveField(field: EventTarget | null): void {
  if (!(field instanceof HTMLElement)) return
  const inDrawer = field.closest('.drawer') !== null
  field.blur()
  if (inDrawer) set({ drawer: 'none' })
}
