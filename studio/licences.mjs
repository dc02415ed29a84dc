// studio/licences.mjs - writes dist/licences.txt: the licences of the packages whose code goes into the page.
import { readFileSync, writeFileSync } from "node:fs";

const packages = ["preact", "@preact/signals", "@preact/signals-core", "uplot", "katex"];
const texts = packages.map((name) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
writeFileSync("dist/licences.txt", texts.join("\n----\n\n"));
