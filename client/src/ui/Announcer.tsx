import { useGame } from '../game/store.ts'

/** What the keyboard's cursor comes to, for screen readers. */
export function Announcer() {
  const announcement = useGame((state) => state.announcement)
  return (
    <p className="hidden" aria-live="polite" data-testid="announcement">
      {announcement}
    </p>
  )
}
