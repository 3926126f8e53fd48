/** What the parts of the card share: what they are given, its words, and what happens when an action is refused. */

import { type CSSResultGroup, LitElement, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type Actions, refusal } from "./actions";
import { Printer } from "./printer";
import { shared } from "./style";
import { type Key, type Kind, type Values, text, word } from "./text";
import type { Hass, Override, Setting } from "./types";

export class Part extends LitElement {
  @property({ attribute: false }) hass!: Hass;
  /** The queue's entity id. */
  @property({ attribute: false }) entity = "";
  /** Why the last action was refused. */
  @state() protected problem = "";

  protected static override finalizeStyles(own?: CSSResultGroup) {
    return [shared, ...super.finalizeStyles(own)];
  }

  protected get language() {
    return this.hass.locale.language;
  }

  protected get printer() {
    return new Printer(this.hass, this.entity);
  }

  protected t(key: Key, values?: Values) {
    return text(this.language, key, values);
  }

  protected word(kind: Kind, value: string) {
    return word(this.language, kind, value);
  }

  /** "Label: value", with the colon of the user's language. */
  protected labeled(label: string, value: string) {
    return this.t("labeled", { label, value });
  }

  /** The name of a task's setting, and whether the printer decides. */
  protected setting(key: Override, now: Setting) {
    return now === "auto" ? this.labeled(this.t(key), this.t("auto")) : this.t(key);
  }

  /** Call one of the integration's actions; false if it was refused. */
  protected act<A extends keyof Actions>(action: A, data: Actions[A]) {
    return this.try(() => this.hass.callService("bambu_batch", action, data, { entity_id: this.entity }, false));
  }

  /** Turn a switch of the printer on or off; false if it was refused. */
  protected turn(switchId: string, on: boolean) {
    return this.try(() =>
      this.hass.callService("switch", on ? "turn_on" : "turn_off", {}, { entity_id: switchId }, false),
    );
  }

  /** Do something that may be refused; then show why, and return false. */
  protected async try(attempt: () => Promise<unknown>): Promise<boolean> {
    this.problem = "";
    try {
      await attempt();
      return true;
    } catch (error) {
      this.problem = await refusal(this.hass, error);
      return false;
    }
  }

  protected shownProblem() {
    return this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing;
  }

  protected picture(path: string | null | undefined, placeholder: unknown = nothing) {
    return path
      ? html`<img class="picture" src=${this.hass.hassUrl(path)} alt="" loading="lazy" />`
      : html`<span class="picture none">${placeholder}</span>`;
  }
}
