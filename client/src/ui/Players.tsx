import { SendHorizontal } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import * as session from '../game/session.ts'
import { isHere, set, useGame } from '../game/store.ts'
import { ownerColour } from '../planet/marks.ts'
import { ownerColours } from '../scene/shading.ts'
import { usePlay } from './context.ts'

/** Who is on this world, where they are, and what they say. */
export function Players() {
  const play = usePlay()
  const players = useGame((state) => state.players)
  const own = useGame((state) => state.player?.account ?? state.account)
  return (
    <>
      <ul className="players">
        {players.map(({ account, index, name, cell, state }) => (
          <li key={account}>
            <i style={{ background: ownerColours[ownerColour(index)] }} aria-hidden="true" />
            <button type="button" onClick={() => play.stage.visit(cell)}>
              {name ?? `player ${index}`}
              {account === own ? ' (you)' : ''}
            </button>
            <small>{state}</small>
          </li>
        ))}
        {players.length === 0 && <li className="muted">Nobody has landed yet</li>}
      </ul>
      <Chat />
    </>
  )
}

function Chat() {
  const play = usePlay()
  const chat = useGame((state) => state.chat)
  const here = useGame(isHere)
  const unread = useGame((state) => state.unread)
  const [text, setText] = useState('')
  useEffect(() => {
    if (unread > 0) set({ unread: 0 })
  }, [unread])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const line = text.trim()
    setText('')
    if (line === '') return
    const { kind } = await session.say(play.session, line)
    // What nobody heard is there to be said again, unless something else is being written by now.
    if (kind !== 'accepted') setText((now) => now || line)
  }
  return (
    <div className="chat">
      <h3>Chat</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <ol aria-label="Chat" aria-live="polite" tabIndex={0}>
        {chat.map(({ id, name, text: line }) => (
          <li key={id}>
            <b>{name ?? 'somebody'}</b> {line}
          </li>
        ))}
        {chat.length === 0 && <li className="muted">Nothing has been said yet</li>}
      </ol>
      {here && (
        <form className="row" onSubmit={(event) => void submit(event)}>
          <input
            aria-label="Say something"
            placeholder="Say something"
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" aria-label="Send">
            <SendHorizontal size={16} aria-hidden="true" />
          </button>
        </form>
      )}
    </div>
  )
}
