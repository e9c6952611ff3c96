import {
  ChartNoAxesColumn,
  CircleQuestionMark,
  Flag,
  FlaskConical,
  Footprints,
  Hammer,
  House,
  type LucideIcon,
  Settings,
  Trash2,
  Users,
} from 'lucide-react'
import { toggleDrawer, toggleTool } from '../game/keys.ts'
import { isHere, useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

type ToolButton = {
  readonly label: string
  readonly hint: string
  readonly icon: LucideIcon
  readonly on: boolean
  readonly press: () => void
}

/** What a click on the planet does, and the drawers. */
export function ToolBar() {
  const play = usePlay()
  const tool = useGame((state) => state.tool.kind)
  const drawer = useGame((state) => state.drawer)
  const here = useGame(isHere)
  const hands: ToolButton[] = [
    {
      label: 'Claim cells',
      hint: 'C',
      icon: Flag,
      on: tool === 'claim',
      press: () => toggleTool(play, 'claim'),
    },
    {
      label: 'Remove structures',
      hint: 'X',
      icon: Trash2,
      on: tool === 'remove',
      press: () => toggleTool(play, 'remove'),
    },
    {
      label: 'Walk',
      hint: 'G',
      icon: Footprints,
      on: tool === 'walk',
      press: () => toggleTool(play, 'walk'),
    },
    { label: 'Fly home', hint: 'H', icon: House, on: false, press: () => play.goHome() },
    {
      label: 'Craft',
      hint: 'I',
      icon: Hammer,
      on: drawer === 'craft',
      press: () => toggleDrawer('craft'),
    },
    {
      label: 'Research',
      hint: 'T',
      icon: FlaskConical,
      on: drawer === 'research',
      press: () => toggleDrawer('research'),
    },
  ]
  const always: ToolButton[] = [
    {
      label: 'Leaderboard',
      hint: 'L',
      icon: ChartNoAxesColumn,
      on: drawer === 'standings',
      press: () => toggleDrawer('standings'),
    },
    {
      label: 'Players and chat',
      hint: 'P',
      icon: Users,
      on: drawer === 'players',
      press: () => toggleDrawer('players'),
    },
    {
      label: 'Settings',
      hint: '',
      icon: Settings,
      on: drawer === 'settings',
      press: () => toggleDrawer('settings'),
    },
    {
      label: 'Help',
      hint: '?',
      icon: CircleQuestionMark,
      on: drawer === 'help',
      press: () => toggleDrawer('help'),
    },
  ]
  return (
    <nav className="panel tools" aria-label="Tools">
      {[...(here ? hands : []), ...always].map(({ label, hint, icon: Icon, on, press }) => (
        <button
          key={label}
          type="button"
          aria-label={label}
          aria-pressed={on}
          title={hint ? `${label} (${hint})` : label}
          className={on ? 'on' : ''}
          onClick={press}
        >
          <Icon size={19} aria-hidden="true" />
          {hint && <kbd>{hint}</kbd>}
        </button>
      ))}
    </nav>
  )
}
