import { SendHorizontal, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { recipes } from '../../../src/domain/recipes.ts'
import { lockOf } from '../game/buildGroups.ts'
import { KEY_HELP } from '../game/keys.ts'
import * as session from '../game/session.ts'
import { type Drawer, isHere, set, useGame } from '../game/store.ts'
import { itemWord } from '../game/words.ts'
import { ownerColour } from '../planet/marks.ts'
import { qualities } from '../scene/quality.ts'
import { ownerColours } from '../scene/shading.ts'
import { usePlay } from './context.ts'
import { RecipeFlow } from './Machine.tsx'
import { Research } from './Research.tsx'
import { Standings } from './Standings.tsx'

const titles: Readonly<Record<Drawer, string>> = {
  none: '',
  craft: 'Craft by hand',
  research: 'Research',
  standings: 'Leaderboard',
  players: 'Players',
  help: 'Keys',
  settings: 'Settings',
}

export function Drawers() {
  const drawer = useGame((state) => state.drawer)
  if (drawer === 'none') return null
  return (
    <section className="panel drawer" aria-label={titles[drawer]}>
      <header>
        <h2>{titles[drawer]}</h2>
        <button
          type="button"
          className="close"
          aria-label="Close"
          onClick={() => set({ drawer: 'none' })}
        >
          <X size={17} aria-hidden="true" />
        </button>
      </header>
      {drawer === 'craft' && <Craft />}
      {drawer === 'research' && <Research />}
      {drawer === 'standings' && <Standings />}
      {drawer === 'players' && <Players />}
      {drawer === 'help' && <Help />}
      {drawer === 'settings' && <Settings />}
    </section>
  )
}

function Craft() {
  const play = usePlay()
  const inventory = useGame((state) => state.player?.inventory) ?? {}
  const researched = useGame((state) => state.player?.researched) ?? []
  return (
    <ul className="crafts">
      {recipes
        .filter(({ byHand }) => byHand)
        .map((recipe) => {
          const lock = lockOf('recipes', recipe.name, researched)
          const times = Math.min(
            ...Object.entries(recipe.inputs).map(([item, count]) =>
              Math.floor((inventory[item] ?? 0) / count),
            ),
          )
          return (
            <li key={recipe.name}>
              <RecipeFlow recipe={recipe} />
              <span>
                {itemWord(recipe.name)}
                {lock && <small className="needs"> after {itemWord(lock.name)}</small>}
              </span>
              {[1, 5].map((count) => (
                <button
                  key={count}
                  type="button"
                  disabled={times < count || lock !== undefined}
                  aria-label={`Craft ${count} times ${itemWord(recipe.name)}`}
                  onClick={() => session.craft(play.session, recipe.name, count)}
                >
                  ×{count}
                </button>
              ))}
            </li>
          )
        })}
    </ul>
  )
}

function Players() {
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
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim()) session.say(play.session, text.trim())
    setText('')
  }
  return (
    <div className="chat">
      <ol aria-label="Chat" aria-live="polite">
        {chat.map(({ id, name, text: line }) => (
          <li key={id}>
            <b>{name ?? 'somebody'}</b> {line}
          </li>
        ))}
      </ol>
      {here && (
        <form className="row" onSubmit={submit}>
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

function Help() {
  return (
    <dl className="keys">
      {KEY_HELP.map(([keys, what]) => (
        <div key={keys}>
          <dt>{keys}</dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}

function Settings() {
  const play = usePlay()
  const quality = useGame((state) => state.quality)
  const here = useGame(isHere)
  return (
    <div className="settings">
      <fieldset className="group">
        <legend>Quality of the picture</legend>
        {qualities.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="quality"
              checked={quality === one}
              onChange={() => play.setQuality(one)}
            />
            {one}
          </label>
        ))}
      </fieldset>
      {here && (
        <button type="button" className="danger" onClick={() => session.leave(play.session)}>
          Leave this world
        </button>
      )}
    </div>
  )
}
