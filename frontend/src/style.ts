/** What all parts of the card share: Home Assistant's own colours, buttons, pictures. */

import { css } from "lit";

export const shared = css`
  :host {
    --gap: 12px;
    /* Home Assistant's own blue is too light under white, and on white, to be read by everybody. */
    --strong: color-mix(in srgb, var(--primary-color) 74%, #000);
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
  button {
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
  button.main {
    background: var(--strong);
    color: #fff;
    font-weight: 500;
  }
  button.tonal {
    background: color-mix(in srgb, var(--primary-color) 16%, transparent);
  }
  button:hover:not(:disabled) {
    background: color-mix(in srgb, var(--primary-text-color) 10%, transparent);
  }
  button.main:hover:not(:disabled) {
    background: color-mix(in srgb, var(--primary-color) 62%, #000);
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
  a {
    color: var(--link);
  }
  .muted {
    color: var(--secondary-text-color);
  }
  .picture {
    aspect-ratio: 1;
    background: var(--secondary-background-color);
    border-radius: 8px;
    object-fit: contain;
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
