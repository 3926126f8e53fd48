/** Adding tasks: files of the media folders with their pictures, or files of this device. */

import { css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { refusal } from "./actions";
import { duration, grams, percent } from "./format";
import { Part } from "./part";
import { line } from "./style";
import { type LibraryFile, type LibraryPlate, OVERRIDES, type Override, type Setting, following } from "./types";
import { upload } from "./upload";

interface Upload {
  name: string;
  share: number;
  problem: string;
}

export class Add extends Part {
  @state() private files: LibraryFile[] | undefined;
  /** Files whose names cannot be shown. */
  @state() private leftOut = 0;
  /** Files to be added, by media_content_id, in the order in which they were chosen. */
  @state() private chosen: string[] = [];
  /** Plates of the file, if only one is chosen. */
  @state() private plates: LibraryPlate[] | undefined;
  @state() private plate: number | undefined;
  @state() private copies = 1;
  /** Only what a person has set here; the rest follows the printer's defaults. */
  @state() private overrides: Partial<Record<Override, Setting>> = {};
  @state() private uploads: Upload[] = [];
  /** For screen readers. */
  @state() private announced = "";
  @state() private busy = false;
  @state() private search = "";

  override connectedCallback() {
    super.connectedCallback();
    void this.list();
  }

  override render() {
    return html`
      <div class="drop">
        <span>${this.t("drop_here")}</span>
        <label class="choose">
          <input class="hidden" type="file" multiple accept=".3mf" @change=${this.filesChosen} />
          <span>${this.t("choose_files")}</span>
        </label>
      </div>
      ${this.uploads.map(
        (one) =>
          html`<div class="upload" role="status">
            ${one.problem
              ? html`<ha-icon icon="mdi:alert-circle-outline"></ha-icon>
                  <span class="error" dir="auto"
                    >${one.problem.includes(one.name) ? one.problem : this.labeled(one.name, one.problem)}</span
                  >
                  <button
                    class="icon muted"
                    aria-label=${this.labeled(this.t("close"), one.name)}
                    @click=${() => (this.uploads = this.uploads.filter((other) => other !== one))}
                  >
                    <ha-icon icon="mdi:close"></ha-icon>
                  </button>`
              : html`${this.labeled(one.name, percent(one.share * 100, this.language))}
                  <progress max="1" .value=${one.share} aria-label=${one.name}></progress>`}
          </div>`,
      )}
      <input
        type="search"
        placeholder=${this.t("search")}
        aria-label=${this.t("search")}
        @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value.trim())}
      />
      ${this.library()}
      ${this.leftOut ? html`<p class="muted">${this.t("files_left_out", { count: this.leftOut })}</p>` : nothing}
      ${this.form()} ${this.shownProblem()}
      <div class="hidden" aria-live="polite">${this.announced}</div>
    `;
  }

  private library() {
    if (!this.files) return html`<p class="muted">${this.t("loading")}</p>`;
    const wanted = this.search.toLocaleLowerCase();
    const files = this.files.filter((file) => file.name.toLocaleLowerCase().includes(wanted));
    if (!files.length) return html`<p class="muted">${this.t(this.search ? "search_none" : "files_none")}</p>`;
    return html`<div
      class="files"
      role="listbox"
      aria-multiselectable="true"
      tabindex="-1"
      aria-label=${this.t("files_folder")}
    >
      ${files.map(
        (file) =>
          html`<button
            class="file"
            role="option"
            aria-selected=${this.chosen.includes(file.media_content_id) ? "true" : "false"}
            title=${file.name}
            @click=${() => this.toggle(file.media_content_id)}
          >
            ${this.picture(file.thumbnail)}
            <span class="name" dir="auto">${shortName(file.name)}</span>
          </button>`,
      )}
    </div>`;
  }

  private form() {
    if (!this.chosen.length)
      return html`<div class="end">
        <span class="muted">${this.t("choose_help")}</span>
        ${this.closing()}
      </div>`;
    return html`<form @submit=${this.submitted}>
      <div class="chosen">${this.whatIsChosen()}</div>
      ${this.plates && this.plates.length > 1
        ? html`<select aria-label=${this.t("choose_plate")} @change=${this.plateChosen}>
            <option value="">${this.t("all_plates", { count: this.plates.length })}</option>
            ${this.plates.map((one) => html`<option value=${one.plate}>${one.name}</option>`)}
          </select>`
        : nothing}
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
      ${OVERRIDES.map((key) => {
        const now = this.overrides[key] ?? this.usual(key);
        return html`<label class="check">
          <input
            type="checkbox"
            .checked=${Boolean(now)}
            .indeterminate=${now === "auto"}
            @change=${() => (this.overrides = { ...this.overrides, [key]: following(key, now) })}
          />${this.setting(key, now)}
        </label>`;
      })}
      <div class="end">
        <button class="main" type="submit" ?disabled=${this.busy || (this.chosen.length === 1 && !this.plates)}>
          ${this.t("add_to_queue")}
        </button>
        ${this.closing()}
      </div>
    </form>`;
  }

  private closing() {
    return html`<button class="tonal" type="button" @click=${() => this.dispatchEvent(new Event("close"))}>
      ${this.t("close")}
    </button>`;
  }

  private whatIsChosen() {
    const [only, ...more] = this.chosen;
    if (more.length) return this.t("files_chosen", { count: this.chosen.length });
    const plate = this.plates?.find((one) => one.plate === this.plate);
    return html`<div class="name" dir="auto">${shortName(this.nameOf(only))}</div>
      ${plate ? line(this.facts(plate)) : nothing}`;
  }

  private nameOf(file: string | undefined): string {
    return this.files?.find((one) => one.media_content_id === file)?.name ?? "";
  }

  /** The printer's default for new tasks. */
  private usual(key: Override): Setting {
    const known = this.printer.state(`switch.default_${key}`);
    return known?.attributes["auto"] ? "auto" : known?.state === "on";
  }

  private facts({ grams: weight, seconds }: LibraryPlate): string[] {
    const facts = [duration(seconds, this.language)];
    return weight === null ? facts : [...facts, grams(weight, this.language)];
  }

  private list() {
    return this.try(async () => {
      const answer = await this.hass.callWS<{ files: LibraryFile[]; left_out: number }>({
        type: "bambu_batch/library/list",
      });
      this.files = answer.files;
      this.leftOut = answer.left_out;
    });
  }

  private toggle(file: string) {
    return this.choose(this.chosen.includes(file) ? this.chosen.filter((one) => one !== file) : [...this.chosen, file]);
  }

  /** Of one file a plate can be chosen; of several, all plates are added. */
  private async choose(files: string[]) {
    this.chosen = files;
    this.plates = undefined;
    this.plate = undefined;
    this.problem = "";
    const [only, ...more] = files;
    if (!only || more.length) return;
    await this.try(async () => {
      const { plates } = await this.hass.callWS<{ plates: LibraryPlate[] }>({
        type: "bambu_batch/library/get",
        media_content_id: only,
        inspect: false,
      });
      if (this.chosen !== files) return;
      this.plates = plates;
      this.plate = plates.length === 1 ? plates[0]!.plate : undefined;
    });
  }

  private plateChosen(event: Event) {
    const { value } = event.target as HTMLSelectElement;
    this.plate = value ? Number(value) : undefined;
  }

  private async submitted(event: Event) {
    event.preventDefault();
    this.busy = true;
    await this.addChosen();
    this.busy = false;
  }

  private async addChosen() {
    for (const file of [...this.chosen]) {
      const { copies, plate, overrides } = this;
      if (!(await this.act("enqueue", { file, copies, plate, ...overrides }))) return;
      this.announced = this.t("added", { name: this.nameOf(file) });
      this.chosen = this.chosen.filter((one) => one !== file);
    }
    this.copies = 1;
    this.plates = undefined;
  }

  private filesChosen(event: Event) {
    const input = event.target as HTMLInputElement;
    void this.send([...(input.files ?? [])]);
    input.value = "";
  }

  /** Upload files and choose them. One after the other, since the disk is the bottleneck; a bad file stops none of the others. */
  async send(files: File[]) {
    const names = new Set(files.map((file) => file.name));
    this.uploads = [
      ...this.uploads.filter((other) => !names.has(other.name)),
      ...files.map((file) => ({ name: file.name, share: 0, problem: "" })),
    ];
    const stored: string[] = [];
    for (const file of files) {
      const { name } = file;
      const show = (change: Partial<Upload>) => {
        this.uploads = this.uploads.map((one) => (one.name === name ? { ...one, ...change } : one));
      };
      try {
        const id = await upload(this.hass, file, (share) => show({ share }));
        this.uploads = this.uploads.filter((one) => one.name !== name);
        if (!stored.includes(id)) stored.push(id);
      } catch (error) {
        show({ problem: (await refusal(this.hass, error)) || this.t("upload_failed") });
      }
    }
    if (!stored.length) return;
    await this.list();
    await this.choose([...this.chosen.filter((one) => !stored.includes(one)), ...stored]);
  }

  static override styles = css`
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
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      justify-content: center;
      padding: 14px;
    }
    .choose {
      color: var(--link);
      cursor: pointer;
      font-weight: 500;
    }
    .choose:focus-within {
      outline: 2px solid var(--primary-color);
    }
    .upload {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      overflow-wrap: anywhere;
    }
    .upload:has(.error) {
      color: var(--error-color);
      flex-wrap: nowrap;
    }
    .upload span {
      flex: 1;
      min-width: 0;
    }
    .upload progress {
      accent-color: var(--primary-color);
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
      justify-content: start;
      padding: 8px 6px;
    }
    .file[aria-selected="true"] {
      background: color-mix(in srgb, var(--primary-color) 20%, transparent);
      box-shadow: inset 0 0 0 2px var(--primary-color);
    }
    .file .picture {
      height: 72px;
      width: 72px;
    }
    .file .name {
      font-size: 12px;
      font-weight: 400;
      line-height: 1.3;
      text-align: center;
    }
    form {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 8px 14px;
    }
    .chosen {
      flex-basis: 100%;
    }
    .end {
      align-items: center;
      display: flex;
      flex-basis: 100%;
      flex-wrap: wrap;
      gap: 8px;
      justify-content: flex-end;
    }
    .end .muted {
      flex: 1;
    }
    form input[type="number"] {
      width: 84px;
    }
    .check {
      align-items: center;
      display: inline-flex;
      gap: 6px;
      min-height: 36px;
    }
    .check input {
      accent-color: var(--primary-color);
      height: 18px;
      margin: 0;
      min-height: 0;
      width: 18px;
    }
  `;
}

/** Leave out the ending that all files have. */
function shortName(name: string): string {
  return name.replace(/(\.gcode)?\.3mf$/i, "");
}
