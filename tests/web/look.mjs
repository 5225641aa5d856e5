// Looks at pages of a folder in a browser, with axe and with Lighthouse; prints what they find as JSON.
//
//     CHROME_PATH=/usr/bin/chromium node tests/web/look.mjs FOLDER [PAGE…] [--lighthouse PAGE…]
//
// Without a PAGE (a path in the folder, such as en/index.html) it looks at all of them. With --lighthouse it runs
// Lighthouse, which takes longest, only on the pages that are named behind it. The folder is served as a site is:
// its own index.html is the first page, and it may have a robots.txt.
// It ends with 0 once all pages are looked at, whatever was found: tests/test_web.py judges.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";

import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HEIGHT = 800;
const WIDTHS = [360, 1280];
const NARROWEST = 320; // what WCAG 1.4.10 asks a page to fit into
const SCHEMES = ["light", "dark"];
const CATEGORIES = ["accessibility", "best-practices", "seo"];

/** A server of these pages and nothing else; `asked` gathers the paths it was asked for. */
async function serve(pages, asked, robots) {
  const byAddress = new Map([...pages].map(([path, page]) => [addressOf(path), page]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    asked.add(path);
    const page = byAddress.get(path);
    const found = page ?? (path === "/robots.txt" ? robots : undefined);
    response.writeHead(found ? 200 : 404, {
      "Content-Type": page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
    });
    response.end(found ?? "not found");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** The path that a page is served at; a folder's index.html is the folder's. */
const addressOf = (path) => `/${path.replace(/(^|\/)index\.html$/, "$1")}`;

/** A browser that reaches nothing but the server, with a profile of its own. */
function launch(profile) {
  const options = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
  ];
  if (process.getuid?.() === 0) options.push("--no-sandbox"); // Chromium's sandbox refuses root
  return puppeteer.launch({
    executablePath: process.env.CHROME_PATH,
    userDataDir: profile,
    args: options,
  });
}

const textOf = (tab) => tab.evaluate(() => document.body.innerText);

/** What a reader's browser does with a page: requests, complaints, text without scripts, width. */
async function read(browser, address) {
  const tab = await browser.newPage();
  const requests = new Set();
  const console_ = [];
  tab.on("request", (request) => requests.add(request.url()));
  tab.on("console", (message) => console_.push(`${message.type()}: ${message.text()}`));
  tab.on("pageerror", (error) => console_.push(`error: ${error.message}`));
  const devtools = await tab.createCDPSession();
  devtools.on("Audits.issueAdded", ({ issue }) => console_.push(`issue: ${issue.code}`));
  await devtools.send("Audits.enable");
  await tab.setViewport({ width: WIDTHS[0], height: HEIGHT });
  await tab.goto(address, { waitUntil: "networkidle0" });

  const sideways = {};
  for (const width of [NARROWEST, ...WIDTHS]) {
    await tab.setViewport({ width, height: HEIGHT });
    const wide = await tab.evaluate(tooWide);
    if (wide) sideways[width] = wide;
  }
  const scripted = await textOf(tab);
  await tab.close();

  const plain = await browser.newPage();
  await plain.setJavaScriptEnabled(false);
  await plain.setViewport({ width: WIDTHS.at(-1), height: HEIGHT });
  await plain.goto(address);
  const scriptless = await textOf(plain);
  await plain.close();
  const others = [...requests].filter((url) => url !== address && !url.startsWith("data:"));
  return { requests: others, console: console_, sideways, text: { scripted, scriptless } };
}

/** Runs in the page: by how much it scrolls sideways, and which of its innermost elements reach that far. */
function tooWide() {
  const beyond = document.scrollingElement.scrollWidth - innerWidth;
  if (beyond <= 0) return null;
  const end = (element) => {
    const { left, width } = element.getBoundingClientRect();
    return left + Math.max(width, element.scrollWidth);
  };
  const reaching = [...document.querySelectorAll("body, body *")].filter((element) => end(element) > innerWidth);
  const innermost = reaching.filter((element) => !reaching.some((other) => other.parentElement === element));
  return { beyond, elements: innermost.map(({ outerHTML }) => outerHTML.slice(0, 120)) };
}

/** What axe finds, at each width and in each colour scheme; rules that are off by default are on. */
async function axe(browser, address) {
  const tab = await browser.newPage();
  const found = [];
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      await tab.setViewport({ width, height: HEIGHT });
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await tab.goto(address);
      await tab.evaluate(AXE); // by the DevTools protocol, which a page's security policy doesn't bind
      for (const finding of await tab.evaluate(runAxe)) found.push({ width, scheme, ...finding });
    }
  }
  await tab.close();
  return found;
}

