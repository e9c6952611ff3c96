import {
  Bell,
  ChartLine,
  ChartNoAxesColumn,
  CircleQuestionMark,
  Flag,
  FlaskConical,
  Footprints,
  Globe,
  Hammer,
  House,
  type LucideIcon,
  PencilRuler,
  Redo2,
  Settings,
  SquareDashed,
  Trash2,
  Undo2,
  Users,
} from 'lucide-react'
import { type ActionId, keyWord } from '../game/bindings.ts'
import { toggleDrawer, toggleTool } from '../game/keys.ts'
import { turnBack } from '../game/orders.ts'
import type { Play } from '../game/play.ts'
import { type Drawer, isHere, type Tool, useGame } from '../game/store.ts'
import { usePlay } from './context.ts'

type ToolButton = {
  readonly label: string
  readonly action: ActionId
  readonly icon: LucideIcon
  /** The tool or the drawer that it takes and puts away. */
  readonly tool?: Extract<Tool['kind'], 'claim' | 'remove' | 'walk' | 'select'>
  readonly drawer?: Exclude<Drawer, 'none'>
  readonly press?: (play: Play) => void
}

const hands: readonly ToolButton[] = [
  { label: 'Claim cells', action: 'claim', icon: Flag, tool: 'claim' },
  { label: 'Remove structures', action: 'remove', icon: Trash2, tool: 'remove' },
  { label: 'Select many', action: 'select', icon: SquareDashed, tool: 'select' },
  { label: 'Walk', action: 'walk', icon: Footprints, tool: 'walk' },
  { label: 'Fly home', action: 'home', icon: House, press: (play) => play.goHome() },
  {
    label: 'Undo',
    action: 'undo',
    icon: Undo2,
    press: (play) => void turnBack(play.session, 'undo'),
  },
  {
    label: 'Redo',
    action: 'redo',
    icon: Redo2,
    press: (play) => void turnBack(play.session, 'redo'),
  },
  { label: 'Craft', action: 'craft', icon: Hammer, drawer: 'craft' },
  { label: 'Blueprints', action: 'blueprints', icon: PencilRuler, drawer: 'blueprints' },
  { label: 'Research', action: 'research', icon: FlaskConical, drawer: 'research' },
  { label: 'Production', action: 'statistics', icon: ChartLine, drawer: 'statistics' },
  { label: 'Alerts', action: 'alerts', icon: Bell, drawer: 'alerts' },
]

const always: readonly ToolButton[] = [
  { label: 'Leaderboard', action: 'standings', icon: ChartNoAxesColumn, drawer: 'standings' },
  { label: 'Players and chat', action: 'players', icon: Users, drawer: 'players' },
  { label: 'Worlds', action: 'worlds', icon: Globe, drawer: 'worlds' },
  { label: 'Settings', action: 'settings', icon: Settings, drawer: 'settings' },
  { label: 'Help', action: 'help', icon: CircleQuestionMark, drawer: 'help' },
]

/** Longer hints find no room on a button; its title has them. */
const HINT_MOST = 3

/** What a click on the planet does, and the drawers. */
export function ToolBar() {
  const here = useGame(isHere)
  return (
    <div className="tool-rows">
      {here && (
        <nav className="panel tools" aria-label="Tools">
          {hands.map((button) => (
            <Button key={button.action} button={button} />
          ))}
        </nav>
      )}
      <nav className="panel tools top-tools" aria-label="Panels">
        {always.map((button) => (
          <Button key={button.action} button={button} />
        ))}
      </nav>
    </div>
  )
}

function Button({ button }: { button: ToolButton }) {
  const { label, action, icon: Icon, tool, drawer, press } = button
  const play = usePlay()
  const key = keyWord(useGame((state) => state.bindings[action]))
  const on = useGame(
    (state) =>
      (tool !== undefined && state.tool.kind === tool) ||
      (drawer !== undefined && state.drawer === drawer),
  )
  const hinted = useGame(({ hint }) => hint?.tool === action) && !on
  const idle = useGame(
    ({ steps }) => (action === 'undo' && !steps.back) || (action === 'redo' && !steps.forward),
  )
  const count = useGame(({ alerts, unread }) =>
    action === 'alerts' ? alerts.length : action === 'players' ? unread : 0,
  )
  const use = () => {
    if (tool) toggleTool(play, tool)
    else if (drawer) toggleDrawer(drawer)
    else press?.(play)
  }
  return (
    <button
      type="button"
      aria-label={count > 0 ? `${label}: ${count}` : label}
      aria-pressed={tool || drawer ? on : undefined}
      disabled={idle}
      title={`${label} (${key})`}
      className={`${on ? 'on' : ''} ${hinted ? 'hinted' : ''}`}
      onClick={use}
    >
      <Icon size={18} aria-hidden="true" />
      {count > 0 ? (
        <b className="count" data-key={count} />
      ) : (
        key.length <= HINT_MOST && <kbd data-key={key} />
      )}
    </button>
  )
}
