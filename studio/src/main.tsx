import { effect } from '@preact/signals';
import { render } from 'preact';
import 'katex/dist/katex.css';
import 'uplot/dist/uPlot.min.css';
import './styles/theme.css';
import './styles/shell.css';
import './styles/diagram.css';
import './styles/moment.css';
import './styles/strip.css';
import './styles/pages.css';
import './styles/data.css';
import './styles/train.css';
import './styles/menu.css';
import './styles/labs.css';
import './styles/gallery.css';
import './styles/search.css';
import { language, t } from './i18n';
import { keep, restore } from './state/address';
import { start } from './state/store';
import { App } from './parts/App';

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-Hans' : 'en';
  document.title = t('app.name');
});
start();
void restore().then(keep);
render(<App />, document.getElementById('app')!);
