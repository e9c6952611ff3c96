import { ClipboardCopy, Hand, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import {
  dropBlueprint,
  keepBlueprint,
  pickedBlueprint,
  readLibrary,
  takeInHand,
} from '../game/selection.ts'
import { toast, useGame } from '../game/store.ts'
import { itemWord } from '../game/words.ts'
import { type Blueprint, costOf } from '../hands/blueprint.ts'
import { readBlueprint, writeBlueprint } from '../hands/blueprintText.ts'
import { usePlay } from './context.ts'

/** Blueprints that this browser keeps; new ones from the selection or from a text that somebody sent. */
export function Blueprints() {
  const [library, setLibrary] = useState(readLibrary)
  return (
    <>
      <FromSelection keep={setLibrary} />
      <FromText keep={setLibrary} />
      <ul className="blueprints">
        {library.map((blueprint) => (
          <Row key={blueprint.name} blueprint={blueprint} changed={setLibrary} />
        ))}
        {library.length === 0 && (
          <li className="muted">
            None kept yet. Select machines (the dashed square), give the selection a name, and it
            stays here.
          </li>
        )}
      </ul>
    </>
  )
}

type Keep = (library: readonly Blueprint[]) => void

function FromSelection({ keep }: { keep: Keep }) {
  const play = usePlay()
  const picked = useGame((state) => state.picked.length)
  const [name, setName] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const blueprint = pickedBlueprint(play, 'Blueprint')
    if (!blueprint) return
    keep(keepBlueprint(blueprint, name))
    setName('')
  }
  return (
    <form className="row" onSubmit={submit}>
      <input
        aria-label="Name of the blueprint"
        placeholder={picked > 0 ? `Name for ${picked} machines` : 'Name for the selection'}
        value={name}
        maxLength={40}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit">Keep</button>
    </form>
  )
}

function FromText({ keep }: { keep: Keep }) {
  const [text, setText] = useState('')
  const [fault, setFault] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readBlueprint(text)
    if (!read.ok) {
      setFault(read.fault)
      return
    }
    keep(keepBlueprint(read.blueprint, read.blueprint.name))
    setFault('')
    setText('')
  }
  return (
    <form onSubmit={submit}>
      <div className="row">
        <input
          aria-label="Text of a blueprint"
          aria-invalid={fault !== ''}
          aria-describedby="blueprint-fault"
          placeholder="orrery1.… that somebody sent you"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" disabled={text.trim() === ''}>
          Read
        </button>
      </div>
      <p id="blueprint-fault" className="needs small" role="alert">
        {fault}
      </p>
    </form>
  )
}

function Row({ blueprint, changed }: { blueprint: Blueprint; changed: Keep }) {
  const play = usePlay()
  const { name, parts } = blueprint
  const cost = Object.entries(costOf(parts))
    .map(([item, count]) => `${count} ${itemWord(item)}`)
    .join(', ')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(writeBlueprint(blueprint))
      toast('good', `“${name}” is copied as text`)
    } catch {
      toast('bad', 'This browser lends no clipboard: mark and copy the text')
    }
  }
  return (
    <li>
      <div>
        <b>{name}</b>
        <small className="muted">
          {parts.length} machines · {cost}
        </small>
        <details>
          <summary>As text</summary>
          <textarea
            readOnly
            rows={3}
            aria-label={`“${name}” as text`}
            value={writeBlueprint(blueprint)}
            onFocus={(event) => event.target.select()}
          />
        </details>
      </div>
      <button
        type="button"
        aria-label={`Take ${name} in hand`}
        onClick={() => takeInHand(play, blueprint)}
      >
        <Hand size={15} aria-hidden="true" />
      </button>
      <button type="button" aria-label={`Copy ${name} as text`} onClick={() => void copy()}>
        <ClipboardCopy size={15} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="danger"
        aria-label={`Forget ${name}`}
        onClick={() => changed(dropBlueprint(name))}
      >
        <Trash2 size={15} aria-hidden="true" />
      </button>
    </li>
  )
}