/**
 * Runs in the page. What axe isn't sure of is `sure: false`; of text in a drawing, whose ground it can't see,
 * `contrast` is measured against the ground that the drawing stands on.
 */
async function runAxe() {
  const { Color, getContrast } = axe.commons.color;
  const colour = (text) => {
    const read = new Color();
    read.parseString(text);
    return read;
  };
  const groundOf = (element) => {
    const ground = element ? colour(getComputedStyle(element).backgroundColor) : colour("white");
    return ground.alpha > 0 ? ground : groundOf(element.parentElement);
  };
  const rules = axe.getRules().filter(({ tags }) => !tags.includes("deprecated"));
  const all = Object.fromEntries(rules.map(({ ruleId }) => [ruleId, { enabled: true }]));
  const contrastOf = (selector) => {
    const element = document.querySelector(selector);
    if (!(element instanceof SVGTextContentElement)) return null;
    return getContrast(groundOf(element), colour(getComputedStyle(element).fill));
  };
  const result = await axe.run({ rules: all, resultTypes: ["violations", "incomplete"] });
  const told = (sure) => (finding) =>
    finding.nodes.map(({ html, target, any, all, none }) => ({
      sure,
      rule: finding.id,
      target: target.join(" "),
      html,
      why: [...any, ...all, ...none].map(({ message }) => message).join("; "),
      contrast: !sure && finding.id.startsWith("color-contrast") ? contrastOf(target[0]) : null,
    }));
  return [...result.violations.flatMap(told(true)), ...result.incomplete.flatMap(told(false))];
}

/** Lighthouse's scores, and each audit that isn't passed in full with what it holds against the page. */
async function light(browser, address) {
  const tab = await browser.newPage();
  const { lhr } = await lighthouse(
    address,
    {
      onlyCategories: CATEGORIES,
      logLevel: "error",
      disableFullPageScreenshot: true,
      pauseAfterFcpMs: 100,
      pauseAfterLoadMs: 100,
      networkQuietThresholdMs: 250,
      cpuQuietThresholdMs: 250,
    },
    undefined,
    tab,
  );
  await tab.close();
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, lhr.categories[name].score]));
  const failed = Object.values(lhr.audits)
    .filter(({ score, scoreDisplayMode: mode }) => mode === "error" || (score !== null && score < 1))
    .map(({ id, title, details, explanation, errorMessage }) => ({
      id,
      title,
      why: errorMessage ?? explanation ?? null,
      items: (details?.items ?? []).map(offence),
    }));
  return { scores, failed, error: lhr.runtimeError?.message ?? null };
}

/** What an audit points at: an element, else whatever it says about it. */
function offence(item) {
  return item.node ? `${item.node.selector}: ${item.node.snippet}` : JSON.stringify(item);
}

async function main(folder, ...named) {
  const split = named.indexOf("--lighthouse");
  const chosen = split < 0 ? named : named.slice(0, split);
  const lit = split < 0 ? null : new Set(named.slice(split + 1));
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
  const all = names.map((name) => name.split(sep).join("/")).sort();
  const paths = chosen.length ? chosen : all;
  const pages = new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
  const asked = new Set();
  const robots = existsSync(join(folder, "robots.txt")) ? readFileSync(join(folder, "robots.txt")) : undefined;
  const server = await serve(pages, asked, robots);
  const profile = mkdtempSync(join(tmpdir(), "look-"));
  const found = {};
  try {
    const browser = await launch(profile);
    try {
      for (const path of pages.keys()) {
        const address = `http://127.0.0.1:${server.address().port}${encodeURI(addressOf(path))}`;
        const begun = Date.now();
        asked.clear();
        const seen = await read(browser, address);
        seen.asked = [...asked].filter((other) => other !== addressOf(path)); // an icon isn't always a tab's request
        seen.axe = await axe(browser, address);
        const middle = Date.now();
        if (lit === null || lit.has(path)) seen.lighthouse = await light(browser, address);
        seen.seconds = { axe: (middle - begun) / 1000, lighthouse: (Date.now() - middle) / 1000 };
        found[path] = seen;
      }
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
  process.stdout.write(`${JSON.stringify(found, null, 1)}\n`);
}

await main(...process.argv.slice(2));
