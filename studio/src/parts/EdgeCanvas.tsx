// The edges of a network that has too many of them to be elements of their own, under its nodes.
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { drawEdges, edgeAt, prepareEdges } from '../draw/canvas';
import { hovered, layout } from '../state/store';
import { isDark } from '../state/theme';

interface Props {
  picture: RefObject<SVGSVGElement>; // lies over it
  strengths: number[];
  pin: (name: string) => void;
}

export function EdgeCanvas({ picture, strengths, pin }: Props) {
  const place = layout.value!;
  const canvas = useRef<HTMLCanvasElement>(null);
  const set = useMemo(() => prepareEdges(place), [place]);
  const [size, setSize] = useState('');
  const dark = isDark.value;
  const now = useRef(strengths);
  now.current = strengths;
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setSize(`${entry!.contentRect.width} ${entry!.contentRect.height}`));
    watch.observe(picture.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const box = picture.current!.getBoundingClientRect();
    const matrix = picture.current!.getScreenCTM()!;
    const dots = devicePixelRatio;
    const width = Math.round(box.width * dots);
    const height = Math.round(box.height * dots);
    const own = canvas.current!;
    if (own.width !== width) own.width = width;
    if (own.height !== height) own.height = height;
    const frame = { scale: matrix.a * dots, left: (matrix.e - box.left) * dots, top: (matrix.f - box.top) * dots };
    drawEdges(own.getContext('2d')!, set, strengths, frame, dark);
  }, [set, strengths, dark, size]);
  useEffect(() => {
    const over = picture.current!;
    const under = (event: MouseEvent): string | null => {
      if ((event.target as Element).closest('.node')) return null;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(over.getScreenCTM()!.inverse());
      const found = edgeAt(set, now.current, at.x, at.y);
      return found === null ? null : place.edges[found]!.weight;
    };
    const onMove = (event: MouseEvent) => {
      if (!(event.target as Element).closest('.node')) hovered.value = under(event);
    };
    const onClick = (event: MouseEvent) => {
      const name = (event.target as Element).closest('.node, .edge') ? null : under(event);
      if (name) pin(name);
    };
    over.addEventListener('mousemove', onMove);
    over.addEventListener('click', onClick);
    return () => {
      over.removeEventListener('mousemove', onMove);
      over.removeEventListener('click', onClick);
    };
  }, [set]);
  return <canvas ref={canvas} class="edges" aria-hidden="true" />;
}
