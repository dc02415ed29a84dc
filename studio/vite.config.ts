import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

// KaTeX names each font in three formats; every browser that runs this page reads the first.
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('katex') || !id.endsWith('.css')) return null;
    return code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'][a-z]*["']\)/g, '');
  },
};

export default defineConfig({
  plugins: [onlyWoff2, preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: { target: 'es2021', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 900 },
});
