// Starts the page. What takes its time outside the page's own code is begun before that code has come.

import { layCanvas } from './scene/canvas.ts'
import './styles/base.css'
import './styles/status.css'
import './styles/inventory.css'
import './styles/tools.css'
import './styles/inspector.css'
import './styles/start.css'
import './styles/notices.css'
import './styles/drawers.css'
import './styles/labels.css'
import './styles/hands.css'
import './styles/panels.css'
import './styles/goals.css'
import './styles/small.css'
import './styles/middle.css'
import './styles/touch.css'

layCanvas()
void import('./page.tsx')
