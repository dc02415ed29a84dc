// Light or dark: as the reader's system has it, until the reader chooses.
import { computed, effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';
export const theme = signal<Theme | null>(null);

const query = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(query.matches);
query.addEventListener('change', (event) => {
  systemDark.value = event.matches;
});

export const isDark = computed(() => (theme.value ?? (systemDark.value ? 'dark' : 'light')) === 'dark');
export const toggleTheme = () => {
  theme.value = isDark.value ? 'light' : 'dark';
};

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});
