/** Adding tasks: files of the media folders with their pictures, or files from here. */

import { LitElement, css, html, nothing } from "lit";
import { Actions, reason, upload } from "./actions";
import { duration, number } from "./format";
import { Printer } from "./printer";
import { shared } from "./style";
import { type Key, text } from "./text";
import { type Hass, type LibraryFile, type LibraryPlate, OVERRIDES, type Override } from "./types";

interface Upload {
  name: string;
  share: number;
  problem: string;
}

export class Add extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    files: { state: true },
    chosen: { state: true },
    plates: { state: true },
    plate: { state: true },
    copies: { state: true },
    overrides: { state: true },
    uploads: { state: true },
    problem: { state: true },
    said: { state: true },
    over: { state: true },
    busy: { state: true },
    search: { state: true },
  };
  declare hass: Hass;
  declare entity: string;
  declare files: LibraryFile[] | undefined;
  declare chosen: string;
  declare plates: LibraryPlate[] | undefined;
  declare plate: number | undefined;
  declare copies: number;
  /** Only what a person has set here; the rest follows the printer's defaults. */
  declare overrides: Partial<Record<Override, boolean>>;
  declare uploads: Upload[];
  declare problem: string;
  declare said: string;
  declare over: boolean;
  declare busy: boolean;
  declare search: string;

  constructor() {
    super();
    this.chosen = "";
    this.copies = 1;
    this.search = "";
    this.overrides = {};
    this.uploads = [];
  }

  override connectedCallback() {
    super.connectedCallback();
    void this.list();
  }

  override render() {
    return html`
      <div
        class="drop ${this.over ? "over" : ""}"
        @dragover=${this.dragged}
        @dragleave=${() => (this.over = false)}
        @drop=${this.dropped}
      >
        ${this.t("drop_here")}
        <label class="choose">
          <input class="hidden" type="file" multiple accept=".3mf" @change=${this.filesChosen} />
          <span>${this.t("choose_files")}</span>
        </label>
      </div>
      ${this.uploads.map(
        (one) => html`<div class="upload" role="status">
          ${one.problem
            ? html`<span class="error">${one.name}: ${one.problem}</span>`
            : html`${this.t("uploading", { name: one.name, percent: Math.round(one.share * 100) })}
                <progress max="1" .value=${one.share} aria-label=${one.name}></progress>`}
        </div>`,
      )}
      <input
        type="search"
        placeholder=${this.t("search")}
        aria-label=${this.t("search")}
        @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value.trim())}
      />
      ${this.library()} ${this.chosen ? this.form() : nothing}
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      <div class="hidden" aria-live="polite">${this.said}</div>
    `;
  }

  private get language() {
    return this.hass.locale.language;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.language, key, values);
  }

  private library() {
    if (!this.files) return html`<p class="muted">${this.t("loading")}</p>`;
    const wanted = this.search.toLocaleLowerCase();
    const files = this.files.filter((file) => file.name.toLocaleLowerCase().includes(wanted));
    if (!files.length)
      return html`<p class="muted">${this.t(this.search ? "search_none" : "files_none")}</p>`;
    return html`<div class="files" role="listbox" tabindex="-1" aria-label=${this.t("files_folder")}>
      ${files.map(
        (file) => html`<button
          class="file"
          role="option"
          aria-selected=${this.chosen === file.media_content_id ? "true" : "false"}
          @click=${() => this.choose(file.media_content_id)}
        >
          ${file.thumbnail
            ? html`<img class="picture" src=${this.hass.hassUrl(file.thumbnail)} alt="" loading="lazy" />`
            : html`<span class="picture"></span>`}
          <span class="name">${file.name}</span>
        </button>`,
      )}
    </div>`;
  }

  private form() {
    const plate = this.plates?.find((one) => one.plate === this.plate);
    return html`<form @submit=${this.submitted}>
      ${this.plates && this.plates.length > 1
        ? html`<select aria-label=${this.t("plate", { plate: "" })} @change=${this.plateChosen}>
            <option value="">${this.t("all_plates")} (${this.plates.length})</option>
            ${this.plates.map((one) => html`<option value=${one.plate}>${one.name}</option>`)}
          </select>`
        : nothing}
      ${plate ? html`<span class="muted">${this.facts(plate)}</span>` : nothing}
      <label>
        ${this.t("copies")}
        <input
          type="number"
          min="1"
          max="100000"
          required
          .value=${String(this.copies)}
          @input=${(event: Event) => (this.copies = Number((event.target as HTMLInputElement).value))}
        />
      </label>
      ${OVERRIDES.map(
        (key) => html`<label class="check">
          <input
            type="checkbox"
            .checked=${this.overrides[key] ?? this.usual(key)}
            @change=${(event: Event) =>
              (this.overrides = { ...this.overrides, [key]: (event.target as HTMLInputElement).checked })}
          />${this.t(key)}
        </label>`,
      )}
      <button class="main" type="submit" ?disabled=${this.busy || !this.plates}>${this.t("add_to_queue")}</button>
      <button class="tonal" type="button" @click=${() => this.dispatchEvent(new CustomEvent("close"))}>
        ${this.t("close")}
      </button>
    </form>`;
  }

  /** The printer's default for new tasks. */
  private usual(key: Override): boolean {
    return new Printer(this.hass, this.entity).state(`switch.default_${key}`)?.state === "on";
  }

  private facts(plate: LibraryPlate) {
    const grams = plate.grams === null ? "" : ` · ${number(plate.grams, this.language, 1)} g`;
    return duration(plate.seconds, this.language) + grams;
  }

  private async list() {
    try {
      const answer = await this.hass.callWS<{ files: LibraryFile[] }>({ type: "bambu_batch/library/list" });
      this.files = answer.files;
    } catch (error) {
      this.problem = reason(error);
    }
  }

  private async choose(file: string) {
    this.chosen = file;
    this.plates = undefined;
    this.plate = undefined;
    this.problem = "";
    try {
      const { plates } = await this.hass.callWS<{ plates: LibraryPlate[] }>({
        type: "bambu_batch/library/get",
        media_content_id: file,
      });
      if (this.chosen !== file) return;
      this.plates = plates;
      this.plate = plates.length === 1 ? plates[0]!.plate : undefined;
    } catch (error) {
      this.problem = reason(error);
    }
  }

  private plateChosen(event: Event) {
    const { value } = event.target as HTMLSelectElement;
    this.plate = value ? Number(value) : undefined;
  }

  private async submitted(event: Event) {
    event.preventDefault();
    this.busy = true;
    this.problem = "";
    try {
      await new Actions(this.hass, this.entity).enqueue({
        file: this.chosen,
        copies: this.copies,
        ...(this.plate === undefined ? {} : { plate: this.plate }),
        ...this.overrides,
      });
      const name = this.files?.find((file) => file.media_content_id === this.chosen)?.name ?? "";
      this.said = this.t("added", { name });
      this.chosen = "";
      this.copies = 1;
    } catch (error) {
      this.problem = reason(error);
    } finally {
      this.busy = false;
    }
  }

  private dragged(event: DragEvent) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = true;
  }

  private dropped(event: DragEvent) {
    event.preventDefault();
    this.over = false;
    void this.send([...(event.dataTransfer?.files ?? [])]);
  }

  private filesChosen(event: Event) {
    const input = event.target as HTMLInputElement;
    void this.send([...(input.files ?? [])]);
    input.value = "";
  }

  /** One after the other: the media folder's disk is the bottleneck. A bad file stops no other. */
  private async send(files: File[]) {
    for (const file of files) {
      const one: Upload = { name: file.name, share: 0, problem: "" };
      this.uploads = [...this.uploads.filter((other) => other.problem && other.name !== file.name), one];
      const show = (change: Partial<Upload>) => {
        this.uploads = this.uploads.map((other) => (other.name === one.name ? { ...other, ...change } : other));
      };
      try {
        const stored = await upload(this.hass, file, (share) => show({ share }));
        this.uploads = this.uploads.filter((other) => other.name !== one.name);
        await this.list();
        await this.choose(stored.media_content_id);
      } catch (error) {
        show({ problem: reason(error) || this.t("upload_failed") });
      }
    }
  }

  static override styles = [
    shared,
    css`
      :host {
        background: color-mix(in srgb, var(--primary-text-color) 4%, transparent);
        border-radius: 12px;
        display: grid;
        gap: 10px;
        margin: 8px 0;
        padding: 12px;
      }
      .drop {
        border: 2px dashed var(--divider-color);
        border-radius: 12px;
        padding: 14px;
        text-align: center;
      }
      .over {
        border-color: var(--primary-color);
      }
      .choose {
        color: var(--link);
        cursor: pointer;
        font-weight: 500;
      }
      .choose:focus-within {
        outline: 2px solid var(--primary-color);
      }
      .upload progress {
        width: 100%;
      }
      .files {
        display: grid;
        gap: 8px;
        grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
        max-height: 300px;
        overflow: auto;
      }
      .file {
        border-radius: 10px;
        flex-direction: column;
        padding: 6px;
      }
      .file[aria-selected="true"] {
        background: color-mix(in srgb, var(--primary-color) 20%, transparent);
      }
      .file .picture {
        height: 72px;
        width: 72px;
      }
      .file .name {
        font-size: 12px;
        overflow-wrap: anywhere;
      }
      form {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 8px 14px;
      }
      form input[type="number"] {
        width: 84px;
      }
      .check {
        align-items: center;
        display: inline-flex;
        gap: 4px;
      }
      .check input {
        min-height: 0;
      }
    `,
  ];
}
