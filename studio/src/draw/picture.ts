// A picture of the page as a file of its own: an SVG with every style written out and its fonts inside, or its pixels.
const kStyles = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-style', 'font-weight', 'text-anchor', 'visibility'];
const kUnseen = '.touch, .flow, [visibility="hidden"]';

// Not every reader of SVG knows colours by their space.
const plainColour = (value: string): string =>
  value.replace(/color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)[^)]*\)/, (_, ...parts: string[]) =>
    `rgb(${parts.slice(0, 3).map((x) => Math.round(255 * Number(x))).join(', ')})`,
  );

// `ground`: what lies under it.
export function standAlone(picture: SVGSVGElement, ground: string, under: HTMLCanvasElement | null, fonts: string): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const originals = [picture, ...picture.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  originals.forEach((element, i) => {
    const look = getComputedStyle(element);
    const own = copies[i]!;
    for (const name of kStyles) {
      const value = plainColour(look.getPropertyValue(name));
      if (value && value !== 'none' && value !== 'normal') own.setAttribute(name, value);
      else if (value === 'none' && (name === 'fill' || name === 'stroke')) own.setAttribute(name, value);
    }
    for (const name of ['class', 'style', 'tabindex', 'role', 'aria-label', 'aria-pressed', 'aria-hidden']) own.removeAttribute(name);
  });
  originals.forEach((element, i) => element.matches(kUnseen) && copies[i]!.remove());
  const { x, y, width, height } = picture.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', `${width}`);
  copy.setAttribute('height', `${height}`);
  const make = (name: string, attributes: Record<string, string>) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const below = [make('rect', { x: `${x}`, y: `${y}`, width: `${width}`, height: `${height}`, fill: ground })];
  if (under) {
    const box = under.getBoundingClientRect();
    const matrix = picture.getScreenCTM()!.inverse();
    const from = new DOMPoint(box.left, box.top).matrixTransform(matrix);
    const to = new DOMPoint(box.right, box.bottom).matrixTransform(matrix);
    below.push(make('image', { href: under.toDataURL('image/png'), x: `${from.x}`, y: `${from.y}`, width: `${to.x - from.x}`, height: `${to.y - from.y}` }));
  }
  copy.prepend(...below);
  // As text: the page's own policy has no place for a style sheet.
  return new XMLSerializer().serializeToString(copy).replace('>', fonts ? `><style>${fonts}</style>` : '>');
}

// The two fonts of mathematics of the page as rules with the fonts in them.
export async function mathFonts(): Promise<string> {
  const rules: string[] = [];
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const family = rule.style.getPropertyValue('font-family').replaceAll('"', '');
      const look = rule.style.getPropertyValue('font-style') || 'normal';
      const weight = rule.style.getPropertyValue('font-weight') || '400';
      const isUsed = (family === 'KaTeX_Main' && look === 'normal' && ['400', 'normal'].includes(weight)) || (family === 'KaTeX_Math' && ['400', 'normal'].includes(weight));
      const path = rule.style.getPropertyValue('src').match(/url\("?([^")]+)"?\)/)?.[1];
      if (!isUsed || !path) continue;
      const bytes = await (await fetch(new URL(path, sheet.href ?? location.href))).blob();
      rules.push(`@font-face{font-family:${family};font-style:${look};src:url(${await dataUrl(bytes)})}`);
    }
  return rules.join('');
}

const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Error('the picture could not be read'));
    reader.readAsDataURL(blob);
  });

export async function pixels(svg: string, width: number, height: number, scale = 2): Promise<Blob> {
  const image = new Image();
  image.src = await dataUrl(new Blob([svg], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))), 'image/png'));
}

// A canvas alone, as a picture in an SVG.
export const framed = (canvas: HTMLCanvasElement): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${canvas.width}" height="${canvas.height}"><image href="${canvas.toDataURL('image/png')}" width="${canvas.width}" height="${canvas.height}" image-rendering="pixelated"/></svg>`;

export function save(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
