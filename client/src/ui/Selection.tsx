import { ClipboardCopy, PencilRuler, Trash2, X } from 'lucide-react'
import { keyWord } from '../game/bindings.ts'
import { copyPicked, paste, removePicked } from '../game/selection.ts'
import { set, useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

/** The rectangle that is being drawn. */
export function SelectBox() {
  const box = useGame((state) => state.box)
  if (!box) return null
  return (
    <div
      className="select-box"
      style={{
        left: box.left,
        top: box.top,
        width: box.right - box.left,
        height: box.bottom - box.top,
      }}
    />
  )
}

/** What can be done with what is selected together. */
export function SelectionBar() {
  const play = usePlay()
  const count = useGame((state) => state.picked.length)
  const keys = useGame((state) => state.bindings)
  if (count === 0) return null
  return (
    <section className="panel selection" aria-label="Selection">
      <b>{count} selected</b>
      <button type="button" onClick={() => copyPicked(play)}>
        <ClipboardCopy size={15} aria-hidden="true" /> Copy <kbd>{keyWord(keys.copy)}</kbd>
      </button>
      <button
        type="button"
        onClick={() => {
          copyPicked(play)
          paste(play)
        }}
      >
        Place a copy
      </button>
      <button type="button" onClick={() => set({ drawer: 'blueprints' })}>
        <PencilRuler size={15} aria-hidden="true" /> Keep
      </button>
      <button type="button" className="danger" onClick={() => removePicked(play)}>
        <Trash2 size={15} aria-hidden="true" /> Remove <kbd>{keyWord(keys.removePicked)}</kbd>
      </button>
      <button
        type="button"
        aria-label="Let go of the selection"
        onClick={() => set({ picked: [] })}
      >
        <X size={15} aria-hidden="true" />
      </button>
    </section>
  )
}
