/** The look of all parts of the card: Home Assistant's own colors, buttons, pictures. */

import { css, html } from "lit";

/** Facts with dots between them. */
export function line(facts: string[]) {
  return html`<div class="line muted">${facts.map((fact) => html`<span><bdi>${fact}</bdi></span>`)}</div>`;
}

/** A name, and facts below it. */
export function named(name: string, facts: string[]) {
  return html`<div class="name" dir="auto" title=${name}>${name}</div>
    ${line(facts)}`;
}

export const shared = css`
  :host {
    --gap: 12px;
    /* A theme's color may be too light for white text on it, or for text on the card: these are dark enough. */
    --strong: oklch(from var(--primary-color) min(l, 0.5) c h);
    --stronger: oklch(from var(--primary-color) min(l, 0.42) c h);
    --link: color-mix(in srgb, var(--primary-color) 60%, var(--primary-text-color));
    color: var(--primary-text-color);
    font-size: 14px;
    line-height: 1.4;
  }
  * {
    box-sizing: border-box;
  }
  h2 {
    font-size: 16px;
    font-weight: 500;
    margin: 0;
  }
  button,
  a.main {
    align-items: center;
    background: none;
    border: none;
    border-radius: 18px;
    color: inherit;
    cursor: pointer;
    display: inline-flex;
    font: inherit;
    gap: 6px;
    justify-content: center;
    min-height: 36px;
    padding: 0 12px;
  }
  button.icon {
    min-width: 36px;
    padding: 0;
  }
  button.main,
  a.main {
    background: var(--strong);
    color: #fff;
    font-weight: 500;
    text-decoration: none;
  }
  button.tonal {
    background: color-mix(in srgb, var(--primary-color) 16%, transparent);
  }
  button:hover:not(:disabled) {
    background: color-mix(in srgb, var(--primary-text-color) 10%, transparent);
  }
  button.main:hover:not(:disabled),
  a.main:hover {
    background: var(--stronger);
  }
  button:disabled {
    cursor: default;
    opacity: 0.5;
  }
  button[aria-pressed="false"] {
    background: none;
    box-shadow: inset 0 0 0 1px var(--divider-color);
    color: var(--secondary-text-color);
  }
  :is(button, input, select, a, summary):focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 1px;
  }
  ha-icon {
    --mdc-icon-size: 20px;
    display: inline-flex;
    flex: none;
    height: 20px;
    width: 20px;
  }
  summary {
    align-items: center;
    cursor: pointer;
    display: flex;
    gap: 6px;
    list-style: none;
    min-height: 36px;
    width: fit-content;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary ha-icon {
    transition: transform 0.15s;
  }
  details:not([open]) > summary ha-icon {
    transform: rotate(-90deg);
  }
  details:not([open]) > summary ha-icon:dir(rtl) {
    transform: rotate(90deg);
  }
  a {
    color: var(--link);
  }
  .muted {
    color: var(--secondary-text-color);
  }
  /* Facts with dots between them. The dot before the first fact of each line is clipped off. */
  .line {
    --dot: 12px;
    clip-path: inset(0 0 0 var(--dot));
    display: flex;
    flex-wrap: wrap;
    margin-inline-start: calc(-1 * var(--dot));
  }
  .line:dir(rtl) {
    clip-path: inset(0 var(--dot) 0 0);
  }
  .line > span {
    padding-inline-start: var(--dot);
    position: relative;
  }
  .line > span::before {
    content: "·" / "";
    inset-inline-start: 0;
    position: absolute;
    text-align: center;
    width: var(--dot);
  }
  /* A name written in the other direction than the page is cut off at its end, too. */
  .name {
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    line-clamp: 2;
    display: -webkit-box;
    font-weight: 500;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  :dir(ltr) > .name {
    text-align: left;
  }
  :dir(rtl) > .name {
    text-align: right;
  }
  .picture {
    aspect-ratio: 1;
    background: var(--secondary-background-color);
    border-radius: 8px;
    object-fit: contain;
  }
  .none {
    display: grid;
    place-items: center;
  }
  .hidden {
    block-size: 1px;
    clip-path: inset(50%);
    inline-size: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
  }
  .error {
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
  }
  input,
  select {
    background: var(--card-background-color);
    border: 1px solid var(--divider-color);
    border-radius: 8px;
    color: inherit;
    font: inherit;
    min-height: 36px;
    padding: 0 8px;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
