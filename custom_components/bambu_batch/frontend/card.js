// node_modules/@lit/reactive-element/css-tag.js
var e = globalThis, t = e.ShadowRoot && (e.ShadyCSS === void 0 || e.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype, n = Symbol(), r = /* @__PURE__ */ new WeakMap(), i = class {
	constructor(e, t, r) {
		if (this._$cssResult$ = !0, r !== n) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
		this.cssText = e, this.t = t;
	}
	get styleSheet() {
		let e = this.o, n = this.t;
		if (t && e === void 0) {
			let t = n !== void 0 && n.length === 1;
			t && (e = r.get(n)), e === void 0 && ((this.o = e = new CSSStyleSheet()).replaceSync(this.cssText), t && r.set(n, e));
		}
		return e;
	}
	toString() {
		return this.cssText;
	}
}, a = (e) => new i(typeof e == "string" ? e : e + "", void 0, n), o = (e, ...t) => new i(e.length === 1 ? e[0] : t.reduce((t, n, r) => t + ((e) => {
	if (!0 === e._$cssResult$) return e.cssText;
	if (typeof e == "number") return e;
	throw Error("Value passed to 'css' function must be a 'css' function result: " + e + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
})(n) + e[r + 1], e[0]), e, n), s = (n, r) => {
	if (t) n.adoptedStyleSheets = r.map((e) => e instanceof CSSStyleSheet ? e : e.styleSheet);
	else for (let t of r) {
		let r = document.createElement("style"), i = e.litNonce;
		i !== void 0 && r.setAttribute("nonce", i), r.textContent = t.cssText, n.appendChild(r);
	}
}, c = t ? (e) => e : (e) => e instanceof CSSStyleSheet ? ((e) => {
	let t = "";
	for (let n of e.cssRules) t += n.cssText;
	return a(t);
})(e) : e, { is: l, defineProperty: u, getOwnPropertyDescriptor: d, getOwnPropertyNames: f, getOwnPropertySymbols: p, getPrototypeOf: m } = Object, h = globalThis, ee = h.trustedTypes, g = ee ? ee.emptyScript : "", te = h.reactiveElementPolyfillSupport, _ = (e, t) => e, v = {
	toAttribute(e, t) {
		switch (t) {
			case Boolean:
				e = e ? g : null;
				break;
			case Object:
			case Array: e = e == null ? e : JSON.stringify(e);
		}
		return e;
	},
	fromAttribute(e, t) {
		let n = e;
		switch (t) {
			case Boolean:
				n = e !== null;
				break;
			case Number:
				n = e === null ? null : Number(e);
				break;
			case Object:
			case Array: try {
				n = JSON.parse(e);
			} catch {
				n = null;
			}
		}
		return n;
	}
}, y = (e, t) => !l(e, t), ne = {
	attribute: !0,
	type: String,
	converter: v,
	reflect: !1,
	useDefault: !1,
	hasChanged: y
};
Symbol.metadata ??= Symbol("metadata"), h.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var re = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = ne) {
		if (t.state && (t.attribute = !1), this._$Ei(), this.prototype.hasOwnProperty(e) && ((t = Object.create(t)).wrapped = !0), this.elementProperties.set(e, t), !t.noAccessor) {
			let n = Symbol(), r = this.getPropertyDescriptor(e, n, t);
			r !== void 0 && u(this.prototype, e, r);
		}
	}
	static getPropertyDescriptor(e, t, n) {
		let { get: r, set: i } = d(this.prototype, e) ?? {
			get() {
				return this[t];
			},
			set(e) {
				this[t] = e;
			}
		};
		return {
			get: r,
			set(t) {
				let a = r?.call(this);
				i?.call(this, t), this.requestUpdate(e, a, n);
			},
			configurable: !0,
			enumerable: !0
		};
	}
	static getPropertyOptions(e) {
		return this.elementProperties.get(e) ?? ne;
	}
	static _$Ei() {
		if (this.hasOwnProperty(_("elementProperties"))) return;
		let e = m(this);
		e.finalize(), e.l !== void 0 && (this.l = [...e.l]), this.elementProperties = new Map(e.elementProperties);
	}
	static finalize() {
		if (this.hasOwnProperty(_("finalized"))) return;
		if (this.finalized = !0, this._$Ei(), this.hasOwnProperty(_("properties"))) {
			let e = this.properties, t = [...f(e), ...p(e)];
			for (let n of t) this.createProperty(n, e[n]);
		}
		let e = this[Symbol.metadata];
		if (e !== null) {
			let t = litPropertyMetadata.get(e);
			if (t !== void 0) for (let [e, n] of t) this.elementProperties.set(e, n);
		}
		this._$Eh = /* @__PURE__ */ new Map();
		for (let [e, t] of this.elementProperties) {
			let n = this._$Eu(e, t);
			n !== void 0 && this._$Eh.set(n, e);
		}
		this.elementStyles = this.finalizeStyles(this.styles);
	}
	static finalizeStyles(e) {
		let t = [];
		if (Array.isArray(e)) {
			let n = new Set(e.flat(1 / 0).reverse());
			for (let e of n) t.unshift(c(e));
		} else e !== void 0 && t.push(c(e));
		return t;
	}
	static _$Eu(e, t) {
		let n = t.attribute;
		return !1 === n ? void 0 : typeof n == "string" ? n : typeof e == "string" ? e.toLowerCase() : void 0;
	}
	constructor() {
		super(), this._$Ep = void 0, this.isUpdatePending = !1, this.hasUpdated = !1, this._$Em = null, this._$Ev();
	}
	_$Ev() {
		this._$ES = new Promise((e) => this.enableUpdating = e), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((e) => e(this));
	}
	addController(e) {
		(this._$EO ??= /* @__PURE__ */ new Set()).add(e), this.renderRoot !== void 0 && this.isConnected && e.hostConnected?.();
	}
	removeController(e) {
		this._$EO?.delete(e);
	}
	_$E_() {
		let e = /* @__PURE__ */ new Map(), t = this.constructor.elementProperties;
		for (let n of t.keys()) this.hasOwnProperty(n) && (e.set(n, this[n]), delete this[n]);
		e.size > 0 && (this._$Ep = e);
	}
	createRenderRoot() {
		let e = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
		return s(e, this.constructor.elementStyles), e;
	}
	connectedCallback() {
		this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(!0), this._$EO?.forEach((e) => e.hostConnected?.());
	}
	enableUpdating(e) {}
	disconnectedCallback() {
		this._$EO?.forEach((e) => e.hostDisconnected?.());
	}
	attributeChangedCallback(e, t, n) {
		this._$AK(e, n);
	}
	_$ET(e, t) {
		let n = this.constructor.elementProperties.get(e), r = this.constructor._$Eu(e, n);
		if (r !== void 0 && !0 === n.reflect) {
			let i = (n.converter?.toAttribute === void 0 ? v : n.converter).toAttribute(t, n.type);
			this._$Em = e, i == null ? this.removeAttribute(r) : this.setAttribute(r, i), this._$Em = null;
		}
	}
	_$AK(e, t) {
		let n = this.constructor, r = n._$Eh.get(e);
		if (r !== void 0 && this._$Em !== r) {
			let e = n.getPropertyOptions(r), i = typeof e.converter == "function" ? { fromAttribute: e.converter } : e.converter?.fromAttribute === void 0 ? v : e.converter;
			this._$Em = r;
			let a = i.fromAttribute(t, e.type);
			this[r] = a ?? this._$Ej?.get(r) ?? a, this._$Em = null;
		}
	}
	requestUpdate(e, t, n, r = !1, i) {
		if (e !== void 0) {
			let a = this.constructor;
			if (!1 === r && (i = this[e]), n ??= a.getPropertyOptions(e), !((n.hasChanged ?? y)(i, t) || n.useDefault && n.reflect && i === this._$Ej?.get(e) && !this.hasAttribute(a._$Eu(e, n)))) return;
			this.C(e, t, n);
		}
		!1 === this.isUpdatePending && (this._$ES = this._$EP());
	}
	C(e, t, { useDefault: n, reflect: r, wrapped: i }, a) {
		n && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(e) && (this._$Ej.set(e, a ?? t ?? this[e]), !0 !== i || a !== void 0) || (this._$AL.has(e) || (this.hasUpdated || n || (t = void 0), this._$AL.set(e, t)), !0 === r && this._$Em !== e && (this._$Eq ??= /* @__PURE__ */ new Set()).add(e));
	}
	async _$EP() {
		this.isUpdatePending = !0;
		try {
			await this._$ES;
		} catch (e) {
			Promise.reject(e);
		}
		let e = this.scheduleUpdate();
		return e != null && await e, !this.isUpdatePending;
	}
	scheduleUpdate() {
		return this.performUpdate();
	}
	performUpdate() {
		if (!this.isUpdatePending) return;
		if (!this.hasUpdated) {
			if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
				for (let [e, t] of this._$Ep) this[e] = t;
				this._$Ep = void 0;
			}
			let e = this.constructor.elementProperties;
			if (e.size > 0) for (let [t, n] of e) {
				let { wrapped: e } = n, r = this[t];
				!0 !== e || this._$AL.has(t) || r === void 0 || this.C(t, void 0, n, r);
			}
		}
		let e = !1, t = this._$AL;
		try {
			e = this.shouldUpdate(t), e ? (this.willUpdate(t), this._$EO?.forEach((e) => e.hostUpdate?.()), this.update(t)) : this._$EM();
		} catch (t) {
			throw e = !1, this._$EM(), t;
		}
		e && this._$AE(t);
	}
	willUpdate(e) {}
	_$AE(e) {
		this._$EO?.forEach((e) => e.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = !0, this.firstUpdated(e)), this.updated(e);
	}
	_$EM() {
		this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = !1;
	}
	get updateComplete() {
		return this.getUpdateComplete();
	}
	getUpdateComplete() {
		return this._$ES;
	}
	shouldUpdate(e) {
		return !0;
	}
	update(e) {
		this._$Eq &&= this._$Eq.forEach((e) => this._$ET(e, this[e])), this._$EM();
	}
	updated(e) {}
	firstUpdated(e) {}
};
re.elementStyles = [], re.shadowRootOptions = { mode: "open" }, re[_("elementProperties")] = /* @__PURE__ */ new Map(), re[_("finalized")] = /* @__PURE__ */ new Map(), te?.({ ReactiveElement: re }), (h.reactiveElementVersions ??= []).push("2.1.2");
// node_modules/lit-html/lit-html.js
var ie = globalThis, b = (e) => e, x = ie.trustedTypes, ae = x ? x.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, S = "$lit$", C = `lit$${Math.random().toFixed(9).slice(2)}$`, oe = "?" + C, se = `<${oe}>`, w = document, ce = () => w.createComment(""), le = (e) => e === null || typeof e != "object" && typeof e != "function", ue = Array.isArray, de = (e) => ue(e) || typeof e?.[Symbol.iterator] == "function", fe = "[ 	\n\f\r]", pe = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, me = /-->/g, he = />/g, ge = RegExp(`>|${fe}(?:([^\\s"'>=/]+)(${fe}*=${fe}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), _e = /'/g, ve = /"/g, ye = /^(?:script|style|textarea|title)$/i, be = (e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}), T = be(1), xe = be(2), Se = Symbol.for("lit-noChange"), E = Symbol.for("lit-nothing"), Ce = /* @__PURE__ */ new WeakMap(), we = w.createTreeWalker(w, 129);
function Te(e, t) {
	if (!ue(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return ae === void 0 ? t : ae.createHTML(t);
}
var Ee = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = pe;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === pe ? c[1] === "!--" ? o = me : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = ge) : (ye.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = ge) : o = he : o === ge ? c[0] === ">" ? (o = i ?? pe, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? ge : c[3] === "\"" ? ve : _e) : o === ve || o === _e ? o = ge : o === me || o === he ? o = pe : (o = ge, i = void 0);
		let d = o === ge && e[t + 1].startsWith("/>") ? " " : "";
		a += o === pe ? n + se : l >= 0 ? (r.push(s), n.slice(0, l) + S + n.slice(l) + C + d) : n + C + (l === -2 ? t : d);
	}
	return [Te(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, De = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = Ee(t, n);
		if (this.el = e.createElement(l, r), we.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = we.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(S)) {
					let t = u[o++], n = i.getAttribute(e).split(C), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? Me : r[1] === "?" ? Ne : r[1] === "@" ? Pe : je
					}), i.removeAttribute(e);
				} else e.startsWith(C) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (ye.test(i.tagName)) {
					let e = i.textContent.split(C), t = e.length - 1;
					if (t > 0) {
						i.textContent = x ? x.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], ce()), we.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], ce());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === oe) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(C, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += C.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = w.createElement("template");
		return n.innerHTML = e, n;
	}
};
function Oe(e, t, n = e, r) {
	if (t === Se) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = le(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = Oe(e, i._$AS(e, t.values), i, r)), t;
}
var ke = class {
	constructor(e, t) {
		this._$AV = [], this._$AN = void 0, this._$AD = e, this._$AM = t;
	}
	get parentNode() {
		return this._$AM.parentNode;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	u(e) {
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? w).importNode(t, !0);
		we.currentNode = r;
		let i = we.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new Ae(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new Fe(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = we.nextNode(), a++);
		}
		return we.currentNode = w, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, Ae = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = E, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
	}
	get parentNode() {
		let e = this._$AA.parentNode, t = this._$AM;
		return t !== void 0 && e?.nodeType === 11 && (e = t.parentNode), e;
	}
	get startNode() {
		return this._$AA;
	}
	get endNode() {
		return this._$AB;
	}
	_$AI(e, t = this) {
		e = Oe(this, e, t), le(e) ? e === E || e == null || e === "" ? (this._$AH !== E && this._$AR(), this._$AH = E) : e !== this._$AH && e !== Se && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? de(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== E && le(this._$AH) ? this._$AA.nextSibling.data = e : this.T(w.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = De.createElement(Te(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new ke(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = Ce.get(e.strings);
		return t === void 0 && Ce.set(e.strings, t = new De(e)), t;
	}
	k(t) {
		ue(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(ce()), this.O(ce()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = b(e).nextSibling;
			b(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, je = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = E, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = E;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = Oe(this, e, t, 0), a = !le(e) || e !== this._$AH && e !== Se, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = Oe(this, r[n + o], t, o), s === Se && (s = this._$AH[o]), a ||= !le(s) || s !== this._$AH[o], s === E ? e = E : e !== E && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === E ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, Me = class extends je {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === E ? void 0 : e;
	}
}, Ne = class extends je {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== E);
	}
}, Pe = class extends je {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = Oe(this, e, t, 0) ?? E) === Se) return;
		let n = this._$AH, r = e === E && n !== E || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== E && (n === E || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, Fe = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		Oe(this, e);
	}
}, Ie = {
	M: S,
	P: C,
	A: oe,
	C: 1,
	L: Ee,
	R: ke,
	D: de,
	V: Oe,
	I: Ae,
	H: je,
	N: Ne,
	U: Pe,
	B: Me,
	F: Fe
}, Le = ie.litHtmlPolyfillSupport;
Le?.(De, Ae), (ie.litHtmlVersions ??= []).push("3.3.3");
var Re = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new Ae(t.insertBefore(ce(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, ze = globalThis, Be = class extends re {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = Re(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return Se;
	}
};
Be._$litElement$ = !0, Be.finalized = !0, ze.litElementHydrateSupport?.({ LitElement: Be });
var Ve = ze.litElementPolyfillSupport;
Ve?.({ LitElement: Be }), (ze.litElementVersions ??= []).push("4.2.2");
// node_modules/@lit/reactive-element/decorators/property.js
var He = {
	attribute: !0,
	type: String,
	converter: v,
	reflect: !1,
	hasChanged: y
}, Ue = (e = He, t, n) => {
	let { kind: r, metadata: i } = n, a = globalThis.litPropertyMetadata.get(i);
	if (a === void 0 && globalThis.litPropertyMetadata.set(i, a = /* @__PURE__ */ new Map()), r === "setter" && ((e = Object.create(e)).wrapped = !0), a.set(n.name, e), r === "accessor") {
		let { name: r } = n;
		return {
			set(n) {
				let i = t.get.call(this);
				t.set.call(this, n), this.requestUpdate(r, i, e, !0, n);
			},
			init(t) {
				return t !== void 0 && this.C(r, void 0, e, t), t;
			}
		};
	}
	if (r === "setter") {
		let { name: r } = n;
		return function(n) {
			let i = this[r];
			t.call(this, n), this.requestUpdate(r, i, e, !0, n);
		};
	}
	throw Error("Unsupported decorator location: " + r);
};
function D(e) {
	return (t, n) => typeof n == "object" ? Ue(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
// node_modules/@lit/reactive-element/decorators/state.js
function O(e) {
	return D({
		...e,
		state: !0,
		attribute: !1
	});
}
// src/actions.ts
async function We(e, t, n) {
	let [r, i] = n ? ["remove_task", { task_id: n }] : ["clear_queue", {}], { response: a } = await e.callService("bambu_batch", r, i, { entity_id: t }, !1, !0);
	return a[t]?.removed ?? [];
}
async function Ge(e, t) {
	let { translation_domain: n, translation_key: r, translation_placeholders: i } = t;
	return !n || !r ? Ke(t) : (await e.loadBackendTranslation("exceptions", n).catch(() => void 0))?.(`component.${n}.exceptions.${r}.message`, i) || Ke(t);
}
function Ke(e) {
	return e && typeof e == "object" && "message" in e ? String(e.message) : String(e);
}
var qe = {
	accept_all: "Accept all",
	accept_health: "Accept",
	accept_risk: "This may affect the plate or the motion. Look at the printer first: the print head could hit something. If you accept the entry, it is ignored until the printer clears it.",
	add: "Add",
	add_files: "Add files",
	add_to_queue: "Add to the queue",
	added: "{name} added",
	all_plates: "All plates ({count})",
	auto: "auto",
	bed: "Bed",
	bed_cools: "Now {now} °C. The next plate starts at {wanted} °C.",
	bed_leveling: "Bed leveling",
	cancel: "Cancel",
	card_description: "A printer's queue: picture, progress, drag to reorder, upload, history.",
	choose_files: "Choose files",
	choose_help: "Choose one file or several, then set the copies.",
	choose_plate: "Choose a plate",
	clear_all: "Remove all",
	clear_all_question: "Remove all tasks from the queue? A plate that is printing continues.",
	close: "Close",
	close_code: "Close the error",
	confirm_plate: "The plate is clear",
	cooling: "Cooling down: next plate in {time}",
	copies: "Copies",
	copies_cancelled: "{count} canceled",
	copies_failed: "{count} failed",
	copies_less: "One less copy",
	copies_more: "One more copy",
	copies_of: "{done} of {copies}",
	copy_of: "Copy {copy} of {copies}",
	did_it_print: "Did this plate print?",
	done_at: "done {moment}",
	drop_here: "Drop sliced files here, or",
	drop_on_card: "Drop sliced files to add them to the queue",
	empty: "The queue is empty",
	empty_help: "Drop sliced 3MF files onto this card, or choose them.",
	ended: "Done ({count})",
	files_chosen: "{count} files, all plates",
	files_folder: "Media files",
	files_left_out: "{count} files are not shown because their names are not UTF-8. Rename them.",
	files_none: "No sliced files in the media folder yet. Upload one.",
	flow_calibration: "Flow calibration",
	form_show_add: "Let people add files",
	form_show_history: "Show the last runs",
	form_title: "Title",
	form_title_help: "Without one, the printer's name.",
	health_ams: "AMS",
	health_ams_firmware: "The AMS firmware does not match",
	health_ams_ht: "AMS HT",
	health_ams_lite: "AMS lite",
	health_camera: "Camera",
	health_commands_refused: "Commands are refused: check developer mode",
	health_lens_dirty: "The camera lens is dirty",
	health_mainboard: "Mainboard",
	health_motion: "Motion, heatbed or their sensors",
	health_other: "Unknown part",
	health_plate_askew: "The build plate is not seated properly",
	health_system_state: "The system is in an unusual state",
	health_toolhead: "Toolhead",
	history: "History",
	history_none: "Nothing printed yet.",
	hold: "Hold back",
	hold_by_user: "held back",
	hold_failed_before: "failed before",
	hold_filament_missing: "the filament is not loaded",
	hold_file_changed: "the file has changed",
	hold_file_missing: "the file is missing",
	hold_no_swap_gcode: "the file does not clear its plate",
	hold_not_startable: "no known command can start it",
	hold_packed_file: "the file packs several plates into one",
	hold_wrong_printer_model: "sliced for another printer",
	labeled: "{label}: {value}",
	loading: "Loading…",
	minutes_left: "{time} left",
	more: "More",
	move: "Move {name}. Arrow keys move it up and down.",
	moved: "{name} moved to place {position} of {total}",
	needs_entity: "Choose a printer's queue.",
	no: "No, it did not start",
	not_found: "The queue {entity} was not found.",
	nozzle: "Nozzle",
	open_repairs: "Open repairs",
	outcome_cancelled: "canceled",
	outcome_failed: "failed",
	outcome_finished: "finished",
	pause_print: "Pause the print",
	pause_queue: "Pause the queue",
	paused_bed_still_hot: "The bed stayed too hot for too long.",
	paused_by_user: "Nothing starts until somebody runs the queue again.",
	paused_print_error: "The printer reported an error.",
	paused_print_failed: "A plate has failed. Look at the printer first.",
	paused_start_refused: "The printer refused to start. Look at its screen first.",
	paused_upload_failed: "The file could not be sent to the printer.",
	plate: "Plate {plate}",
	plates_left: "Plates left",
	plates_to_print: "{count} to print",
	progress: "Progress",
	queue: "Queue",
	refilled: "It is full again",
	release: "Release",
	remove: "Remove",
	removed: "{name} removed",
	removed_all: "All tasks removed",
	rest_held: "the rest: {hold}",
	resume_print: "Resume the print",
	retry: "Print again",
	run_queue: "Run the queue",
	search: "Search",
	search_none: "No file matches.",
	sending: "Sending the file to the printer: {percent}",
	state_starting: "Starting",
	status_cancelled: "canceled",
	status_failed: "failed",
	status_finished: "finished",
	status_held: "held",
	status_no_contact: "no contact",
	status_paused: "paused",
	status_preparing: "preparing",
	status_printing: "printing",
	status_starting: "starting",
	status_uncertain: "uncertain",
	status_uploading: "uploading",
	status_waiting: "waiting",
	stop_print: "Stop the print",
	stop_question: "Stop this print? It cannot be resumed.",
	timelapse: "Timelapse",
	undo: "Undo",
	upload_failed: "The upload failed.",
	view_only: "You can see this queue, but not change it.",
	why_bed_hot: "Waiting for the bed to cool down",
	why_cooldown: "Cooling down",
	why_developer_mode_off: "The printer refuses commands: turn on developer mode on the printer",
	why_filament_missing: "The filament for the next task is not loaded, or not enough of it is left. Without an AMS: set the external spool's filament on the printer, or set the task's use_ams to false",
	why_file_changed: "The file of the next task has changed: remove the task and add the file again",
	why_file_missing: "The file of the next task is missing: upload it again, or remove the task",
	why_foreign_print: "Somebody else is printing, or has just told the printer to print or move. The queue waits until that is done",
	why_hms_error: "The printer reports a fault. Nothing starts until it is resolved or accepted",
	why_interlock: "One of your start conditions is not met",
	why_no_full_report: "The printer has not sent its full status yet. This takes a few seconds",
	why_no_storage: "The printer's memory card is missing, full or failing",
	why_nothing: "Ready",
	why_offline: "The printer cannot be reached. Is it switched on and connected to the network?",
	why_plate_not_clear: "Is the plate clear? Nothing starts until somebody confirms it",
	why_plates_empty: "The plate changer is empty, or nobody has said how many plates are in it: refill it and enter the number under “Plates left”",
	why_print_error: "The printer reports an error",
	why_print_failed: "The last print failed. Clear the plate, then confirm it",
	why_print_paused: "The print is paused",
	why_printer_busy: "The printer is busy",
	why_printing: "Printing",
	why_queue_empty: "Nothing to print",
	why_queue_paused: "The queue is paused",
	why_stale_report: "The printer has sent nothing for a while",
	why_store_failed: "Home Assistant cannot save the queue. Is its disk full?",
	why_task_held: "Every task is held back: release one",
	why_task_uncertain: "It is not certain whether the last plate printed. Look at the printer",
	why_updating_firmware: "The printer is updating its firmware",
	why_uploading: "Sending the file to the printer",
	why_wrong_printer_model: "The next task was sliced for another printer: slice it for this one",
	yes: "Yes, it printed"
}, Je = {
	en: qe,
	"zh-Hans": {
		accept_all: "全部接受",
		accept_health: "接受",
		accept_risk: "这可能涉及打印板或运动部件。请先查看打印机：打印头可能发生碰撞。接受后该条目会被忽略，直到打印机清除它。",
		add: "添加",
		add_files: "添加文件",
		add_to_queue: "添加到队列",
		added: "已添加“{name}”",
		all_plates: "所有盘（{count}）",
		auto: "自动",
		bed: "热床",
		bed_cools: "当前 {now} °C，降到 {wanted} °C 后打印下一盘。",
		bed_leveling: "热床调平",
		cancel: "取消",
		card_description: "打印机的队列：预览图、进度、拖动排序、上传和历史记录。",
		choose_files: "选择文件",
		choose_help: "选择一个或多个文件，然后设置份数。",
		choose_plate: "选择盘",
		clear_all: "全部移除",
		clear_all_question: "要移除队列中的所有任务吗？正在打印的盘会继续打印。",
		close: "关闭",
		close_code: "关闭错误",
		confirm_plate: "打印板已清空",
		cooling: "正在冷却：{time} 后打印下一盘",
		copies: "份数",
		copies_cancelled: "取消 {count} 份",
		copies_failed: "失败 {count} 份",
		copies_less: "减少一份",
		copies_more: "增加一份",
		copies_of: "{done} / {copies}",
		copy_of: "第 {copy} 份，共 {copies} 份",
		did_it_print: "这一盘打印了吗？",
		done_at: "{moment} 完成",
		drop_here: "将切片文件拖到此处，或",
		drop_on_card: "松开即可将切片文件添加到队列",
		empty: "队列为空",
		empty_help: "将切片后的 3MF 文件拖到此卡片上，或选择文件。",
		ended: "已完成（{count}）",
		files_chosen: "{count} 个文件，包含所有盘",
		files_folder: "媒体文件",
		files_left_out: "{count} 个文件未显示，因为文件名不是 UTF-8 编码。请重命名这些文件。",
		files_none: "媒体文件夹中还没有切片文件。请上传一个。",
		flow_calibration: "流量校准",
		form_show_add: "允许添加文件",
		form_show_history: "显示最近的打印",
		form_title: "标题",
		form_title_help: "留空则显示打印机名称。",
		health_ams: "AMS",
		health_ams_firmware: "AMS 固件不匹配",
		health_ams_ht: "AMS HT",
		health_ams_lite: "AMS lite",
		health_camera: "摄像头",
		health_commands_refused: "命令被拒绝：请检查开发者模式",
		health_lens_dirty: "摄像头镜头有污渍",
		health_mainboard: "主板",
		health_motion: "运动部件、热床或其传感器",
		health_other: "未知部件",
		health_plate_askew: "打印板没有放好",
		health_system_state: "系统状态异常",
		health_toolhead: "工具头",
		history: "历史记录",
		history_none: "还没有打印记录。",
		hold: "搁置",
		hold_by_user: "已搁置",
		hold_failed_before: "之前失败过",
		hold_filament_missing: "所需耗材未装载",
		hold_file_changed: "文件已更改",
		hold_file_missing: "找不到文件",
		hold_no_swap_gcode: "该文件不会自动清空打印板",
		hold_not_startable: "没有已知的命令可以启动它",
		hold_packed_file: "该文件将多个盘合并为一个",
		hold_wrong_printer_model: "切片时选择的是其他打印机",
		labeled: "{label}：{value}",
		loading: "正在加载…",
		minutes_left: "剩余 {time}",
		more: "更多",
		move: "移动“{name}”。可用上下方向键移动。",
		moved: "“{name}”已移到第 {position} 位，共 {total} 位",
		needs_entity: "请选择打印机的队列。",
		no: "没有，没有开始打印",
		not_found: "找不到队列 {entity}。",
		nozzle: "喷嘴",
		open_repairs: "打开修复",
		outcome_cancelled: "已取消",
		outcome_failed: "失败",
		outcome_finished: "已完成",
		pause_print: "暂停打印",
		pause_queue: "暂停队列",
		paused_bed_still_hot: "热床温度长时间没有降下来。",
		paused_by_user: "在有人重新运行队列之前，不会开始打印。",
		paused_print_error: "打印机报告了错误。",
		paused_print_failed: "有一盘打印失败。请先查看打印机。",
		paused_start_refused: "打印机拒绝开始打印。请先查看打印机屏幕。",
		paused_upload_failed: "文件无法发送到打印机。",
		plate: "第 {plate} 盘",
		plates_left: "剩余打印板",
		plates_to_print: "待打印 {count} 盘",
		progress: "进度",
		queue: "队列",
		refilled: "已重新装满",
		release: "解除搁置",
		remove: "移除",
		removed: "已移除“{name}”",
		removed_all: "已移除所有任务",
		rest_held: "其余：{hold}",
		resume_print: "继续打印",
		retry: "再次打印",
		run_queue: "运行队列",
		search: "搜索",
		search_none: "没有匹配的文件。",
		sending: "正在将文件发送到打印机：{percent}",
		state_starting: "正在启动",
		status_cancelled: "已取消",
		status_failed: "失败",
		status_finished: "已完成",
		status_held: "已搁置",
		status_no_contact: "失去联系",
		status_paused: "已暂停",
		status_preparing: "准备中",
		status_printing: "打印中",
		status_starting: "正在启动",
		status_uncertain: "状态不明",
		status_uploading: "上传中",
		status_waiting: "等待中",
		stop_print: "停止打印",
		stop_question: "要停止这次打印吗？停止后无法继续。",
		timelapse: "延时摄影",
		undo: "撤销",
		upload_failed: "上传失败。",
		view_only: "您可以查看此队列，但不能更改。",
		why_bed_hot: "等待热床冷却",
		why_cooldown: "正在冷却",
		why_developer_mode_off: "打印机拒绝命令：请在打印机上开启开发者模式",
		why_filament_missing: "下一个任务所需的耗材未装载，或余量不足。没有 AMS 时：请在打印机上设置外挂料盘的耗材，或将任务的 use_ams 设为 false",
		why_file_changed: "下一个任务的文件已更改：请移除该任务，再重新添加文件",
		why_file_missing: "找不到下一个任务的文件：请重新上传，或移除该任务",
		why_foreign_print: "有人正在打印其他内容，或刚刚操作打印机开始打印或移动。队列会等待其完成",
		why_hms_error: "打印机报告故障。在故障消除或被接受之前，不会开始打印",
		why_interlock: "您设置的启动条件中有一项未满足",
		why_no_full_report: "打印机尚未发来完整状态。请稍候几秒",
		why_no_storage: "打印机的存储卡缺失、已满或有故障",
		why_nothing: "就绪",
		why_offline: "无法连接打印机。打印机是否已开机并连接到网络？",
		why_plate_not_clear: "打印板已清空吗？有人确认之前，不会开始打印",
		why_plates_empty: "换板器已空，或尚未填写其中的打印板数：请重新装板，并在“剩余打印板”处填写数量",
		why_print_error: "打印机报告错误",
		why_print_failed: "上次打印失败。请清空打印板，然后确认",
		why_print_paused: "打印已暂停",
		why_printer_busy: "打印机正忙",
		why_printing: "正在打印",
		why_queue_empty: "没有要打印的内容",
		why_queue_paused: "队列已暂停",
		why_stale_report: "有一段时间没有收到打印机的消息",
		why_store_failed: "Home Assistant 无法保存队列。磁盘是否已满？",
		why_task_held: "所有任务都已搁置：请解除其中一个任务的搁置",
		why_task_uncertain: "无法确定上一盘是否已打印。请查看打印机",
		why_updating_firmware: "打印机正在更新固件",
		why_uploading: "正在将文件发送到打印机",
		why_wrong_printer_model: "下一个任务是为其他打印机切片的：请为此打印机重新切片",
		yes: "是的，已打印"
	}
};
function Ye(e) {
	return Xe(e) ? e : "en-GB";
}
function Xe(e) {
	return Je[e] ?? Je[e.split("-")[0] ?? ""];
}
function Ze(e, t, n = {}) {
	return (Xe(e) ?? qe)[t].replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
}
function Qe(e, t, n) {
	let r = `${t}_${n}`;
	return r in qe ? Ze(e, r) : n;
}
// src/format.ts
var $e = 60, et = 3600, tt = 86400;
function nt(e, t) {
	if (e == null || Number.isNaN(e)) return "–";
	let n = (e, n, r = 1) => new Intl.NumberFormat(Ye(t), {
		style: "unit",
		unit: n,
		unitDisplay: "short",
		minimumIntegerDigits: r,
		maximumFractionDigits: 0
	}).format(e), r = Math.max(0, Math.round(e));
	if (r < $e) return n(r, "second");
	let i = Math.round(r / $e);
	if (i < 60) return n(i, "minute");
	let a = Math.floor(r / tt), o = Math.floor((i * $e - a * tt) / et);
	return a > 0 ? `${n(a, "day")} ${n(o, "hour")}` : `${n(o, "hour")} ${n(i % 60, "minute", 2)}`;
}
function rt(e) {
	let t = Math.max(0, Math.ceil(e));
	return `${Math.floor(t / 60)}:${String(t % 60).padStart(2, "0")}`;
}
function it(e, t, n = Date.now()) {
	if (!e) return "–";
	let r = new Date(e);
	if (Number.isNaN(r.getTime())) return "–";
	let [i, a] = [Ye(t.locale.language), pt(t)], o = st(ot(t).format(r)), s = ht(r, a) - ht(new Date(n), a);
	return s === 0 ? o : s === 1 || s === -1 ? `${new Intl.RelativeTimeFormat(i, { numeric: "auto" }).format(s, "day")} ${o}` : `${new Intl.DateTimeFormat(i, s > 1 && s < 7 ? {
		weekday: "short",
		timeZone: a
	} : {
		day: "numeric",
		month: "short",
		timeZone: a
	}).format(r)} ${o}`;
}
function at(e, t, n, r = Date.now()) {
	let [i, a] = [new Date(e), new Date(t)];
	if (ht(i, pt(n)) !== ht(a, pt(n))) return `${it(e, n, r)} – ${it(t, n, r)}`;
	let o = ot(n), s = st(o.format(i));
	return it(e, n, r).replace(s, () => st(o.formatRange(i, a)));
}
function ot(e) {
	let t = Ye(e.locale.language), { hourCycle: n } = new Intl.DateTimeFormat(t, {
		hour: "numeric",
		...mt(e)
	}).resolvedOptions();
	return new Intl.DateTimeFormat(t, {
		hour: n === "h23" ? "2-digit" : "numeric",
		minute: "2-digit",
		timeZone: pt(e),
		...mt(e)
	});
}
function st(e) {
	return e.replace(/\s/g, "\xA0");
}
function ct(e, t, n) {
	return e === null ? "–" : `${ft(e, n)}${t ? ` / ${ft(t, n)}` : ""}\u00a0°C`;
}
function lt(e, t) {
	return new Intl.NumberFormat(Ye(t), {
		style: "percent",
		maximumFractionDigits: 0
	}).format(e / 100);
}
function ut(e, t, n) {
	return new Intl.NumberFormat(Ye(n), {
		style: "currency",
		currency: t
	}).format(e);
}
function dt(e, t) {
	return new Intl.NumberFormat(Ye(t), {
		style: "unit",
		unit: "gram",
		maximumFractionDigits: 1
	}).format(e);
}
function ft(e, t, n = 0) {
	return new Intl.NumberFormat(Ye(t), { maximumFractionDigits: n }).format(e);
}
function pt(e) {
	return e.locale.time_zone === "server" ? e.config.time_zone : void 0;
}
function mt(e) {
	return e.locale.time_format === "12" ? { hour12: !0 } : e.locale.time_format === "24" ? { hourCycle: "h23" } : {};
}
function ht(e, t) {
	let [n = 0, r = 1, i = 1] = new Intl.DateTimeFormat("en-CA", {
		timeZone: t,
		dateStyle: "short"
	}).format(e).split("-").map(Number);
	return Math.round(Date.UTC(n, r - 1, i) / 864e5);
}
// src/printer.ts
var gt = "bambu_batch", _t = class {
	constructor(e, t) {
		this.hass = e, this.deviceId = e.entities[t]?.device_id;
	}
	id(e) {
		let [t, n] = e.split(".");
		return Object.values(this.hass.entities).find((e) => e.platform === gt && e.device_id === this.deviceId && e.translation_key === n && e.entity_id.startsWith(`${t}.`))?.entity_id;
	}
	state(e) {
		return this.hass.states[this.id(e) ?? ""];
	}
	get name() {
		let e = this.hass.devices[this.deviceId ?? ""];
		return e?.name_by_user || e?.name || "Bambu Lab";
	}
};
function vt(e, t) {
	if (t !== void 0) return Object.values(e.entities).find((e) => e.platform === gt && e.entity_id.startsWith("todo.") && (t === null || e.device_id === t))?.entity_id;
}
// src/style.ts
function yt(e) {
	return T`<div class="line muted">${e.map((e) => T`<span><bdi>${e}</bdi></span>`)}</div>`;
}
function bt(e, t) {
	return T`<div class="name" dir="auto" title=${e}>${e}</div>
    ${yt(t)}`;
}
var xt = o`
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
// \0@oxc-project+runtime@0.156.0/helpers/esm/decorate.js
function k(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
// src/part.ts
var A = class extends Be {
	constructor(...e) {
		super(...e), this.entity = "", this.problem = "";
	}
	static finalizeStyles(e) {
		return [xt, ...super.finalizeStyles(e)];
	}
	get language() {
		return this.hass.locale.language;
	}
	get printer() {
		return new _t(this.hass, this.entity);
	}
	t(e, t) {
		return Ze(this.language, e, t);
	}
	word(e, t) {
		return Qe(this.language, e, t);
	}
	labeled(e, t) {
		return this.t("labeled", {
			label: e,
			value: t
		});
	}
	setting(e, t) {
		return t === "auto" ? this.labeled(this.t(e), this.t("auto")) : this.t(e);
	}
	act(e, t) {
		return this.try(() => this.hass.callService("bambu_batch", e, t, { entity_id: this.entity }, !1));
	}
	turn(e, t) {
		return this.try(() => this.hass.callService("switch", t ? "turn_on" : "turn_off", {}, { entity_id: e }, !1));
	}
	async try(e) {
		this.problem = "";
		try {
			return await e(), !0;
		} catch (e) {
			return this.problem = await Ge(this.hass, e), !1;
		}
	}
	shownProblem() {
		return this.problem ? T`<p class="error" role="alert">${this.problem}</p>` : E;
	}
	picture(e, t = E) {
		return e ? T`<img class="picture" src=${this.hass.hassUrl(e)} alt="" loading="lazy" />` : T`<span class="picture none">${t}</span>`;
	}
};
k([D({ attribute: !1 })], A.prototype, "hass", void 0), k([D({ attribute: !1 })], A.prototype, "entity", void 0), k([O()], A.prototype, "problem", void 0);
// src/types.ts
var St = [
	"bed_leveling",
	"flow_calibration",
	"timelapse"
];
function Ct(e, t) {
	return e === "timelapse" ? !t : t === "auto" ? !1 : !t || "auto";
}
var wt = /* @__PURE__ */ new Set([
	"finished",
	"failed",
	"cancelled"
]), Tt = /* @__PURE__ */ new Set([
	"starting",
	"printing",
	"uncertain"
]);
function Et(e) {
	return e.copies_waiting > 0;
}
// src/upload.ts
async function Dt(e, t, n) {
	let { status: r, answer: i } = await Ot(e, t, n);
	if (r === 200 && i.media_content_id) return i.media_content_id;
	throw {
		message: i.message ?? `${r}`,
		translation_domain: "bambu_batch",
		translation_key: i.key,
		translation_placeholders: i.placeholders
	};
}
function Ot(e, t, n) {
	return new Promise((r, i) => {
		let a = new XMLHttpRequest(), o = new FormData();
		o.append("file", t, t.name), a.open("POST", "/api/bambu_batch/upload");
		let s = e.auth.data.access_token;
		s && a.setRequestHeader("Authorization", `Bearer ${s}`), a.upload.onprogress = (e) => e.lengthComputable && n(e.loaded / e.total), a.onerror = () => i(/* @__PURE__ */ Error("")), a.onload = () => {
			let e = {};
			try {
				e = JSON.parse(a.responseText);
			} catch {}
			r({
				status: a.status,
				answer: e
			});
		}, a.send(o);
	});
}
// src/add.ts
var j = class extends A {
	constructor(...e) {
		super(...e), this.leftOut = 0, this.chosen = [], this.copies = 1, this.overrides = {}, this.uploads = [], this.announced = "", this.busy = !1, this.search = "";
	}
	connectedCallback() {
		super.connectedCallback(), this.list();
	}
	render() {
		return T`
      <div class="drop">
        <span>${this.t("drop_here")}</span>
        <label class="choose">
          <input class="hidden" type="file" multiple accept=".3mf" @change=${this.filesChosen} />
          <span>${this.t("choose_files")}</span>
        </label>
      </div>
      ${this.uploads.map((e) => T`<div class="upload" role="status">
            ${e.problem ? T`<ha-icon icon="mdi:alert-circle-outline"></ha-icon>
                  <span class="error" dir="auto"
                    >${e.problem.includes(e.name) ? e.problem : this.labeled(e.name, e.problem)}</span
                  >
                  <button
                    class="icon muted"
                    aria-label=${this.labeled(this.t("close"), e.name)}
                    @click=${() => this.uploads = this.uploads.filter((t) => t !== e)}
                  >
                    <ha-icon icon="mdi:close"></ha-icon>
                  </button>` : T`${this.labeled(e.name, lt(e.share * 100, this.language))}
                  <progress max="1" .value=${e.share} aria-label=${e.name}></progress>`}
          </div>`)}
      <input
        type="search"
        placeholder=${this.t("search")}
        aria-label=${this.t("search")}
        @input=${(e) => this.search = e.target.value.trim()}
      />
      ${this.library()}
      ${this.leftOut ? T`<p class="muted">${this.t("files_left_out", { count: this.leftOut })}</p>` : E}
      ${this.form()} ${this.shownProblem()}
      <div class="hidden" aria-live="polite">${this.announced}</div>
    `;
	}
	library() {
		if (!this.files) return T`<p class="muted">${this.t("loading")}</p>`;
		let e = this.search.toLocaleLowerCase(), t = this.files.filter((t) => t.name.toLocaleLowerCase().includes(e));
		return t.length ? T`<div
      class="files"
      role="listbox"
      aria-multiselectable="true"
      tabindex="-1"
      aria-label=${this.t("files_folder")}
    >
      ${t.map((e) => T`<button
            class="file"
            role="option"
            aria-selected=${this.chosen.includes(e.media_content_id) ? "true" : "false"}
            title=${e.name}
            @click=${() => this.toggle(e.media_content_id)}
          >
            ${this.picture(e.thumbnail)}
            <span class="name" dir="auto">${kt(e.name)}</span>
          </button>`)}
    </div>` : T`<p class="muted">${this.t(this.search ? "search_none" : "files_none")}</p>`;
	}
	form() {
		return this.chosen.length ? T`<form @submit=${this.submitted}>
      <div class="chosen">${this.whatIsChosen()}</div>
      ${this.plates && this.plates.length > 1 ? T`<select aria-label=${this.t("choose_plate")} @change=${this.plateChosen}>
            <option value="">${this.t("all_plates", { count: this.plates.length })}</option>
            ${this.plates.map((e) => T`<option value=${e.plate}>${e.name}</option>`)}
          </select>` : E}
      <label>
        ${this.t("copies")}
        <input
          type="number"
          min="1"
          max="100000"
          required
          .value=${String(this.copies)}
          @input=${(e) => this.copies = Number(e.target.value)}
        />
      </label>
      ${St.map((e) => {
			let t = this.overrides[e] ?? this.usual(e);
			return T`<label class="check">
          <input
            type="checkbox"
            .checked=${!!t}
            .indeterminate=${t === "auto"}
            @change=${() => this.overrides = {
				...this.overrides,
				[e]: Ct(e, t)
			}}
          />${this.setting(e, t)}
        </label>`;
		})}
      <div class="end">
        <button class="main" type="submit" ?disabled=${this.busy || this.chosen.length === 1 && !this.plates}>
          ${this.t("add_to_queue")}
        </button>
        ${this.closing()}
      </div>
    </form>` : T`<div class="end">
        <span class="muted">${this.t("choose_help")}</span>
        ${this.closing()}
      </div>`;
	}
	closing() {
		return T`<button class="tonal" type="button" @click=${() => this.dispatchEvent(new Event("close"))}>
      ${this.t("close")}
    </button>`;
	}
	whatIsChosen() {
		let [e, ...t] = this.chosen;
		if (t.length) return this.t("files_chosen", { count: this.chosen.length });
		let n = this.plates?.find((e) => e.plate === this.plate);
		return T`<div class="name" dir="auto">${kt(this.nameOf(e))}</div>
      ${n ? yt(this.facts(n)) : E}`;
	}
	nameOf(e) {
		return this.files?.find((t) => t.media_content_id === e)?.name ?? "";
	}
	usual(e) {
		let t = this.printer.state(`switch.default_${e}`);
		return t?.attributes.auto ? "auto" : t?.state === "on";
	}
	facts({ grams: e, seconds: t }) {
		let n = [nt(t, this.language)];
		return e === null ? n : [...n, dt(e, this.language)];
	}
	list() {
		return this.try(async () => {
			let e = await this.hass.callWS({ type: "bambu_batch/library/list" });
			this.files = e.files, this.leftOut = e.left_out;
		});
	}
	toggle(e) {
		return this.choose(this.chosen.includes(e) ? this.chosen.filter((t) => t !== e) : [...this.chosen, e]);
	}
	async choose(e) {
		this.chosen = e, this.plates = void 0, this.plate = void 0, this.problem = "";
		let [t, ...n] = e;
		t && !n.length && await this.try(async () => {
			let { plates: n } = await this.hass.callWS({
				type: "bambu_batch/library/get",
				media_content_id: t,
				inspect: !1
			});
			this.chosen === e && (this.plates = n, this.plate = n.length === 1 ? n[0].plate : void 0);
		});
	}
	plateChosen(e) {
		let { value: t } = e.target;
		this.plate = t ? Number(t) : void 0;
	}
	async submitted(e) {
		e.preventDefault(), this.busy = !0, await this.addChosen(), this.busy = !1;
	}
	async addChosen() {
		for (let e of [...this.chosen]) {
			let { copies: t, plate: n, overrides: r } = this;
			if (!await this.act("enqueue", {
				file: e,
				copies: t,
				plate: n,
				...r
			})) return;
			this.announced = this.t("added", { name: this.nameOf(e) }), this.chosen = this.chosen.filter((t) => t !== e);
		}
		this.copies = 1, this.plates = void 0;
	}
	filesChosen(e) {
		let t = e.target;
		this.send([...t.files ?? []]), t.value = "";
	}
	async send(e) {
		let t = new Set(e.map((e) => e.name));
		this.uploads = [...this.uploads.filter((e) => !t.has(e.name)), ...e.map((e) => ({
			name: e.name,
			share: 0,
			problem: ""
		}))];
		let n = [];
		for (let t of e) {
			let { name: e } = t, r = (t) => {
				this.uploads = this.uploads.map((n) => n.name === e ? {
					...n,
					...t
				} : n);
			};
			try {
				let i = await Dt(this.hass, t, (e) => r({ share: e }));
				this.uploads = this.uploads.filter((t) => t.name !== e), n.includes(i) || n.push(i);
			} catch (e) {
				r({ problem: await Ge(this.hass, e) || this.t("upload_failed") });
			}
		}
		n.length && (await this.list(), await this.choose([...this.chosen.filter((e) => !n.includes(e)), ...n]));
	}
	static {
		this.styles = o`
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
};
k([O()], j.prototype, "files", void 0), k([O()], j.prototype, "leftOut", void 0), k([O()], j.prototype, "chosen", void 0), k([O()], j.prototype, "plates", void 0), k([O()], j.prototype, "plate", void 0), k([O()], j.prototype, "copies", void 0), k([O()], j.prototype, "overrides", void 0), k([O()], j.prototype, "uploads", void 0), k([O()], j.prototype, "announced", void 0), k([O()], j.prototype, "busy", void 0), k([O()], j.prototype, "search", void 0);
function kt(e) {
	return e.replace(/(\.gcode)?\.3mf$/i, "");
}
// src/status.ts
var At = /* @__PURE__ */ new Set([
	"preparing",
	"printing",
	"paused"
]), jt = /* @__PURE__ */ new Set(["offline", "unknown"]);
function Mt(e, t) {
	return e.status !== "printing" && e.status !== "starting" ? e.status : Nt(t) ? "no_contact" : t === "paused" || t === "preparing" ? t : e.status;
}
function Nt(e) {
	return jt.has(e);
}
function Pt(e, t) {
	let n = Tt.has(e.status), r = n ? e.start : Ft(t, e.starts_after), i = n ? e.finish : Ft(t, e.finishes_after);
	return r && i ? [r, i] : null;
}
function Ft(e, t) {
	if (e === null || t === null) return null;
	let n = new Date(Date.parse(e) + t * 1e3);
	return Number.isNaN(n.getTime()) ? null : n.toISOString();
}
function It(e) {
	return e.reduce((e, t) => e + t.copies_done + t.copies_failed + t.copies_cancelled, 0);
}
function Lt(e, t) {
	return e?.status === "starting" && !At.has(t) && !jt.has(t);
}
function Rt(e) {
	return At.has(e.printer_state) ? e.progress : null;
}
function zt(e) {
	return e.waiting_for === "printing" && e.printer_state === "paused" ? "print_paused" : e.waiting_for;
}
function Bt(e) {
	return !e.current || e.current.uncertain ? [] : e.printer_state === "paused" ? zt(e) === "print_paused" ? ["stop_print"] : ["resume_print", "stop_print"] : e.printer_state === "printing" ? ["pause_print", "stop_print"] : [];
}
function Vt(e) {
	return e.health.filter((e) => e.message !== "commands_refused");
}
function Ht(e) {
	let t = e.print_error?.message ?? "";
	return !At.has(e.printer_state) && [
		"cancelled",
		"plate",
		"power_loss"
	].includes(t);
}
// src/board.ts
var Ut = 46, Wt = 2 * Math.PI * Ut, Gt = {
	pause_print: "mdi:pause",
	resume_print: "mdi:play",
	stop_print: "mdi:stop"
}, Kt = /* @__PURE__ */ new Set(["nothing", "queue_empty"]), qt = class extends A {
	constructor(...e) {
		super(...e), this.asking = !1;
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.stopClock();
	}
	render() {
		let { language: e } = this, { mayControl: t, printer: n } = this.known, r = this.printer.state("sensor.printer_state"), i = this.cooling;
		return this.keepClock(i > 0), T`
      <div class="top">
        ${this.ring()}
        <div class="facts">
          <div class="head">
            <div class="state">
              ${Lt(this.task, n.printer_state) ? this.t("state_starting") : r ? this.hass.formatEntityState(r) : "–"}
            </div>
            ${t ? this.commands() : E}
          </div>
          ${this.task ? this.current(this.task) : this.between(i)}
          <dl>
            ${this.fact("nozzle", ct(n.nozzle_temperature, n.nozzle_target, e))}
            ${this.fact("bed", ct(n.bed_temperature, n.bed_target, e))}
            ${n.plate_stack ? this.fact("plates_left", `${ft(n.plates_left, e)} / ${ft(n.plate_stack, e)}`) : E}
          </dl>
        </div>
      </div>
      ${this.asking && Bt(n).length ? this.question() : E} ${this.shownProblem()}
    `;
	}
	get cooling() {
		let e = this.known.printer.cooldown_end;
		return e ? (new Date(e).getTime() - Date.now()) / 1e3 : 0;
	}
	get task() {
		return this.known.tasks.find((e) => e.task_id === this.known.printer.current?.task_id);
	}
	fact(e, t) {
		return T`<div>
      <dt class="muted">${this.t(e)}</dt>
      <dd><bdi dir="ltr">${t}</bdi></dd>
    </div>`;
	}
	ring() {
		let e = Rt(this.known.printer), t = this.printer.state("image.thumbnail")?.attributes.entity_picture, n = this.known.tasks.some((e) => e.copies_waiting > 0) || this.task ? t : void 0, r = e === null ? this.t("progress") : `${this.t("progress")} ${lt(e, this.language)}`;
		return T`<div class="ring ${this.known.printer.print_error ? "alarmed" : this.known.printer.printer_state}" role="img" aria-label=${r}>
      ${n ? T`<div class="picture"><img src=${this.hass.hassUrl(n)} alt="" /></div>` : T`<div class="picture none"><ha-icon icon="mdi:printer-3d"></ha-icon></div>`}
      <svg viewBox="0 0 100 100" aria-hidden="true">
        ${xe`<circle cx="50" cy="50" r=${Ut} class="track"></circle>
          <circle cx="50" cy="50" r=${Ut} class=${e ? "done" : "hidden"}
            stroke-dasharray=${Wt}
            stroke-dashoffset=${Wt * (1 - (e ?? 0) / 100)}></circle>`}
      </svg>
      ${e === null ? E : T`<span class="percent">${lt(e, this.language)}</span>`}
    </div>`;
	}
	current(e) {
		let { current: t, printer_state: n, remaining_minutes: r } = this.known.printer, i = [];
		if (t && e.copies > 1 && i.push(this.t("copy_of", {
			copy: t.copy,
			copies: e.copies
		})), r !== null && Rt(this.known.printer) !== null && (i.push(this.t("minutes_left", { time: nt(r * 60, this.language) })), n === "printing")) {
			let e = new Date(Date.now() + r * 6e4).toISOString();
			i.push(this.t("done_at", { moment: it(e, this.hass) }));
		}
		return bt(e.name, i);
	}
	between(e) {
		let { uploading: t, waiting_for: n } = this.known.printer, r = "";
		return t === null ? e > 0 ? r = this.t("cooling", { time: rt(e) }) : Kt.has(n) && (r = this.word("why", n)) : r = this.t("sending", { percent: lt(t * 100, this.language) }), r ? T`<div dir="auto">${r}</div>` : E;
	}
	commands() {
		return T`<div class="commands">
      ${Bt(this.known.printer).map((e) => T`<button
            class="icon tonal"
            title=${this.t(e)}
            aria-label=${this.t(e)}
            @click=${() => e === "stop_print" ? this.asking = !this.asking : this.command(e)}
          >
            <ha-icon icon=${Gt[e]}></ha-icon>
          </button>`)}
    </div>`;
	}
	question() {
		return T`<div class="question">
      <span role="alert">${this.t("stop_question")}</span>
      <button class="main" @click=${() => this.command("stop_print")}>${this.t("stop_print")}</button>
      <button class="tonal" @click=${() => this.asking = !1}>${this.t("cancel")}</button>
    </div>`;
	}
	command(e) {
		return this.asking = !1, this.act(e, {});
	}
	keepClock(e) {
		e && !this.timer && (this.timer = setInterval(() => this.requestUpdate(), 1e3)), e || this.stopClock();
	}
	stopClock() {
		clearInterval(this.timer), this.timer = void 0;
	}
	static {
		this.styles = o`
    :host {
      --ring: 132px;
    }
    .top {
      align-items: center;
      display: flex;
      gap: 16px;
    }
    .ring {
      flex: none;
      height: var(--ring);
      position: relative;
      width: var(--ring);
    }
    .ring .picture {
      border-radius: 50%;
      height: 80%;
      inset: 10%;
      overflow: hidden;
      position: absolute;
      width: 80%;
    }
    /* The slicer leaves a margin around the plate. */
    img {
      height: 100%;
      transform: scale(1.06);
      width: 100%;
    }
    .none {
      color: var(--secondary-text-color);
    }
    .none ha-icon {
      --mdc-icon-size: 44px;
      height: 44px;
      width: 44px;
    }
    svg {
      inset: 0;
      position: absolute;
      transform: rotate(-90deg);
    }
    circle {
      fill: none;
      stroke-width: 6;
    }
    .track {
      stroke: var(--divider-color);
    }
    .done {
      stroke: var(--primary-color);
      stroke-linecap: round;
      transition: stroke-dashoffset 0.6s;
    }
    .paused .done {
      stroke: var(--warning-color, #ffa600);
    }
    .alarmed .done {
      stroke: var(--error-color);
    }
    .percent {
      background: var(--ha-card-background, var(--card-background-color));
      border-radius: 12px;
      bottom: -3px;
      font-weight: 500;
      inset-inline: 0;
      margin: auto;
      padding: 0 8px;
      position: absolute;
      width: fit-content;
    }
    .facts {
      display: grid;
      flex: 1;
      gap: 2px;
      min-width: 0;
    }
    .head {
      align-items: center;
      display: flex;
      gap: 8px;
      justify-content: space-between;
      min-height: 36px;
    }
    .state {
      font-size: 20px;
      font-weight: 500;
      line-height: 1.2;
    }
    .commands {
      display: flex;
      gap: 6px;
    }
    dl {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 20px;
      margin: 6px 0 0;
    }
    dt {
      font-size: 12px;
    }
    dd {
      font-variant-numeric: tabular-nums;
      font-weight: 500;
      margin: 0;
      white-space: nowrap;
    }
    .question {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-top: var(--gap);
    }
    .question span {
      flex: 1;
      min-width: 170px;
    }
    /* Wide enough to be readable from across the workshop. */
    @container card (min-width: 700px) {
      :host {
        --ring: 208px;
      }
      .top {
        align-items: stretch;
        flex-direction: column;
      }
      .ring {
        align-self: center;
      }
      .percent {
        font-size: 20px;
      }
      .state {
        font-size: 24px;
      }
      .name {
        font-size: 16px;
      }
    }
  `;
	}
};
k([D({ attribute: !1 })], qt.prototype, "known", void 0), k([O()], qt.prototype, "asking", void 0);
// src/config_form.ts
var Jt = {
	entity: "queue",
	title: "form_title",
	show_add: "form_show_add",
	show_history: "form_show_history"
};
function Yt(e) {
	return Ze(document.documentElement.lang, e);
}
function Xt() {
	return {
		schema: [
			{
				name: "entity",
				required: !0,
				selector: { entity: {
					integration: "bambu_batch",
					domain: "todo"
				} }
			},
			{
				name: "title",
				selector: { text: {} }
			},
			{
				name: "show_add",
				default: !0,
				selector: { boolean: {} }
			},
			{
				name: "show_history",
				default: !0,
				selector: { boolean: {} }
			}
		],
		computeLabel: ({ name: e }) => Yt(Jt[e] ?? "queue"),
		computeHelper: ({ name: e }) => e === "title" ? Yt("form_title_help") : void 0
	};
}
// src/feed.ts
function Zt(e, t) {
	if (t.type === "unavailable") return;
	if (t.type === "full") return {
		mayControl: t.may_control,
		printer: t.printer,
		tasks: t.order.flatMap((e) => t.tasks[e] ?? [])
	};
	if (!e) return;
	let n = t.printer ? {
		...e.printer,
		...t.printer
	} : e.printer;
	return {
		...e,
		printer: n,
		tasks: Qt(e.tasks, t)
	};
}
function Qt(e, { alike: t, order: n, placed: r, removed: i, shifted: a, tasks: o }) {
	if (!t && !n && !r && !i && !a && !o) return e;
	let s = new Map(e.map((e) => [e.task_id, e]));
	for (let [e, t] of Object.entries(o ?? {})) s.set(e, {
		...s.get(e),
		...t
	});
	for (let e of i ?? []) s.delete(e);
	let c = (n ?? $t([...s.keys()], r ?? [])).flatMap((e) => s.get(e) ?? []);
	return en(c, t ?? [], (e, { fields: t }) => ({
		...e,
		...t
	})), en(c, a ?? [], (e, { seconds: t }) => ({
		...e,
		starts_after: tn(e.starts_after, t),
		finishes_after: tn(e.finishes_after, t)
	})), c;
}
function $t(e, t) {
	if (!t.length) return e;
	let n = new Set(t.flatMap((e) => e.tasks)), r = new Map(t.map((e) => [e.after, e.tasks])), i = e.filter((e) => !n.has(e));
	return [...r.get(null) ?? [], ...i.flatMap((e) => [e, ...r.get(e) ?? []])];
}
function en(e, t, n) {
	for (let r of t) {
		let t = e.findIndex((e) => e.task_id === r.from), i = e.findIndex((e) => e.task_id === r.to);
		for (let a = t; a >= 0 && a <= i; a++) e[a] = n(e[a], r);
	}
}
function tn(e, t) {
	return e === null ? null : e + t;
}
var nn = class {
	constructor(e, t, n) {
		this.connection = e, this.entity = t, this.changed = n, this.problem = "", this.closed = !1, this.open();
	}
	close() {
		this.closed = !0, this.unsubscribe?.().catch(() => void 0);
	}
	async open() {
		try {
			this.unsubscribe = await this.connection.subscribeMessage((e) => {
				this.closed || (this.known = Zt(this.known, e), this.changed());
			}, {
				type: "bambu_batch/queue/subscribe",
				entity_id: this.entity
			}), this.closed && this.close();
		} catch (e) {
			this.problem = Ke(e), this.changed();
		}
	}
}, rn = class extends A {
	constructor(...e) {
		super(...e), this.adding = !1, this.over = !1;
	}
	static getStubConfig(e) {
		return { entity: vt(e, null) ?? "" };
	}
	static getConfigForm() {
		return Xt();
	}
	setConfig(e) {
		if (e.entity && !e.entity.startsWith("todo.")) throw Error("entity: todo.…_queue");
		this.config = e, this.entity = e.entity;
	}
	getCardSize() {
		return 9;
	}
	getGridOptions() {
		return {
			columns: "full",
			min_columns: 9,
			rows: "auto"
		};
	}
	connectedCallback() {
		super.connectedCallback(), this.requestUpdate();
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.feed?.close(), this.feed = void 0;
	}
	willUpdate() {
		this.hass && this.entity && this.isConnected && (this.feed?.entity !== this.entity || this.feed.connection !== this.hass.connection) && (this.feed?.close(), this.feed = new nn(this.hass.connection, this.entity, () => this.requestUpdate()));
	}
	render() {
		if (!this.hass || !this.config) return E;
		let { config: e, entity: t, feed: n, hass: r } = this;
		if (!t) return this.page(T`<p>${this.t("needs_entity")}</p>`);
		if (!r.states[t] || n?.problem) return this.page(T`<p class="error">${n?.problem || this.t("not_found", { entity: t })}</p>`);
		if (!n?.known) return this.page(T`<p class="muted">${this.t("loading")}</p>`);
		let { known: i } = n, a = this.takesFiles;
		return this.page(T`
      <div class="printer">
        <bambu-batch-board .hass=${r} .entity=${t} .known=${i}></bambu-batch-board>
        <bambu-batch-notice .hass=${r} .entity=${t} .known=${i}></bambu-batch-notice>
      </div>
      <div class="work">
        <section aria-label=${this.t("queue")}>
          <bambu-batch-heading
            .hass=${r}
            .entity=${t}
            .known=${i}
            .adding=${a ? this.adding : void 0}
            @add=${this.toggleAdd}
          ></bambu-batch-heading>
          ${this.adding && a ? T`<bambu-batch-add .hass=${r} .entity=${t} @close=${this.toggleAdd}></bambu-batch-add>` : E}
          ${i.mayControl ? E : T`<p class="muted" dir="auto">${this.t("view_only")}</p>`}
          <bambu-batch-queue
            .hass=${r}
            .entity=${t}
            .known=${i}
            .addable=${a && !this.adding}
            @add=${this.toggleAdd}
          ></bambu-batch-queue>
        </section>
        ${e.show_history === !1 ? E : T`<bambu-batch-history
              .hass=${r}
              .entity=${t}
              .ended=${It(i.tasks)}
            ></bambu-batch-history>`}
      </div>
    `);
	}
	get takesFiles() {
		return !!this.feed?.known?.mayControl && this.config?.show_add !== !1;
	}
	page(e) {
		let t = this.config?.title ?? (this.entity ? this.printer.name : "");
		return T`<ha-card @dragover=${this.draggedOver} @dragleave=${this.draggedAway} @drop=${this.dropped}>
      <div class="page">
        ${t ? T`<h1><bdi>${t}</bdi></h1>` : E}
        <div class="body">${e}</div>
      </div>
      ${this.over ? T`<div class="drop"><ha-icon icon="mdi:tray-arrow-down"></ha-icon>${this.t("drop_on_card")}</div>` : E}
    </ha-card>`;
	}
	draggedOver(e) {
		this.takesFiles && e.dataTransfer?.types.includes("Files") && (e.preventDefault(), this.over = !0);
	}
	draggedAway(e) {
		e.currentTarget.contains(e.relatedTarget) || (this.over = !1);
	}
	async dropped(e) {
		if (!this.over) return;
		e.preventDefault(), this.over = !1;
		let t = [...e.dataTransfer?.files ?? []];
		this.adding = !0, await this.updateComplete, await this.renderRoot.querySelector("bambu-batch-add")?.send(t);
	}
	toggleAdd() {
		this.adding = !this.adding;
	}
	static {
		this.styles = o`
    ha-card {
      container: card / inline-size;
      height: 100%;
      overflow: hidden;
      position: relative;
    }
    .page,
    .body,
    .work {
      align-content: start;
      display: grid;
      gap: 16px;
      grid-template-columns: minmax(0, 1fr);
    }
    .page {
      padding: 16px;
    }
    h1 {
      font-size: 22px;
      font-weight: 400;
      line-height: 1.2;
      margin: 0;
      overflow-wrap: anywhere;
    }
    .drop {
      align-content: center;
      background: color-mix(in srgb, var(--card-background-color) 88%, transparent);
      border: 2px dashed var(--primary-color);
      border-radius: inherit;
      display: grid;
      font-size: 16px;
      font-weight: 500;
      gap: 8px;
      inset: 0;
      justify-items: center;
      pointer-events: none;
      position: absolute;
      z-index: 1;
    }
    @container card (min-width: 700px) {
      .page {
        padding: 24px;
      }
      .body {
        gap: 32px;
        grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
      }
    }
  `;
	}
};
k([O()], rn.prototype, "config", void 0), k([O()], rn.prototype, "adding", void 0), k([O()], rn.prototype, "over", void 0);
// src/heading.ts
var an = /* @__PURE__ */ new Set([
	"queue_paused",
	"print_error",
	"task_uncertain"
]), on = class extends A {
	render() {
		let { mayControl: e } = this.known;
		return T`<header>
        <div class="sums">
          <h2>${this.t("queue")}</h2>
          ${yt(this.sums())}
        </div>
        ${e ? this.runSwitch() : E}
        ${e && this.adding !== void 0 ? T`<button
              class="tonal"
              aria-expanded=${this.adding ? "true" : "false"}
              @click=${() => this.dispatchEvent(new Event("add"))}
            >
              <ha-icon icon="mdi:plus"></ha-icon>${this.t("add")}
            </button>` : E}
      </header>
      ${this.shownProblem()}`;
	}
	sums() {
		let { printer: e, tasks: t } = this.known, n = t.reduce((e, t) => e + t.copies, 0) - It(t);
		if (!n) return [];
		let { finish: r, printer_state: i, remaining_seconds: a } = e, o = [this.t("plates_to_print", { count: ft(n, this.language) })];
		return a !== null && o.push(this.t("minutes_left", { time: nt(a, this.language) })), r && !Nt(i) && o.push(this.t("done_at", { moment: it(r, this.hass) })), o;
	}
	runSwitch() {
		let e = this.printer.id("switch.queue_running"), { running: t, waiting_for: n } = this.known.printer;
		if (!e || !t && an.has(n)) return E;
		let r = this.t(t ? "pause_queue" : "run_queue");
		return T`<button class="tonal run" title=${r} aria-label=${r} @click=${() => this.turn(e, !t)}>
      <ha-icon icon=${t ? "mdi:pause" : "mdi:play"}></ha-icon><span>${r}</span>
    </button>`;
	}
	static {
		this.styles = o`
    header {
      align-items: center;
      display: flex;
      gap: 8px;
      margin-bottom: 4px;
      min-height: 44px;
    }
    .sums {
      flex: 1;
      min-width: 0;
    }
    @container card (max-width: 560px) {
      .run {
        min-width: 36px;
        padding: 0;
      }
      .run span {
        display: none;
      }
    }
  `;
	}
};
k([D({ attribute: !1 })], on.prototype, "known", void 0), k([D({ attribute: !1 })], on.prototype, "adding", void 0);
// src/history.ts
var sn = 20, cn = class extends A {
	constructor(...e) {
		super(...e), this.ended = 0, this.open = !1;
	}
	updated(e) {
		e.has("ended") && this.open && this.load();
	}
	render() {
		return T`<details @toggle=${this.toggled}>
      <summary>
        <ha-icon icon="mdi:chevron-down"></ha-icon>
        <h2>${this.t("history")}</h2>
      </summary>
      ${this.shownProblem()}
      ${this.runs?.length ? T`<ul>
            ${this.runs.map((e) => this.run(e))}
          </ul>` : T`<p class="muted">${this.t(this.runs ? "history_none" : "loading")}</p>`}
    </details>`;
	}
	run(e) {
		let t = [it(e.ended ?? e.started, this.hass), nt(e.seconds, this.language)];
		return e.filament_g !== null && t.push(dt(e.filament_g, this.language)), e.cost !== null && t.push(ut(e.cost, e.currency ?? this.hass.config.currency, this.language)), T`<li>
      ${this.picture(e.thumbnail)}
      <div class="what">${bt(e.name, t)}</div>
      <span class="outcome ${e.outcome}">${this.word("outcome", e.outcome)}</span>
    </li>`;
	}
	toggled(e) {
		this.open = e.target.open, this.open && this.load();
	}
	load() {
		return this.try(async () => {
			let { runs: e } = await this.hass.callWS({
				type: "bambu_batch/history/list",
				entity_id: this.entity,
				limit: sn
			});
			this.runs = e;
		});
	}
	static {
		this.styles = o`
    ul {
      list-style: none;
      margin: 8px 0 0;
      padding: 0;
    }
    li {
      align-items: center;
      display: grid;
      gap: 10px;
      grid-template-columns: 36px minmax(0, 1fr) auto;
      padding: 4px 0;
    }
    .picture {
      height: 36px;
      width: 36px;
    }
    .what .muted {
      font-size: 12px;
    }
    .outcome {
      font-size: 12px;
    }
    .failed {
      color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
    }
    .cancelled {
      color: var(--secondary-text-color);
    }
  `;
	}
};
k([D({ attribute: !1 })], cn.prototype, "ended", void 0), k([O()], cn.prototype, "runs", void 0);
// src/notice.ts
var ln = /* @__PURE__ */ new Set([
	"printing",
	"nothing",
	"queue_empty",
	"cooldown",
	"uploading"
]), un = /* @__PURE__ */ new Set([
	"print_error",
	"hms_error",
	"developer_mode_off",
	"no_storage",
	"store_failed"
]), dn = /* @__PURE__ */ new Set(["print_error", "developer_mode_off"]), fn = /* @__PURE__ */ new Set(["upload_failed", "start_refused"]), pn = /* @__PURE__ */ new Set(["plate_not_clear", "print_failed"]), mn = class extends A {
	render() {
		let e = zt(this.known.printer);
		if (ln.has(e)) return E;
		let t = un.has(e);
		return T`<div class="notice ${t ? "alarm" : ""}" role="status">
        <ha-icon icon=${t ? "mdi:alert-circle-outline" : "mdi:information-outline"}></ha-icon>
        <div class="why" dir="auto">
          <div>${this.word("why", e)}</div>
          ${this.details(e)}
        </div>
        ${this.known.mayControl ? this.remedy(e) : E} ${this.health(e)}
      </div>
      ${this.shownProblem()}`;
	}
	details(e) {
		let { bed_temperature: t, bed_wanted: n, cause: r, current: i, paused_by: a, print_error: o } = this.known.printer;
		if (o) return T`<div class="muted">
        <a href=${o.url} target="_blank" rel="noreferrer">${o.code}</a>
        ${this.attribute("sensor.print_error", "message")}
      </div>`;
		let s = this.known.tasks.find((e) => e.task_id === i?.task_id);
		if (e === "task_uncertain" && s && i) return this.muted(`${s.name} · ${this.t("copy_of", {
			copy: i.copy,
			copies: s.copies
		})}`);
		if (e === "bed_hot" && n !== null) return this.muted(this.t("bed_cools", {
			now: t ?? "–",
			wanted: n
		}));
		if (e === "no_storage" && r) return this.muted(this.cause(r));
		if (e === "queue_paused" && a) {
			let e = this.word("paused", a);
			return this.muted(r && fn.has(a) ? `${e} – ${this.cause(r)}` : e);
		}
		return E;
	}
	health(e) {
		let t = Vt(this.known.printer), n = this.known.mayControl && (t.length > 1 || e !== "hms_error");
		return t.map(({ code: e, message: t, risk: r, url: i }) => T`<div class="entry muted">
          <span>
            <a href=${i} target="_blank" rel="noreferrer">${e}</a> ${this.word("health", t)}
            ${r ? T`<br />${this.t("accept_risk")}` : E}
          </span>
          ${n ? this.button("accept_health", () => this.act("accept_health", { code: [e] })) : E}
        </div>`);
	}
	cause(e) {
		return this.attribute("sensor.waiting_for", "cause") || e;
	}
	attribute(e, t) {
		let n = this.printer.state(e);
		return n ? this.hass.formatEntityAttributeValue(n, t) : "";
	}
	muted(e) {
		return T`<div class="muted">${e}</div>`;
	}
	remedy(e) {
		let { current: t, plate_stack: n } = this.known.printer;
		if (pn.has(e)) return this.button("confirm_plate", () => this.act("confirm_plate_clear", {}));
		let r = Vt(this.known.printer).map((e) => e.code);
		if (e === "hms_error" && r.length) return this.button(r.length > 1 ? "accept_all" : "accept_health", () => this.act("accept_health", { code: r }));
		if (e === "print_error" && Ht(this.known.printer)) return this.button("close_code", () => this.act("close_print_error", {}));
		let i = this.printer.id("switch.queue_running");
		if (e === "queue_paused" && i) return this.button("run_queue", () => this.turn(i, !0));
		if (e === "print_paused") return this.button("resume_print", () => this.act("resume_print", {}));
		let a = this.printer.id("number.plates_left");
		if (e === "plates_empty" && a) return this.button("refilled", () => this.try(() => this.hass.callService("number", "set_value", { value: n }, { entity_id: a }, !1)));
		if (e === "task_uncertain" && t?.uncertain) {
			let { task_id: e } = t;
			return T`<span class="question">${this.t("did_it_print")}</span> ${this.button("yes", () => this.act("resolve_task", {
				task_id: e,
				outcome: "printed"
			}))}
        ${this.button("no", () => this.act("resolve_task", {
				task_id: e,
				outcome: "not_started"
			}))}`;
		}
		return dn.has(e) && this.hass.user?.is_admin ? T`<a class="main" href="/config/repairs">${this.t("open_repairs")}</a>` : E;
	}
	button(e, t) {
		return T`<button class="main" @click=${t}>${this.t(e)}</button>`;
	}
	static {
		this.styles = o`
    .notice {
      align-items: center;
      background: color-mix(in srgb, var(--warning-color, #ffa600) 14%, transparent);
      border-radius: 12px;
      display: flex;
      flex-wrap: wrap;
      gap: 8px 12px;
      margin-top: 16px;
      padding: 10px 12px;
    }
    .notice.alarm {
      background: color-mix(in srgb, var(--error-color) 14%, transparent);
    }
    .why {
      flex: 1;
      min-width: 150px;
      overflow-wrap: anywhere;
    }
    .why > :first-child {
      font-weight: 500;
    }
    .entry {
      align-items: center;
      display: flex;
      flex-basis: 100%;
      gap: 12px;
    }
    .entry .main {
      flex: none;
    }
    .main {
      margin-inline-start: auto;
    }
    .main + .main {
      margin-inline-start: 0;
    }
    .question {
      flex-basis: 100%;
    }
  `;
	}
};
k([D({ attribute: !1 })], mn.prototype, "known", void 0);
// src/queue.ts
var hn = 2e4, gn = class extends A {
	constructor(...e) {
		super(...e), this.addable = !1, this.announced = "", this.asking = !1, this.open = [], this.ended = [];
	}
	disconnectedCallback() {
		super.disconnectedCallback(), clearTimeout(this.undoTimer);
	}
	willUpdate(e) {
		let t = e.get("known");
		if (!e.has("order") && (!e.has("known") || t?.tasks === this.known.tasks)) return;
		let n = this.shown;
		this.open = n.filter((e) => !wt.has(e.status)), this.ended = n.filter((e) => wt.has(e.status));
	}
	render() {
		let { ended: e, open: t } = this;
		return T`
      ${t.length ? E : this.empty()} ${this.rows(t, !0)}
      ${e.length ? T`<details>
            <summary class="muted">
              <ha-icon icon="mdi:chevron-down"></ha-icon>${this.t("ended", { count: e.length })}
            </summary>
            ${this.rows(e, !1)}
          </details>` : E}
      ${this.known.mayControl && (t.length || e.length) ? this.clearing() : E}
      ${this.removed ? T`<div class="undo" role="status">
            ${this.removed.words}
            <button @click=${this.undo}>${this.t("undo")}</button>
          </div>` : E}
      ${this.shownProblem()}
      <div class="hidden" aria-live="polite">${this.announced}</div>
    `;
	}
	get shown() {
		let { tasks: e } = this.known;
		if (!this.order) return e;
		let t = new Map(this.order.map((e, t) => [e, t])), n = this.order.length;
		return [...e].sort((e, r) => (t.get(e.task_id) ?? n) - (t.get(r.task_id) ?? n));
	}
	rows(e, t) {
		return T`<bambu-batch-rows
      .hass=${this.hass}
      .entity=${this.entity}
      .tasks=${e}
      .printerView=${this.known.printer}
      .controls=${this.known.mayControl}
      .sortable=${t}
      @wish=${this.wished}
      @move=${(e) => this.move(e.detail.task_id, e.detail.position)}
    ></bambu-batch-rows>`;
	}
	empty() {
		return T`<div class="empty">
      <ha-icon icon="mdi:tray-plus"></ha-icon>
      <strong>${this.t("empty")}</strong>
      ${this.addable ? T`<span class="muted">${this.t("empty_help")}</span>
            <button class="main" @click=${() => this.dispatchEvent(new Event("add"))}>${this.t("add_files")}</button>` : E}
    </div>`;
	}
	clearing() {
		return T`<div class="clear">
      ${this.asking ? T`<span role="alert">${this.t("clear_all_question")}</span>
            <button class="main" @click=${this.clear}>${this.t("clear_all")}</button>
            <button class="tonal" @click=${() => this.asking = !1}>${this.t("cancel")}</button>` : T`<button @click=${() => this.asking = !0}>
            <ha-icon icon="mdi:playlist-remove"></ha-icon>${this.t("clear_all")}
          </button>`}
    </div>`;
	}
	async move(e, t) {
		let n = (e) => e.map((e) => e.task_id), r = n(this.shown.filter(Et)).filter((t) => t !== e);
		if (r.splice(t - 1, 0, e), this.order = [...n(this.shown.filter((e) => !Et(e))), ...r], await this.act("move_task", {
			task_id: e,
			position: t
		})) {
			let n = this.known.tasks.find((t) => t.task_id === e)?.name ?? "";
			this.announced = this.t("moved", {
				name: n,
				position: t,
				total: r.length
			});
		}
		this.order = void 0;
	}
	async wished(e) {
		let { task_id: t, name: n } = e.composedPath()[0].task, r = e.detail;
		switch (r.kind) {
			case "change": return this.act("update_task", {
				task_id: t,
				...r.change
			});
			case "retry": return this.act("retry_task", { task_id: t });
			case "remove": return this.removing(this.t("removed", { name: n }), t);
			case "move": {
				let e = this.shown.filter(Et), n = e.findIndex((e) => e.task_id === t) + r.by;
				if (n < 0 || n >= e.length) return;
				await this.move(t, n + 1), await this.updateComplete;
				let i = this.renderRoot.querySelector("bambu-batch-rows");
				await i?.updateComplete, i?.focusOn(t);
			}
		}
	}
	async removing(e, t) {
		let n = [];
		await this.try(async () => n = await We(this.hass, this.entity, t)) && (clearTimeout(this.undoTimer), this.removed = n.length ? {
			ids: n,
			words: e
		} : void 0, this.undoTimer = setTimeout(() => this.removed = void 0, hn));
	}
	async undo() {
		let { removed: e } = this;
		this.removed = void 0, e && await this.act("restore_task", { task_id: e.ids });
	}
	async clear() {
		this.asking = !1, await this.removing(this.t("removed_all"));
	}
	static {
		this.styles = o`
    .empty {
      display: grid;
      gap: 8px;
      justify-items: center;
      padding: 24px 16px;
      text-align: center;
    }
    .empty ha-icon {
      --mdc-icon-size: 40px;
      color: var(--secondary-text-color);
      height: 40px;
      width: 40px;
    }
    details {
      margin-top: var(--gap);
    }
    .clear {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      justify-content: flex-end;
      margin-top: 8px;
    }
    .undo {
      align-items: center;
      background: var(--primary-text-color);
      border-radius: 12px;
      color: var(--card-background-color);
      display: flex;
      gap: 8px;
      justify-content: space-between;
      margin-top: 8px;
      padding: 2px 4px 2px 14px;
    }
    .undo button {
      font-weight: 500;
    }
  `;
	}
};
k([D({ attribute: !1 })], gn.prototype, "known", void 0), k([D({ attribute: !1 })], gn.prototype, "addable", void 0), k([O()], gn.prototype, "order", void 0), k([O()], gn.prototype, "removed", void 0), k([O()], gn.prototype, "announced", void 0), k([O()], gn.prototype, "asking", void 0);
// src/row.ts
var _n = {
	bed_leveling: "mdi:grid",
	flow_calibration: "mdi:water-outline",
	timelapse: "mdi:video-outline"
}, vn = class extends A {
	constructor(...e) {
		super(...e), this.printerState = "", this.plannedFrom = null, this.controls = !1, this.open = !1;
	}
	shouldUpdate(e) {
		return e.size > 1 || !e.has("hass") || !this.hasUpdated;
	}
	cloneNode(e) {
		let { hass: t, task: n, printerState: r, plannedFrom: i, controls: a } = this;
		return Object.assign(super.cloneNode(e), {
			hass: t,
			task: n,
			printerState: r,
			plannedFrom: i,
			controls: a
		});
	}
	focus() {
		this.renderRoot.querySelector(".handle")?.focus();
	}
	render() {
		let { task: e } = this, t = wt.has(e.status), n = this.controls && e.copies_waiting > 0, r = Mt(e, this.printerState);
		return T`
      <div class="lead">
        ${n ? T`<button class="handle" aria-label=${this.t("move", { name: e.name })} @keydown=${this.key}>
              <ha-icon icon="mdi:drag-vertical"></ha-icon>
            </button>` : this.controls && !t ? T`<span class="handle"></span>` : E}
        ${this.picture(e.thumbnail, T`<ha-icon icon="mdi:cube-outline"></ha-icon>`)}
      </div>
      <div class="what">${bt(e.name, this.details())}</div>
      <div class="count">
        <span class="status ${r}">${this.word("status", r)}</span>
        <bdi class="muted">${this.copies()}</bdi>
      </div>
      ${this.controls ? T`<button
            class="icon"
            aria-expanded=${this.open ? "true" : "false"}
            aria-label=${this.labeled(this.t("more"), e.name)}
            @click=${() => this.open = !this.open}
          >
            <ha-icon icon=${this.open ? "mdi:chevron-up" : "mdi:chevron-down"}></ha-icon>
          </button>` : E}
      ${this.open && this.controls ? this.controlsOf(t) : E}
    `;
	}
	copies() {
		let [e, t] = [this.task.copies_done, this.task.copies].map((e) => ft(e, this.language));
		return this.t("copies_of", {
			done: e,
			copies: t
		});
	}
	details() {
		let { task: e } = this, t = [this.t("plate", { plate: e.plate }), nt(e.duration, this.language)], n = Pt(e, this.plannedFrom);
		if (e.hold_reason) {
			let n = this.word("hold", e.hold_reason);
			e.status === "held" ? e.hold_reason !== "by_user" && t.push(n) : t.push(this.t("rest_held", { hold: n }));
		} else n && Mt(e, this.printerState) !== "no_contact" && t.push(at(...n, this.hass));
		return wt.has(e.status) || (e.copies_failed && t.push(this.t("copies_failed", { count: e.copies_failed })), e.copies_cancelled && t.push(this.t("copies_cancelled", { count: e.copies_cancelled }))), t;
	}
	controlsOf(e) {
		let { task: t } = this, n = t.hold_reason !== null;
		return T`<div class="controls">
      ${e ? E : T`
            ${St.map((e) => T`<button
                  class="tonal"
                  aria-pressed=${t[e] === "auto" ? "mixed" : t[e] ? "true" : "false"}
                  @click=${() => this.change({ [e]: Ct(e, t[e]) })}
                >
                  <ha-icon icon=${_n[e]}></ha-icon>${this.setting(e, t[e])}
                </button>`)}
            <span class="stepper" role="group" aria-label=${this.t("copies")}>
              <button
                class="icon"
                aria-label=${this.t("copies_less")}
                ?disabled=${t.copies <= 1 || t.copies_waiting < 1}
                @click=${() => this.change({ copies: t.copies - 1 })}
              >
                <ha-icon icon="mdi:minus"></ha-icon>
              </button>
              <input
                type="number"
                min="1"
                max="100000"
                aria-label=${this.t("copies")}
                .value=${String(t.copies)}
                @change=${this.copiesTyped}
              />
              <button
                class="icon"
                aria-label=${this.t("copies_more")}
                @click=${() => this.change({ copies: t.copies + 1 })}
              >
                <ha-icon icon="mdi:plus"></ha-icon>
              </button>
            </span>
            <button class="tonal" @click=${() => this.change({ hold: !n })}>
              <ha-icon icon=${n ? "mdi:play-circle-outline" : "mdi:pause-circle-outline"}></ha-icon>
              ${this.t(n ? "release" : "hold")}
            </button>
          `}
      ${t.status === "failed" || t.status === "cancelled" ? T`<button class="tonal" @click=${() => this.wish({ kind: "retry" })}>
            <ha-icon icon="mdi:replay"></ha-icon>${this.t("retry")}
          </button>` : E}
      <button class="tonal" @click=${() => this.wish({ kind: "remove" })}>
        <ha-icon icon="mdi:delete-outline"></ha-icon>${this.t("remove")}
      </button>
    </div>`;
	}
	copiesTyped(e) {
		let t = e.target, n = Math.round(Number(t.value));
		n >= 1 && n !== this.task.copies ? this.change({ copies: n }) : t.value = String(this.task.copies);
	}
	key(e) {
		let t = e.key === "ArrowUp" ? -1 : e.key === "ArrowDown" ? 1 : void 0;
		t && (e.preventDefault(), this.wish({
			kind: "move",
			by: t
		}));
	}
	change(e) {
		this.wish({
			kind: "change",
			change: e
		});
	}
	wish(e) {
		this.dispatchEvent(new CustomEvent("wish", {
			detail: e,
			bubbles: !0,
			composed: !0
		}));
	}
	static {
		this.styles = o`
    :host {
      align-items: center;
      border-block-end: 1px solid var(--divider-color);
      display: grid;
      gap: 0 10px;
      grid-template-columns: auto minmax(0, 1fr) auto auto;
      padding: 6px 0;
    }
    .lead {
      align-items: center;
      display: flex;
      gap: 8px;
    }
    .handle {
      cursor: grab;
      padding: 0;
      width: 28px;
      touch-action: none;
    }
    span.handle {
      cursor: default;
    }
    .picture {
      height: 44px;
      width: 44px;
    }
    .what .muted {
      font-size: 12px;
    }
    .count {
      display: grid;
      font-size: 12px;
      gap: 2px;
      justify-items: end;
    }
    .status {
      border-radius: 9px;
      padding: 0 7px;
    }
    .waiting,
    .finished,
    .cancelled {
      color: var(--secondary-text-color);
      padding: 0;
    }
    .printing,
    .preparing,
    .starting,
    .uploading {
      background: color-mix(in srgb, var(--primary-color) 20%, transparent);
    }
    .held,
    .paused,
    .no_contact,
    .uncertain {
      background: color-mix(in srgb, var(--warning-color, #ffa600) 24%, transparent);
    }
    .failed {
      background: color-mix(in srgb, var(--error-color) 22%, transparent);
    }
    .controls {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
      grid-column: 1 / -1;
      padding: 6px 0 4px;
    }
    .stepper {
      align-items: center;
      display: inline-flex;
    }
    .stepper input {
      min-width: 0;
      text-align: center;
      width: 72px;
    }
    @container card (max-width: 330px) {
      :host {
        column-gap: 4px;
      }
      .lead {
        gap: 4px;
      }
      .handle {
        width: 20px;
      }
      .picture {
        height: 32px;
        width: 32px;
      }
    }
  `;
	}
};
k([D({ attribute: !1 })], vn.prototype, "task", void 0), k([D({ attribute: !1 })], vn.prototype, "printerState", void 0), k([D({ attribute: !1 })], vn.prototype, "plannedFrom", void 0), k([D({ attribute: !1 })], vn.prototype, "controls", void 0), k([O()], vn.prototype, "open", void 0);
// node_modules/lit-html/directive.js
var yn = {
	ATTRIBUTE: 1,
	CHILD: 2,
	PROPERTY: 3,
	BOOLEAN_ATTRIBUTE: 4,
	EVENT: 5,
	ELEMENT: 6
}, bn = (e) => (...t) => ({
	_$litDirective$: e,
	values: t
}), xn = class {
	constructor(e) {}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AT(e, t, n) {
		this._$Ct = e, this._$AM = t, this._$Ci = n;
	}
	_$AS(e, t) {
		return this.update(e, t);
	}
	update(e, t) {
		return this.render(...t);
	}
}, { I: Sn } = Ie, Cn = (e) => e, wn = () => document.createComment(""), Tn = (e, t, n) => {
	let r = e._$AA.parentNode, i = t === void 0 ? e._$AB : t._$AA;
	if (n === void 0) n = new Sn(r.insertBefore(wn(), i), r.insertBefore(wn(), i), e, e.options);
	else {
		let t = n._$AB.nextSibling, a = n._$AM, o = a !== e;
		if (o) {
			let t;
			n._$AQ?.(e), n._$AM = e, n._$AP !== void 0 && (t = e._$AU) !== a._$AU && n._$AP(t);
		}
		if (t !== i || o) {
			let e = n._$AA;
			for (; e !== t;) {
				let t = Cn(e).nextSibling;
				Cn(r).insertBefore(e, i), e = t;
			}
		}
	}
	return n;
}, En = (e, t, n = e) => (e._$AI(t, n), e), Dn = {}, On = (e, t = Dn) => e._$AH = t, kn = (e) => e._$AH, An = (e) => {
	e._$AR(), e._$AA.remove();
}, jn = (e, t, n) => {
	let r = /* @__PURE__ */ new Map();
	for (let i = t; i <= n; i++) r.set(e[i], i);
	return r;
}, Mn = bn(class extends xn {
	constructor(e) {
		if (super(e), e.type !== yn.CHILD) throw Error("repeat() can only be used in text expressions");
	}
	dt(e, t, n) {
		let r;
		n === void 0 ? n = t : t !== void 0 && (r = t);
		let i = [], a = [], o = 0;
		for (let t of e) i[o] = r ? r(t, o) : o, a[o] = n(t, o), o++;
		return {
			values: a,
			keys: i
		};
	}
	render(e, t, n) {
		return this.dt(e, t, n).values;
	}
	update(e, [t, n, r]) {
		let i = kn(e), { values: a, keys: o } = this.dt(t, n, r);
		if (!Array.isArray(i)) return this.ut = o, a;
		let s = this.ut ??= [], c = [], l, u, d = 0, f = i.length - 1, p = 0, m = a.length - 1;
		for (; d <= f && p <= m;) if (i[d] === null) d++;
		else if (i[f] === null) f--;
		else if (s[d] === o[p]) c[p] = En(i[d], a[p]), d++, p++;
		else if (s[f] === o[m]) c[m] = En(i[f], a[m]), f--, m--;
		else if (s[d] === o[m]) c[m] = En(i[d], a[m]), Tn(e, c[m + 1], i[d]), d++, m--;
		else if (s[f] === o[p]) c[p] = En(i[f], a[p]), Tn(e, i[d], i[f]), f--, p++;
		else if (l === void 0 && (l = jn(o, p, m), u = jn(s, d, f)), l.has(s[d])) {
			if (l.has(s[f])) {
				let t = u.get(o[p]), n = t === void 0 ? null : i[t];
				if (n === null) {
					let t = Tn(e, i[d]);
					En(t, a[p]), c[p] = t;
				} else c[p] = En(n, a[p]), Tn(e, i[d], n), i[t] = null;
				p++;
			} else An(i[f]), f--;
		} else An(i[d]), d++;
		for (; p <= m;) {
			let t = Tn(e, c[m + 1]);
			En(t, a[p]), c[p++] = t;
		}
		for (; d <= f;) {
			let e = i[d++];
			e !== null && An(e);
		}
		return this.ut = o, On(e, c), Se;
	}
});
// node_modules/sortablejs/modular/sortable.esm.js
function Nn(e, t, n) {
	return (t = Bn(t)) in e ? Object.defineProperty(e, t, {
		value: n,
		enumerable: !0,
		configurable: !0,
		writable: !0
	}) : e[t] = n, e;
}
function Pn() {
	return Pn = Object.assign ? Object.assign.bind() : function(e) {
		for (var t = 1; t < arguments.length; t++) {
			var n = arguments[t];
			for (var r in n) ({}).hasOwnProperty.call(n, r) && (e[r] = n[r]);
		}
		return e;
	}, Pn.apply(null, arguments);
}
function Fn(e, t) {
	var n = Object.keys(e);
	if (Object.getOwnPropertySymbols) {
		var r = Object.getOwnPropertySymbols(e);
		t && (r = r.filter(function(t) {
			return Object.getOwnPropertyDescriptor(e, t).enumerable;
		})), n.push.apply(n, r);
	}
	return n;
}
function In(e) {
	for (var t = 1; t < arguments.length; t++) {
		var n = arguments[t] == null ? {} : arguments[t];
		t % 2 ? Fn(Object(n), !0).forEach(function(t) {
			Nn(e, t, n[t]);
		}) : Object.getOwnPropertyDescriptors ? Object.defineProperties(e, Object.getOwnPropertyDescriptors(n)) : Fn(Object(n)).forEach(function(t) {
			Object.defineProperty(e, t, Object.getOwnPropertyDescriptor(n, t));
		});
	}
	return e;
}
function Ln(e, t) {
	if (e == null) return {};
	var n, r, i = Rn(e, t);
	if (Object.getOwnPropertySymbols) {
		var a = Object.getOwnPropertySymbols(e);
		for (r = 0; r < a.length; r++) n = a[r], t.indexOf(n) === -1 && {}.propertyIsEnumerable.call(e, n) && (i[n] = e[n]);
	}
	return i;
}
function Rn(e, t) {
	if (e == null) return {};
	var n = {};
	for (var r in e) if ({}.hasOwnProperty.call(e, r)) {
		if (t.indexOf(r) !== -1) continue;
		n[r] = e[r];
	}
	return n;
}
function zn(e, t) {
	if (typeof e != "object" || !e) return e;
	var n = e[Symbol.toPrimitive];
	if (n !== void 0) {
		var r = n.call(e, t || "default");
		if (typeof r != "object") return r;
		throw TypeError("@@toPrimitive must return a primitive value.");
	}
	return (t === "string" ? String : Number)(e);
}
function Bn(e) {
	var t = zn(e, "string");
	return typeof t == "symbol" ? t : t + "";
}
function Vn(e) {
	"@babel/helpers - typeof";
	return Vn = typeof Symbol == "function" && typeof Symbol.iterator == "symbol" ? function(e) {
		return typeof e;
	} : function(e) {
		return e && typeof Symbol == "function" && e.constructor === Symbol && e !== Symbol.prototype ? "symbol" : typeof e;
	}, Vn(e);
}
var Hn = "1.15.7";
function Un(e) {
	if (typeof window < "u" && window.navigator) return !!/*@__PURE__*/ navigator.userAgent.match(e);
}
var Wn = Un(/(?:Trident.*rv[ :]?11\.|msie|iemobile|Windows Phone)/i), Gn = Un(/Edge/i), Kn = Un(/firefox/i), qn = Un(/safari/i) && !Un(/chrome/i) && !Un(/android/i), Jn = Un(/iP(ad|od|hone)/i), Yn = Un(/chrome/i) && Un(/android/i), Xn = {
	capture: !1,
	passive: !1
};
function M(e, t, n) {
	e.addEventListener(t, n, !Wn && Xn);
}
function N(e, t, n) {
	e.removeEventListener(t, n, !Wn && Xn);
}
function Zn(e, t) {
	if (t) {
		if (t[0] === ">" && (t = t.substring(1)), e) try {
			if (e.matches) return e.matches(t);
			if (e.msMatchesSelector) return e.msMatchesSelector(t);
			if (e.webkitMatchesSelector) return e.webkitMatchesSelector(t);
		} catch {
			return !1;
		}
		return !1;
	}
}
function Qn(e) {
	return e.host && e !== document && e.host.nodeType && e.host !== e ? e.host : e.parentNode;
}
function P(e, t, n, r) {
	if (e) {
		n ||= document;
		do {
			if (t != null && (t[0] === ">" ? e.parentNode === n && Zn(e, t) : Zn(e, t)) || r && e === n) return e;
			if (e === n) break;
		} while (e = Qn(e));
	}
	return null;
}
var $n = /\s+/g;
function F(e, t, n) {
	e && t && (e.classList ? e.classList[n ? "add" : "remove"](t) : e.className = ((" " + e.className + " ").replace($n, " ").replace(" " + t + " ", " ") + (n ? " " + t : "")).replace($n, " "));
}
function I(e, t, n) {
	var r = e && e.style;
	if (r) {
		if (n === void 0) return document.defaultView && document.defaultView.getComputedStyle ? n = document.defaultView.getComputedStyle(e, "") : e.currentStyle && (n = e.currentStyle), t === void 0 ? n : n[t];
		!(t in r) && t.indexOf("webkit") === -1 && (t = "-webkit-" + t), r[t] = n + (typeof n == "string" ? "" : "px");
	}
}
function er(e, t) {
	var n = "";
	if (typeof e == "string") n = e;
	else do {
		var r = I(e, "transform");
		r && r !== "none" && (n = r + " " + n);
	} while (!t && (e = e.parentNode));
	var i = window.DOMMatrix || window.WebKitCSSMatrix || window.CSSMatrix || window.MSCSSMatrix;
	return i && new i(n);
}
function tr(e, t, n) {
	if (e) {
		var r = e.getElementsByTagName(t), i = 0, a = r.length;
		if (n) for (; i < a; i++) n(r[i], i);
		return r;
	}
	return [];
}
function L() {
	return document.scrollingElement || document.documentElement;
}
function R(e, t, n, r, i) {
	if (e.getBoundingClientRect || e === window) {
		var a, o, s, c, l, u, d;
		if (e !== window && e.parentNode && e !== L() ? (a = e.getBoundingClientRect(), o = a.top, s = a.left, c = a.bottom, l = a.right, u = a.height, d = a.width) : (o = 0, s = 0, c = window.innerHeight, l = window.innerWidth, u = window.innerHeight, d = window.innerWidth), (t || n) && e !== window && (i ||= e.parentNode, !Wn)) do
			if (i && i.getBoundingClientRect && (I(i, "transform") !== "none" || n && I(i, "position") !== "static")) {
				var f = i.getBoundingClientRect();
				o -= f.top + parseInt(I(i, "border-top-width")), s -= f.left + parseInt(I(i, "border-left-width")), c = o + a.height, l = s + a.width;
				break;
			}
		while (i = i.parentNode);
		if (r && e !== window) {
			var p = er(i || e), m = p && p.a, h = p && p.d;
			p && (o /= h, s /= m, d /= m, u /= h, c = o + u, l = s + d);
		}
		return {
			top: o,
			left: s,
			bottom: c,
			right: l,
			width: d,
			height: u
		};
	}
}
function nr(e, t, n) {
	for (var r = sr(e, !0), i = R(e)[t]; r;) {
		var a = R(r)[n], o = void 0;
		if (o = n === "top" || n === "left" ? i >= a : i <= a, !o) return r;
		if (r === L()) break;
		r = sr(r, !1);
	}
	return !1;
}
function rr(e, t, n, r) {
	for (var i = 0, a = 0, o = e.children; a < o.length;) {
		if (o[a].style.display !== "none" && o[a] !== Q.ghost && (r || o[a] !== Q.dragged) && P(o[a], n.draggable, e, !1)) {
			if (i === t) return o[a];
			i++;
		}
		a++;
	}
	return null;
}
function ir(e, t) {
	for (var n = e.lastElementChild; n && (n === Q.ghost || I(n, "display") === "none" || t && !Zn(n, t));) n = n.previousElementSibling;
	return n || null;
}
function z(e, t) {
	var n = 0;
	if (!e || !e.parentNode) return -1;
	for (; e = e.previousElementSibling;) e.nodeName.toUpperCase() !== "TEMPLATE" && e !== Q.clone && (!t || Zn(e, t)) && n++;
	return n;
}
function ar(e) {
	var t = 0, n = 0, r = L();
	if (e) do {
		var i = er(e), a = i.a, o = i.d;
		t += e.scrollLeft * a, n += e.scrollTop * o;
	} while (e !== r && (e = e.parentNode));
	return [t, n];
}
function or(e, t) {
	for (var n in e) if (e.hasOwnProperty(n)) {
		for (var r in t) if (t.hasOwnProperty(r) && t[r] === e[n][r]) return Number(n);
	}
	return -1;
}
function sr(e, t) {
	if (!e || !e.getBoundingClientRect) return L();
	var n = e, r = !1;
	do
		if (n.clientWidth < n.scrollWidth || n.clientHeight < n.scrollHeight) {
			var i = I(n);
			if (n.clientWidth < n.scrollWidth && (i.overflowX == "auto" || i.overflowX == "scroll") || n.clientHeight < n.scrollHeight && (i.overflowY == "auto" || i.overflowY == "scroll")) {
				if (!n.getBoundingClientRect || n === document.body) return L();
				if (r || t) return n;
				r = !0;
			}
		}
	while (n = n.parentNode);
	return L();
}
function cr(e, t) {
	if (e && t) for (var n in t) t.hasOwnProperty(n) && (e[n] = t[n]);
	return e;
}
function lr(e, t) {
	return Math.round(e.top) === Math.round(t.top) && Math.round(e.left) === Math.round(t.left) && Math.round(e.height) === Math.round(t.height) && Math.round(e.width) === Math.round(t.width);
}
var ur;
function dr(e, t) {
	return function() {
		if (!ur) {
			var n = arguments, r = this;
			n.length === 1 ? e.call(r, n[0]) : e.apply(r, n), ur = setTimeout(function() {
				ur = void 0;
			}, t);
		}
	};
}
function fr() {
	clearTimeout(ur), ur = void 0;
}
function pr(e, t, n) {
	e.scrollLeft += t, e.scrollTop += n;
}
function mr(e) {
	var t = window.Polymer, n = window.jQuery || window.Zepto;
	return t && t.dom ? t.dom(e).cloneNode(!0) : n ? n(e).clone(!0)[0] : e.cloneNode(!0);
}
function hr(e, t, n) {
	var r = {};
	return Array.from(e.children).forEach(function(i) {
		if (P(i, t.draggable, e, !1) && !i.animated && i !== n) {
			var a = R(i);
			r.left = Math.min(r.left ?? Infinity, a.left), r.top = Math.min(r.top ?? Infinity, a.top), r.right = Math.max(r.right ?? -Infinity, a.right), r.bottom = Math.max(r.bottom ?? -Infinity, a.bottom);
		}
	}), r.width = r.right - r.left, r.height = r.bottom - r.top, r.x = r.left, r.y = r.top, r;
}
var B = "Sortable" + (/* @__PURE__ */ new Date()).getTime();
function gr() {
	var e = [], t;
	return {
		captureAnimationState: function() {
			e = [], this.options.animation && [].slice.call(this.el.children).forEach(function(t) {
				if (I(t, "display") !== "none" && t !== Q.ghost) {
					e.push({
						target: t,
						rect: R(t)
					});
					var n = In({}, e[e.length - 1].rect);
					if (t.thisAnimationDuration) {
						var r = er(t, !0);
						r && (n.top -= r.f, n.left -= r.e);
					}
					t.fromRect = n;
				}
			});
		},
		addAnimationState: function(t) {
			e.push(t);
		},
		removeAnimationState: function(t) {
			e.splice(or(e, { target: t }), 1);
		},
		animateAll: function(n) {
			var r = this;
			if (!this.options.animation) clearTimeout(t), typeof n == "function" && n();
			else {
				var i = !1, a = 0;
				e.forEach(function(e) {
					var t = 0, n = e.target, o = n.fromRect, s = R(n), c = n.prevFromRect, l = n.prevToRect, u = e.rect, d = er(n, !0);
					d && (s.top -= d.f, s.left -= d.e), n.toRect = s, n.thisAnimationDuration && lr(c, s) && !lr(o, s) && (u.top - s.top) / (u.left - s.left) === (o.top - s.top) / (o.left - s.left) && (t = vr(u, c, l, r.options)), lr(s, o) || (n.prevFromRect = o, n.prevToRect = s, t ||= r.options.animation, r.animate(n, u, s, t)), t && (i = !0, a = Math.max(a, t), clearTimeout(n.animationResetTimer), n.animationResetTimer = setTimeout(function() {
						n.animationTime = 0, n.prevFromRect = null, n.fromRect = null, n.prevToRect = null, n.thisAnimationDuration = null;
					}, t), n.thisAnimationDuration = t);
				}), clearTimeout(t), i ? t = setTimeout(function() {
					typeof n == "function" && n();
				}, a) : typeof n == "function" && n(), e = [];
			}
		},
		animate: function(e, t, n, r) {
			if (r) {
				I(e, "transition", ""), I(e, "transform", "");
				var i = er(this.el), a = i && i.a, o = i && i.d, s = (t.left - n.left) / (a || 1), c = (t.top - n.top) / (o || 1);
				e.animatingX = !!s, e.animatingY = !!c, I(e, "transform", "translate3d(" + s + "px," + c + "px,0)"), this.forRepaintDummy = _r(e), I(e, "transition", "transform " + r + "ms" + (this.options.easing ? " " + this.options.easing : "")), I(e, "transform", "translate3d(0,0,0)"), typeof e.animated == "number" && clearTimeout(e.animated), e.animated = setTimeout(function() {
					I(e, "transition", ""), I(e, "transform", ""), e.animated = !1, e.animatingX = !1, e.animatingY = !1;
				}, r);
			}
		}
	};
}
function _r(e) {
	return e.offsetWidth;
}
function vr(e, t, n, r) {
	return Math.sqrt((t.top - e.top) ** 2 + (t.left - e.left) ** 2) / Math.sqrt((t.top - n.top) ** 2 + (t.left - n.left) ** 2) * r.animation;
}
var yr = [], br = { initializeByDefault: !0 }, xr = {
	mount: function(e) {
		for (var t in br) br.hasOwnProperty(t) && !(t in e) && (e[t] = br[t]);
		yr.forEach(function(t) {
			if (t.pluginName === e.pluginName) throw `Sortable: Cannot mount plugin ${e.pluginName} more than once`;
		}), yr.push(e);
	},
	pluginEvent: function(e, t, n) {
		var r = this;
		this.eventCanceled = !1, n.cancel = function() {
			r.eventCanceled = !0;
		};
		var i = e + "Global";
		yr.forEach(function(r) {
			t[r.pluginName] && (t[r.pluginName][i] && t[r.pluginName][i](In({ sortable: t }, n)), t.options[r.pluginName] && t[r.pluginName][e] && t[r.pluginName][e](In({ sortable: t }, n)));
		});
	},
	initializePlugins: function(e, t, n, r) {
		for (var i in yr.forEach(function(r) {
			var i = r.pluginName;
			if (e.options[i] || r.initializeByDefault) {
				var a = new r(e, t, e.options);
				a.sortable = e, a.options = e.options, e[i] = a, Pn(n, a.defaults);
			}
		}), e.options) if (e.options.hasOwnProperty(i)) {
			var a = this.modifyOption(e, i, e.options[i]);
			a !== void 0 && (e.options[i] = a);
		}
	},
	getEventProperties: function(e, t) {
		var n = {};
		return yr.forEach(function(r) {
			typeof r.eventProperties == "function" && Pn(n, r.eventProperties.call(t[r.pluginName], e));
		}), n;
	},
	modifyOption: function(e, t, n) {
		var r;
		return yr.forEach(function(i) {
			e[i.pluginName] && i.optionListeners && typeof i.optionListeners[t] == "function" && (r = i.optionListeners[t].call(e[i.pluginName], n));
		}), r;
	}
};
function Sr(e) {
	var t = e.sortable, n = e.rootEl, r = e.name, i = e.targetEl, a = e.cloneEl, o = e.toEl, s = e.fromEl, c = e.oldIndex, l = e.newIndex, u = e.oldDraggableIndex, d = e.newDraggableIndex, f = e.originalEvent, p = e.putSortable, m = e.extraEventProperties;
	if (t ||= n && n[B], t) {
		var h, ee = t.options, g = "on" + r.charAt(0).toUpperCase() + r.substr(1);
		window.CustomEvent && !Wn && !Gn ? h = new CustomEvent(r, {
			bubbles: !0,
			cancelable: !0
		}) : (h = document.createEvent("Event"), h.initEvent(r, !0, !0)), h.to = o || n, h.from = s || n, h.item = i || n, h.clone = a, h.oldIndex = c, h.newIndex = l, h.oldDraggableIndex = u, h.newDraggableIndex = d, h.originalEvent = f, h.pullMode = p ? p.lastPutMode : void 0;
		var te = In(In({}, m), xr.getEventProperties(r, t));
		for (var _ in te) h[_] = te[_];
		n && n.dispatchEvent(h), ee[g] && ee[g].call(t, h);
	}
}
var Cr = ["evt"], V = function(e, t) {
	var n = arguments.length > 2 && arguments[2] !== void 0 ? arguments[2] : {}, r = n.evt, i = Ln(n, Cr);
	xr.pluginEvent.bind(Q)(e, t, In({
		dragEl: U,
		parentEl: W,
		ghostEl: G,
		rootEl: K,
		nextEl: wr,
		lastDownEl: Tr,
		cloneEl: q,
		cloneHidden: Er,
		dragStarted: zr,
		putSortable: Y,
		activeSortable: Q.active,
		originalEvent: r,
		oldIndex: Dr,
		oldDraggableIndex: Or,
		newIndex: J,
		newDraggableIndex: kr,
		hideGhostForTarget: ri,
		unhideGhostForTarget: ii,
		cloneNowHidden: function() {
			Er = !0;
		},
		cloneNowShown: function() {
			Er = !1;
		},
		dispatchSortableEvent: function(e) {
			H({
				sortable: t,
				name: e,
				originalEvent: r
			});
		}
	}, i));
};
function H(e) {
	Sr(In({
		putSortable: Y,
		cloneEl: q,
		targetEl: U,
		rootEl: K,
		oldIndex: Dr,
		oldDraggableIndex: Or,
		newIndex: J,
		newDraggableIndex: kr
	}, e));
}
var U, W, G, K, wr, Tr, q, Er, Dr, J, Or, kr, Ar, Y, jr = !1, Mr = !1, Nr = [], Pr, X, Fr, Ir, Lr, Rr, zr, Br, Vr, Hr = !1, Ur = !1, Wr, Z, Gr = [], Kr = !1, qr = [], Jr = typeof document < "u", Yr = Jn, Xr = Gn || Wn ? "cssFloat" : "float", Zr = Jr && !Yn && !Jn && "draggable" in document.createElement("div"), Qr = function() {
	if (Jr) {
		if (Wn) return !1;
		var e = document.createElement("x");
		return e.style.cssText = "pointer-events:auto", e.style.pointerEvents === "auto";
	}
}(), $r = function(e, t) {
	var n = I(e), r = parseInt(n.width) - parseInt(n.paddingLeft) - parseInt(n.paddingRight) - parseInt(n.borderLeftWidth) - parseInt(n.borderRightWidth), i = rr(e, 0, t), a = rr(e, 1, t), o = i && I(i), s = a && I(a), c = o && parseInt(o.marginLeft) + parseInt(o.marginRight) + R(i).width, l = s && parseInt(s.marginLeft) + parseInt(s.marginRight) + R(a).width;
	if (n.display === "flex") return n.flexDirection === "column" || n.flexDirection === "column-reverse" ? "vertical" : "horizontal";
	if (n.display === "grid") return n.gridTemplateColumns.split(" ").length <= 1 ? "vertical" : "horizontal";
	if (i && o.float && o.float !== "none") {
		var u = o.float === "left" ? "left" : "right";
		return a && (s.clear === "both" || s.clear === u) ? "vertical" : "horizontal";
	}
	return i && (o.display === "block" || o.display === "flex" || o.display === "table" || o.display === "grid" || c >= r && n[Xr] === "none" || a && n[Xr] === "none" && c + l > r) ? "vertical" : "horizontal";
}, ei = function(e, t, n) {
	var r = n ? e.left : e.top, i = n ? e.right : e.bottom, a = n ? e.width : e.height, o = n ? t.left : t.top, s = n ? t.right : t.bottom, c = n ? t.width : t.height;
	return r === o || i === s || r + a / 2 === o + c / 2;
}, ti = function(e, t) {
	var n;
	return Nr.some(function(r) {
		var i = r[B].options.emptyInsertThreshold;
		if (i && !ir(r)) {
			var a = R(r), o = e >= a.left - i && e <= a.right + i, s = t >= a.top - i && t <= a.bottom + i;
			if (o && s) return n = r;
		}
	}), n;
}, ni = function(e) {
	function t(e, n) {
		return function(r, i, a, o) {
			var s = r.options.group.name && i.options.group.name && r.options.group.name === i.options.group.name;
			if (e == null && (n || s)) return !0;
			if (e == null || e === !1) return !1;
			if (n && e === "clone") return e;
			if (typeof e == "function") return t(e(r, i, a, o), n)(r, i, a, o);
			var c = (n ? r : i).options.group.name;
			return e === !0 || typeof e == "string" && e === c || e.join && e.indexOf(c) > -1;
		};
	}
	var n = {}, r = e.group;
	r && Vn(r) == "object" || (r = { name: r }), n.name = r.name, n.checkPull = t(r.pull, !0), n.checkPut = t(r.put), n.revertClone = r.revertClone, e.group = n;
}, ri = function() {
	!Qr && G && I(G, "display", "none");
}, ii = function() {
	!Qr && G && I(G, "display", "");
};
Jr && !Yn && document.addEventListener("click", function(e) {
	if (Mr) return e.preventDefault(), e.stopPropagation && e.stopPropagation(), e.stopImmediatePropagation && e.stopImmediatePropagation(), Mr = !1, !1;
}, !0);
var ai = function(e) {
	if (U) {
		e = e.touches ? e.touches[0] : e;
		var t = ti(e.clientX, e.clientY);
		if (t) {
			var n = {};
			for (var r in e) e.hasOwnProperty(r) && (n[r] = e[r]);
			n.target = n.rootEl = t, n.preventDefault = void 0, n.stopPropagation = void 0, t[B]._onDragOver(n);
		}
	}
}, oi = function(e) {
	U && U.parentNode[B]._isOutsideThisEl(e.target);
};
function Q(e, t) {
	if (!(e && e.nodeType && e.nodeType === 1)) throw `Sortable: \`el\` must be an HTMLElement, not ${{}.toString.call(e)}`;
	this.el = e, this.options = t = Pn({}, t), e[B] = this;
	var n = {
		group: null,
		sort: !0,
		disabled: !1,
		store: null,
		handle: null,
		draggable: /^[uo]l$/i.test(e.nodeName) ? ">li" : ">*",
		swapThreshold: 1,
		invertSwap: !1,
		invertedSwapThreshold: null,
		removeCloneOnHide: !0,
		direction: function() {
			return $r(e, this.options);
		},
		ghostClass: "sortable-ghost",
		chosenClass: "sortable-chosen",
		dragClass: "sortable-drag",
		ignore: "a, img",
		filter: null,
		preventOnFilter: !0,
		animation: 0,
		easing: null,
		setData: function(e, t) {
			e.setData("Text", t.textContent);
		},
		dropBubble: !1,
		dragoverBubble: !1,
		dataIdAttr: "data-id",
		delay: 0,
		delayOnTouchOnly: !1,
		touchStartThreshold: (Number.parseInt ? Number : window).parseInt(window.devicePixelRatio, 10) || 1,
		forceFallback: !1,
		fallbackClass: "sortable-fallback",
		fallbackOnBody: !1,
		fallbackTolerance: 0,
		fallbackOffset: {
			x: 0,
			y: 0
		},
		supportPointer: Q.supportPointer !== !1 && "PointerEvent" in window && (!qn || Jn),
		emptyInsertThreshold: 5
	};
	for (var r in xr.initializePlugins(this, e, n), n) !(r in t) && (t[r] = n[r]);
	for (var i in ni(t), this) i.charAt(0) === "_" && typeof this[i] == "function" && (this[i] = this[i].bind(this));
	this.nativeDraggable = !t.forceFallback && Zr, this.nativeDraggable && (this.options.touchStartThreshold = 1), t.supportPointer ? M(e, "pointerdown", this._onTapStart) : (M(e, "mousedown", this._onTapStart), M(e, "touchstart", this._onTapStart)), this.nativeDraggable && (M(e, "dragover", this), M(e, "dragenter", this)), Nr.push(this.el), t.store && t.store.get && this.sort(t.store.get(this) || []), Pn(this, gr());
}
Q.prototype = {
	constructor: Q,
	_isOutsideThisEl: function(e) {
		!this.el.contains(e) && e !== this.el && (Br = null);
	},
	_getDirection: function(e, t) {
		return typeof this.options.direction == "function" ? this.options.direction.call(this, e, t, U) : this.options.direction;
	},
	_onTapStart: function(e) {
		if (e.cancelable) {
			var t = this, n = this.el, r = this.options, i = r.preventOnFilter, a = e.type, o = e.touches && e.touches[0] || e.pointerType && e.pointerType === "touch" && e, s = (o || e).target, c = e.target.shadowRoot && (e.path && e.path[0] || e.composedPath && e.composedPath()[0]) || s, l = r.filter;
			if (gi(n), !U && !(/mousedown|pointerdown/.test(a) && e.button !== 0 || r.disabled) && !c.isContentEditable && !(!this.nativeDraggable && qn && s && s.tagName.toUpperCase() === "SELECT") && (s = P(s, r.draggable, n, !1), !(s && s.animated) && Tr !== s)) {
				if (Dr = z(s), Or = z(s, r.draggable), typeof l == "function") {
					if (l.call(this, e, s, this)) {
						H({
							sortable: t,
							rootEl: c,
							name: "filter",
							targetEl: s,
							toEl: n,
							fromEl: n
						}), V("filter", t, { evt: e }), i && e.preventDefault();
						return;
					}
				} else if (l && (l = l.split(",").some(function(r) {
					if (r = P(c, r.trim(), n, !1), r) return H({
						sortable: t,
						rootEl: r,
						name: "filter",
						targetEl: s,
						fromEl: n,
						toEl: n
					}), V("filter", t, { evt: e }), !0;
				}), l)) {
					i && e.preventDefault();
					return;
				}
				(!r.handle || P(c, r.handle, n, !1)) && this._prepareDragStart(e, o, s);
			}
		}
	},
	_prepareDragStart: function(e, t, n) {
		var r = this, i = r.el, a = r.options, o = i.ownerDocument, s;
		if (n && !U && n.parentNode === i) {
			var c = R(n);
			if (K = i, U = n, W = U.parentNode, wr = U.nextSibling, Tr = n, Ar = a.group, Q.dragged = U, Pr = {
				target: U,
				clientX: (t || e).clientX,
				clientY: (t || e).clientY
			}, Lr = Pr.clientX - c.left, Rr = Pr.clientY - c.top, this._lastX = (t || e).clientX, this._lastY = (t || e).clientY, U.style["will-change"] = "all", s = function() {
				V("delayEnded", r, { evt: e }), Q.eventCanceled ? r._onDrop() : (r._disableDelayedDragEvents(), !Kn && r.nativeDraggable && (U.draggable = !0), r._triggerDragStart(e, t), H({
					sortable: r,
					name: "choose",
					originalEvent: e
				}), F(U, a.chosenClass, !0));
			}, a.ignore.split(",").forEach(function(e) {
				tr(U, e.trim(), li);
			}), M(o, "dragover", ai), M(o, "mousemove", ai), M(o, "touchmove", ai), a.supportPointer ? (M(o, "pointerup", r._onDrop), !this.nativeDraggable && M(o, "pointercancel", r._onDrop)) : (M(o, "mouseup", r._onDrop), M(o, "touchend", r._onDrop), M(o, "touchcancel", r._onDrop)), Kn && this.nativeDraggable && (this.options.touchStartThreshold = 4, U.draggable = !0), V("delayStart", this, { evt: e }), a.delay && (!a.delayOnTouchOnly || t) && (!this.nativeDraggable || !(Gn || Wn))) {
				if (Q.eventCanceled) {
					this._onDrop();
					return;
				}
				a.supportPointer ? (M(o, "pointerup", r._disableDelayedDrag), M(o, "pointercancel", r._disableDelayedDrag)) : (M(o, "mouseup", r._disableDelayedDrag), M(o, "touchend", r._disableDelayedDrag), M(o, "touchcancel", r._disableDelayedDrag)), M(o, "mousemove", r._delayedDragTouchMoveHandler), M(o, "touchmove", r._delayedDragTouchMoveHandler), a.supportPointer && M(o, "pointermove", r._delayedDragTouchMoveHandler), r._dragStartTimer = setTimeout(s, a.delay);
			} else s();
		}
	},
	_delayedDragTouchMoveHandler: function(e) {
		var t = e.touches ? e.touches[0] : e;
		Math.max(Math.abs(t.clientX - this._lastX), Math.abs(t.clientY - this._lastY)) >= Math.floor(this.options.touchStartThreshold / (this.nativeDraggable && window.devicePixelRatio || 1)) && this._disableDelayedDrag();
	},
	_disableDelayedDrag: function() {
		U && li(U), clearTimeout(this._dragStartTimer), this._disableDelayedDragEvents();
	},
	_disableDelayedDragEvents: function() {
		var e = this.el.ownerDocument;
		N(e, "mouseup", this._disableDelayedDrag), N(e, "touchend", this._disableDelayedDrag), N(e, "touchcancel", this._disableDelayedDrag), N(e, "pointerup", this._disableDelayedDrag), N(e, "pointercancel", this._disableDelayedDrag), N(e, "mousemove", this._delayedDragTouchMoveHandler), N(e, "touchmove", this._delayedDragTouchMoveHandler), N(e, "pointermove", this._delayedDragTouchMoveHandler);
	},
	_triggerDragStart: function(e, t) {
		t ||= e.pointerType == "touch" && e, !this.nativeDraggable || t ? this.options.supportPointer ? M(document, "pointermove", this._onTouchMove) : t ? M(document, "touchmove", this._onTouchMove) : M(document, "mousemove", this._onTouchMove) : (M(U, "dragend", this), M(K, "dragstart", this._onDragStart));
		try {
			document.selection ? _i(function() {
				document.selection.empty();
			}) : window.getSelection().removeAllRanges();
		} catch {}
	},
	_dragStarted: function(e, t) {
		if (jr = !1, K && U) {
			V("dragStarted", this, { evt: t }), this.nativeDraggable && M(document, "dragover", oi);
			var n = this.options;
			!e && F(U, n.dragClass, !1), F(U, n.ghostClass, !0), Q.active = this, e && this._appendGhost(), H({
				sortable: this,
				name: "start",
				originalEvent: t
			});
		} else this._nulling();
	},
	_emulateDragOver: function() {
		if (X) {
			this._lastX = X.clientX, this._lastY = X.clientY, ri();
			for (var e = document.elementFromPoint(X.clientX, X.clientY), t = e; e && e.shadowRoot && (e = e.shadowRoot.elementFromPoint(X.clientX, X.clientY), e !== t);) t = e;
			if (U.parentNode[B]._isOutsideThisEl(e), t) do {
				if (t[B]) {
					var n = void 0;
					if (n = t[B]._onDragOver({
						clientX: X.clientX,
						clientY: X.clientY,
						target: e,
						rootEl: t
					}), n && !this.options.dragoverBubble) break;
				}
				e = t;
			} while (t = Qn(t));
			ii();
		}
	},
	_onTouchMove: function(e) {
		if (Pr) {
			var t = this.options, n = t.fallbackTolerance, r = t.fallbackOffset, i = e.touches ? e.touches[0] : e, a = G && er(G, !0), o = G && a && a.a, s = G && a && a.d, c = Yr && Z && ar(Z), l = (i.clientX - Pr.clientX + r.x) / (o || 1) + (c ? c[0] - Gr[0] : 0) / (o || 1), u = (i.clientY - Pr.clientY + r.y) / (s || 1) + (c ? c[1] - Gr[1] : 0) / (s || 1);
			if (!Q.active && !jr) {
				if (n && Math.max(Math.abs(i.clientX - this._lastX), Math.abs(i.clientY - this._lastY)) < n) return;
				this._onDragStart(e, !0);
			}
			if (G) {
				a ? (a.e += l - (Fr || 0), a.f += u - (Ir || 0)) : a = {
					a: 1,
					b: 0,
					c: 0,
					d: 1,
					e: l,
					f: u
				};
				var d = `matrix(${a.a},${a.b},${a.c},${a.d},${a.e},${a.f})`;
				I(G, "webkitTransform", d), I(G, "mozTransform", d), I(G, "msTransform", d), I(G, "transform", d), Fr = l, Ir = u, X = i;
			}
			e.cancelable && e.preventDefault();
		}
	},
	_appendGhost: function() {
		if (!G) {
			var e = this.options.fallbackOnBody ? document.body : K, t = R(U, !0, Yr, !0, e), n = this.options;
			if (Yr) {
				for (Z = e; I(Z, "position") === "static" && I(Z, "transform") === "none" && Z !== document;) Z = Z.parentNode;
				Z !== document.body && Z !== document.documentElement ? (Z === document && (Z = L()), t.top += Z.scrollTop, t.left += Z.scrollLeft) : Z = L(), Gr = ar(Z);
			}
			G = U.cloneNode(!0), F(G, n.ghostClass, !1), F(G, n.fallbackClass, !0), F(G, n.dragClass, !0), I(G, "transition", ""), I(G, "transform", ""), I(G, "box-sizing", "border-box"), I(G, "margin", 0), I(G, "top", t.top), I(G, "left", t.left), I(G, "width", t.width), I(G, "height", t.height), I(G, "opacity", "0.8"), I(G, "position", Yr ? "absolute" : "fixed"), I(G, "zIndex", "100000"), I(G, "pointerEvents", "none"), Q.ghost = G, e.appendChild(G), I(G, "transform-origin", Lr / parseInt(G.style.width) * 100 + "% " + Rr / parseInt(G.style.height) * 100 + "%");
		}
	},
	_onDragStart: function(e, t) {
		var n = this, r = e.dataTransfer, i = n.options;
		V("dragStart", this, { evt: e }), Q.eventCanceled ? this._onDrop() : (V("setupClone", this), Q.eventCanceled || (q = mr(U), q.removeAttribute("id"), q.draggable = !1, q.style["will-change"] = "", this._hideClone(), F(q, this.options.chosenClass, !1), Q.clone = q), n.cloneId = _i(function() {
			V("clone", n), Q.eventCanceled || (n.options.removeCloneOnHide || K.insertBefore(q, U), n._hideClone(), H({
				sortable: n,
				name: "clone"
			}));
		}), !t && F(U, i.dragClass, !0), t ? (Mr = !0, n._loopId = setInterval(n._emulateDragOver, 50)) : (N(document, "mouseup", n._onDrop), N(document, "touchend", n._onDrop), N(document, "touchcancel", n._onDrop), r && (r.effectAllowed = "move", i.setData && i.setData.call(n, r, U)), M(document, "drop", n), I(U, "transform", "translateZ(0)")), jr = !0, n._dragStartId = _i(n._dragStarted.bind(n, t, e)), M(document, "selectstart", n), zr = !0, window.getSelection().removeAllRanges(), qn && I(document.body, "user-select", "none"));
	},
	_onDragOver: function(e) {
		var t = this.el, n = e.target, r, i, a, o = this.options, s = o.group, c = Q.active, l = Ar === s, u = o.sort, d = Y || c, f, p = this, m = !1;
		if (Kr) return;
		function h(o, s) {
			V(o, p, In({
				evt: e,
				isOwner: l,
				axis: f ? "vertical" : "horizontal",
				revert: a,
				dragRect: r,
				targetRect: i,
				canSort: u,
				fromSortable: d,
				target: n,
				completed: g,
				onMove: function(n, i) {
					return ci(K, t, U, r, n, R(n), e, i);
				},
				changed: te
			}, s));
		}
		function ee() {
			h("dragOverAnimationCapture"), p.captureAnimationState(), p !== d && d.captureAnimationState();
		}
		function g(r) {
			return h("dragOverCompleted", { insertion: r }), r && (l ? c._hideClone() : c._showClone(p), p !== d && (F(U, Y ? Y.options.ghostClass : c.options.ghostClass, !1), F(U, o.ghostClass, !0)), Y !== p && p !== Q.active ? Y = p : p === Q.active && Y && (Y = null), d === p && (p._ignoreWhileAnimating = n), p.animateAll(function() {
				h("dragOverAnimationComplete"), p._ignoreWhileAnimating = null;
			}), p !== d && (d.animateAll(), d._ignoreWhileAnimating = null)), (n === U && !U.animated || n === t && !n.animated) && (Br = null), !o.dragoverBubble && !e.rootEl && n !== document && (U.parentNode[B]._isOutsideThisEl(e.target), !r && ai(e)), !o.dragoverBubble && e.stopPropagation && e.stopPropagation(), m = !0;
		}
		function te() {
			J = z(U), kr = z(U, o.draggable), H({
				sortable: p,
				name: "change",
				toEl: t,
				newIndex: J,
				newDraggableIndex: kr,
				originalEvent: e
			});
		}
		if (e.preventDefault !== void 0 && e.cancelable && e.preventDefault(), n = P(n, o.draggable, t, !0), h("dragOver"), Q.eventCanceled) return m;
		if (U.contains(e.target) || n.animated && n.animatingX && n.animatingY || p._ignoreWhileAnimating === n) return g(!1);
		if (Mr = !1, c && !o.disabled && (l ? u || (a = W !== K) : Y === this || (this.lastPutMode = Ar.checkPull(this, c, U, e)) && s.checkPut(this, c, U, e))) {
			if (f = this._getDirection(e, n) === "vertical", r = R(U), h("dragOverValid"), Q.eventCanceled) return m;
			if (a) return W = K, ee(), this._hideClone(), h("revert"), Q.eventCanceled || (wr ? K.insertBefore(U, wr) : K.appendChild(U)), g(!0);
			var _ = ir(t, o.draggable);
			if (!_ || fi(e, f, this) && !_.animated) {
				if (_ === U) return g(!1);
				if (_ && t === e.target && (n = _), n && (i = R(n)), ci(K, t, U, r, n, i, e, !!n) !== !1) return ee(), _ && _.nextSibling ? t.insertBefore(U, _.nextSibling) : t.appendChild(U), W = t, te(), g(!0);
			} else if (_ && di(e, f, this)) {
				var v = rr(t, 0, o, !0);
				if (v === U) return g(!1);
				if (n = v, i = R(n), ci(K, t, U, r, n, i, e, !1) !== !1) return ee(), t.insertBefore(U, v), W = t, te(), g(!0);
			} else if (n.parentNode === t) {
				i = R(n);
				var y = 0, ne, re = U.parentNode !== t, ie = !ei(U.animated && U.toRect || r, n.animated && n.toRect || i, f), b = f ? "top" : "left", x = nr(n, "top", "top") || nr(U, "top", "top"), ae = x ? x.scrollTop : void 0;
				Br !== n && (ne = i[b], Hr = !1, Ur = !ie && o.invertSwap || re), y = pi(e, n, i, f, ie ? 1 : o.swapThreshold, o.invertedSwapThreshold == null ? o.swapThreshold : o.invertedSwapThreshold, Ur, Br === n);
				var S;
				if (y !== 0) {
					var C = z(U);
					do
						C -= y, S = W.children[C];
					while (S && (I(S, "display") === "none" || S === G));
				}
				if (y === 0 || S === n) return g(!1);
				Br = n, Vr = y;
				var oe = n.nextElementSibling, se = !1;
				se = y === 1;
				var w = ci(K, t, U, r, n, i, e, se);
				if (w !== !1) return (w === 1 || w === -1) && (se = w === 1), Kr = !0, setTimeout(ui, 30), ee(), se && !oe ? t.appendChild(U) : n.parentNode.insertBefore(U, se ? oe : n), x && pr(x, 0, ae - x.scrollTop), W = U.parentNode, ne !== void 0 && !Ur && (Wr = Math.abs(ne - R(n)[b])), te(), g(!0);
			}
			if (t.contains(U)) return g(!1);
		}
		return !1;
	},
	_ignoreWhileAnimating: null,
	_offMoveEvents: function() {
		N(document, "mousemove", this._onTouchMove), N(document, "touchmove", this._onTouchMove), N(document, "pointermove", this._onTouchMove), N(document, "dragover", ai), N(document, "mousemove", ai), N(document, "touchmove", ai);
	},
	_offUpEvents: function() {
		var e = this.el.ownerDocument;
		N(e, "mouseup", this._onDrop), N(e, "touchend", this._onDrop), N(e, "pointerup", this._onDrop), N(e, "pointercancel", this._onDrop), N(e, "touchcancel", this._onDrop), N(document, "selectstart", this);
	},
	_onDrop: function(e) {
		var t = this.el, n = this.options;
		J = z(U), kr = z(U, n.draggable), V("drop", this, { evt: e }), W = U && U.parentNode, J = z(U), kr = z(U, n.draggable), Q.eventCanceled || (jr = !1, Ur = !1, Hr = !1, clearInterval(this._loopId), clearTimeout(this._dragStartTimer), vi(this.cloneId), vi(this._dragStartId), this.nativeDraggable && (N(document, "drop", this), N(t, "dragstart", this._onDragStart)), this._offMoveEvents(), this._offUpEvents(), qn && I(document.body, "user-select", ""), I(U, "transform", ""), e && (zr && (e.cancelable && e.preventDefault(), !n.dropBubble && e.stopPropagation()), G && G.parentNode && G.parentNode.removeChild(G), (K === W || Y && Y.lastPutMode !== "clone") && q && q.parentNode && q.parentNode.removeChild(q), U && (this.nativeDraggable && N(U, "dragend", this), li(U), U.style["will-change"] = "", zr && !jr && F(U, Y ? Y.options.ghostClass : this.options.ghostClass, !1), F(U, this.options.chosenClass, !1), H({
			sortable: this,
			name: "unchoose",
			toEl: W,
			newIndex: null,
			newDraggableIndex: null,
			originalEvent: e
		}), K === W ? J !== Dr && J >= 0 && (H({
			sortable: this,
			name: "update",
			toEl: W,
			originalEvent: e
		}), H({
			sortable: this,
			name: "sort",
			toEl: W,
			originalEvent: e
		})) : (J >= 0 && (H({
			rootEl: W,
			name: "add",
			toEl: W,
			fromEl: K,
			originalEvent: e
		}), H({
			sortable: this,
			name: "remove",
			toEl: W,
			originalEvent: e
		}), H({
			rootEl: W,
			name: "sort",
			toEl: W,
			fromEl: K,
			originalEvent: e
		}), H({
			sortable: this,
			name: "sort",
			toEl: W,
			originalEvent: e
		})), Y && Y.save()), Q.active && ((J == null || J === -1) && (J = Dr, kr = Or), H({
			sortable: this,
			name: "end",
			toEl: W,
			originalEvent: e
		}), this.save())))), this._nulling();
	},
	_nulling: function() {
		V("nulling", this), K = U = W = G = wr = q = Tr = Er = Pr = X = zr = J = kr = Dr = Or = Br = Vr = Y = Ar = Q.dragged = Q.ghost = Q.clone = Q.active = null;
		var e = this.el;
		qr.forEach(function(t) {
			e.contains(t) && (t.checked = !0);
		}), qr.length = Fr = Ir = 0;
	},
	handleEvent: function(e) {
		switch (e.type) {
			case "drop":
			case "dragend":
				this._onDrop(e);
				break;
			case "dragenter":
			case "dragover":
				U && (this._onDragOver(e), si(e));
				break;
			case "selectstart": e.preventDefault();
		}
	},
	toArray: function() {
		for (var e = [], t, n = this.el.children, r = 0, i = n.length, a = this.options; r < i; r++) t = n[r], P(t, a.draggable, this.el, !1) && e.push(t.getAttribute(a.dataIdAttr) || hi(t));
		return e;
	},
	sort: function(e, t) {
		var n = {}, r = this.el;
		this.toArray().forEach(function(e, t) {
			var i = r.children[t];
			P(i, this.options.draggable, r, !1) && (n[e] = i);
		}, this), t && this.captureAnimationState(), e.forEach(function(e) {
			n[e] && (r.removeChild(n[e]), r.appendChild(n[e]));
		}), t && this.animateAll();
	},
	save: function() {
		var e = this.options.store;
		e && e.set && e.set(this);
	},
	closest: function(e, t) {
		return P(e, t || this.options.draggable, this.el, !1);
	},
	option: function(e, t) {
		var n = this.options;
		if (t === void 0) return n[e];
		var r = xr.modifyOption(this, e, t);
		n[e] = r === void 0 ? t : r, e === "group" && ni(n);
	},
	destroy: function() {
		V("destroy", this);
		var e = this.el;
		e[B] = null, N(e, "mousedown", this._onTapStart), N(e, "touchstart", this._onTapStart), N(e, "pointerdown", this._onTapStart), this.nativeDraggable && (N(e, "dragover", this), N(e, "dragenter", this)), Array.prototype.forEach.call(e.querySelectorAll("[draggable]"), function(e) {
			e.removeAttribute("draggable");
		}), this._onDrop(), this._disableDelayedDragEvents(), Nr.splice(Nr.indexOf(this.el), 1), this.el = e = null;
	},
	_hideClone: function() {
		if (!Er) {
			if (V("hideClone", this), Q.eventCanceled) return;
			I(q, "display", "none"), this.options.removeCloneOnHide && q.parentNode && q.parentNode.removeChild(q), Er = !0;
		}
	},
	_showClone: function(e) {
		if (e.lastPutMode !== "clone") this._hideClone();
		else if (Er) {
			if (V("showClone", this), Q.eventCanceled) return;
			U.parentNode == K && !this.options.group.revertClone ? K.insertBefore(q, U) : wr ? K.insertBefore(q, wr) : K.appendChild(q), this.options.group.revertClone && this.animate(U, q), I(q, "display", ""), Er = !1;
		}
	}
};
function si(e) {
	e.dataTransfer && (e.dataTransfer.dropEffect = "move"), e.cancelable && e.preventDefault();
}
function ci(e, t, n, r, i, a, o, s) {
	var c, l = e[B], u = l.options.onMove, d;
	return window.CustomEvent && !Wn && !Gn ? c = new CustomEvent("move", {
		bubbles: !0,
		cancelable: !0
	}) : (c = document.createEvent("Event"), c.initEvent("move", !0, !0)), c.to = t, c.from = e, c.dragged = n, c.draggedRect = r, c.related = i || t, c.relatedRect = a || R(t), c.willInsertAfter = s, c.originalEvent = o, e.dispatchEvent(c), u && (d = u.call(l, c, o)), d;
}
function li(e) {
	e.draggable = !1;
}
function ui() {
	Kr = !1;
}
function di(e, t, n) {
	var r = R(rr(n.el, 0, n.options, !0)), i = hr(n.el, n.options, G), a = 10;
	return t ? e.clientX < i.left - a || e.clientY < r.top && e.clientX < r.right : e.clientY < i.top - a || e.clientY < r.bottom && e.clientX < r.left;
}
function fi(e, t, n) {
	var r = R(ir(n.el, n.options.draggable)), i = hr(n.el, n.options, G), a = 10;
	return t ? e.clientX > i.right + a || e.clientY > r.bottom && e.clientX > r.left : e.clientY > i.bottom + a || e.clientX > r.right && e.clientY > r.top;
}
function pi(e, t, n, r, i, a, o, s) {
	var c = r ? e.clientY : e.clientX, l = r ? n.height : n.width, u = r ? n.top : n.left, d = r ? n.bottom : n.right, f = !1;
	if (!o) {
		if (s && Wr < l * i) {
			if (!Hr && (Vr === 1 ? c > u + l * a / 2 : c < d - l * a / 2) && (Hr = !0), Hr) f = !0;
			else if (Vr === 1 ? c < u + Wr : c > d - Wr) return -Vr;
		} else if (c > u + l * (1 - i) / 2 && c < d - l * (1 - i) / 2) return mi(t);
	}
	return f ||= o, f && (c < u + l * a / 2 || c > d - l * a / 2) ? c > u + l / 2 ? 1 : -1 : 0;
}
function mi(e) {
	return z(U) < z(e) ? 1 : -1;
}
function hi(e) {
	for (var t = e.tagName + e.className + e.src + e.href + e.textContent, n = t.length, r = 0; n--;) r += t.charCodeAt(n);
	return r.toString(36);
}
function gi(e) {
	qr.length = 0;
	for (var t = e.getElementsByTagName("input"), n = t.length; n--;) {
		var r = t[n];
		r.checked && qr.push(r);
	}
}
function _i(e) {
	return setTimeout(e, 0);
}
function vi(e) {
	return clearTimeout(e);
}
Jr && M(document, "touchmove", function(e) {
	(Q.active || jr) && e.cancelable && e.preventDefault();
}), Q.utils = {
	on: M,
	off: N,
	css: I,
	find: tr,
	is: function(e, t) {
		return !!P(e, t, e, !1);
	},
	extend: cr,
	throttle: dr,
	closest: P,
	toggleClass: F,
	clone: mr,
	index: z,
	nextTick: _i,
	cancelNextTick: vi,
	detectDirection: $r,
	getChild: rr,
	expando: B
}, Q.get = function(e) {
	return e[B];
}, Q.mount = function() {
	var e = [...arguments];
	e[0].constructor === Array && (e = e[0]), e.forEach(function(e) {
		if (!e.prototype || !e.prototype.constructor) throw `Sortable: Mounted plugin must be a constructor function, not ${{}.toString.call(e)}`;
		e.utils && (Q.utils = In(In({}, Q.utils), e.utils)), xr.mount(e);
	});
}, Q.create = function(e, t) {
	return new Q(e, t);
}, Q.version = Hn;
var $ = [], yi, bi, xi = !1, Si, Ci, wi, Ti;
function Ei() {
	function e() {
		for (var e in this.defaults = {
			scroll: !0,
			forceAutoScrollFallback: !1,
			scrollSensitivity: 30,
			scrollSpeed: 10,
			bubbleScroll: !0
		}, this) e.charAt(0) === "_" && typeof this[e] == "function" && (this[e] = this[e].bind(this));
	}
	return e.prototype = {
		dragStarted: function(e) {
			var t = e.originalEvent;
			this.sortable.nativeDraggable ? M(document, "dragover", this._handleAutoScroll) : this.options.supportPointer ? M(document, "pointermove", this._handleFallbackAutoScroll) : t.touches ? M(document, "touchmove", this._handleFallbackAutoScroll) : M(document, "mousemove", this._handleFallbackAutoScroll);
		},
		dragOverCompleted: function(e) {
			var t = e.originalEvent;
			!this.options.dragOverBubble && !t.rootEl && this._handleAutoScroll(t);
		},
		drop: function() {
			this.sortable.nativeDraggable ? N(document, "dragover", this._handleAutoScroll) : (N(document, "pointermove", this._handleFallbackAutoScroll), N(document, "touchmove", this._handleFallbackAutoScroll), N(document, "mousemove", this._handleFallbackAutoScroll)), Oi(), Di(), fr();
		},
		nulling: function() {
			wi = bi = yi = xi = Ti = Si = Ci = null, $.length = 0;
		},
		_handleFallbackAutoScroll: function(e) {
			this._handleAutoScroll(e, !0);
		},
		_handleAutoScroll: function(e, t) {
			var n = this, r = (e.touches ? e.touches[0] : e).clientX, i = (e.touches ? e.touches[0] : e).clientY, a = document.elementFromPoint(r, i);
			if (wi = e, t || this.options.forceAutoScrollFallback || Gn || Wn || qn) {
				ki(e, this.options, a, t);
				var o = sr(a, !0);
				xi && (!Ti || r !== Si || i !== Ci) && (Ti && Oi(), Ti = setInterval(function() {
					var a = sr(document.elementFromPoint(r, i), !0);
					a !== o && (o = a, Di()), ki(e, n.options, a, t);
				}, 10), Si = r, Ci = i);
			} else {
				if (!this.options.bubbleScroll || sr(a, !0) === L()) {
					Di();
					return;
				}
				ki(e, this.options, sr(a, !1), !1);
			}
		}
	}, Pn(e, {
		pluginName: "scroll",
		initializeByDefault: !0
	});
}
function Di() {
	$.forEach(function(e) {
		clearInterval(e.pid);
	}), $ = [];
}
function Oi() {
	clearInterval(Ti);
}
var ki = dr(function(e, t, n, r) {
	if (t.scroll) {
		var i = (e.touches ? e.touches[0] : e).clientX, a = (e.touches ? e.touches[0] : e).clientY, o = t.scrollSensitivity, s = t.scrollSpeed, c = L(), l = !1, u;
		bi !== n && (bi = n, Di(), yi = t.scroll, u = t.scrollFn, yi === !0 && (yi = sr(n, !0)));
		var d = 0, f = yi;
		do {
			var p = f, m = R(p), h = m.top, ee = m.bottom, g = m.left, te = m.right, _ = m.width, v = m.height, y = void 0, ne = void 0, re = p.scrollWidth, ie = p.scrollHeight, b = I(p), x = p.scrollLeft, ae = p.scrollTop;
			p === c ? (y = _ < re && (b.overflowX === "auto" || b.overflowX === "scroll" || b.overflowX === "visible"), ne = v < ie && (b.overflowY === "auto" || b.overflowY === "scroll" || b.overflowY === "visible")) : (y = _ < re && (b.overflowX === "auto" || b.overflowX === "scroll"), ne = v < ie && (b.overflowY === "auto" || b.overflowY === "scroll"));
			var S = y && (Math.abs(te - i) <= o && x + _ < re) - (Math.abs(g - i) <= o && !!x), C = ne && (Math.abs(ee - a) <= o && ae + v < ie) - (Math.abs(h - a) <= o && !!ae);
			if (!$[d]) for (var oe = 0; oe <= d; oe++) $[oe] || ($[oe] = {});
			($[d].vx != S || $[d].vy != C || $[d].el !== p) && ($[d].el = p, $[d].vx = S, $[d].vy = C, clearInterval($[d].pid), (S != 0 || C != 0) && (l = !0, $[d].pid = setInterval(function() {
				r && this.layer === 0 && Q.active._onTouchMove(wi);
				var t = $[this.layer].vy ? $[this.layer].vy * s : 0, n = $[this.layer].vx ? $[this.layer].vx * s : 0;
				(typeof u != "function" || u.call(Q.dragged.parentNode[B], n, t, e, wi, $[this.layer].el) === "continue") && pr($[this.layer].el, n, t);
			}.bind({ layer: d }), 24))), d++;
		} while (t.bubbleScroll && f !== c && (f = sr(f, !1)));
		xi = l;
	}
}, 30), Ai = function(e) {
	var t = e.originalEvent, n = e.putSortable, r = e.dragEl, i = e.activeSortable, a = e.dispatchSortableEvent, o = e.hideGhostForTarget, s = e.unhideGhostForTarget;
	if (t) {
		var c = n || i;
		o();
		var l = t.changedTouches && t.changedTouches.length ? t.changedTouches[0] : t, u = document.elementFromPoint(l.clientX, l.clientY);
		s(), c && !c.el.contains(u) && (a("spill"), this.onSpill({
			dragEl: r,
			putSortable: n
		}));
	}
};
function ji() {}
ji.prototype = {
	startIndex: null,
	dragStart: function(e) {
		var t = e.oldDraggableIndex;
		this.startIndex = t;
	},
	onSpill: function(e) {
		var t = e.dragEl, n = e.putSortable;
		this.sortable.captureAnimationState(), n && n.captureAnimationState();
		var r = rr(this.sortable.el, this.startIndex, this.options);
		r ? this.sortable.el.insertBefore(t, r) : this.sortable.el.appendChild(t), this.sortable.animateAll(), n && n.animateAll();
	},
	drop: Ai
}, Pn(ji, { pluginName: "revertOnSpill" });
function Mi() {}
Mi.prototype = {
	onSpill: function(e) {
		var t = e.dragEl, n = e.putSortable || this.sortable;
		n.captureAnimationState(), t.parentNode && t.parentNode.removeChild(t), n.animateAll();
	},
	drop: Ai
}, Pn(Mi, { pluginName: "removeOnSpill" }), Q.mount(new Ei()), Q.mount(Mi, ji);
// src/rows.ts
var Ni = 40, Pi = 10, Fi = 57, Ii = class extends A {
	constructor(...e) {
		super(...e), this.controls = !1, this.sortable = !1, this.first = 0, this.end = 80, this.heights = /* @__PURE__ */ new Map(), this.observer = new IntersectionObserver((e) => e.some((e) => e.isIntersecting) && this.follow(), { rootMargin: "400px 0px" }), this.successor = null;
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.observer.disconnect(), this.sorter?.destroy(), this.sorter = void 0;
	}
	shouldUpdate(e) {
		return this.gripped ? e.has("first") || e.has("end") : e.size > 1 || !e.has("hass") || !this.hasUpdated;
	}
	updated() {
		for (let e of this.renderRoot.querySelectorAll(".space")) this.observer.unobserve(e), this.observer.observe(e);
		this.sortable && this.controls && !this.sorter && (this.sorter = this.sorted());
	}
	focusOn(e) {
		this.renderRoot.querySelector(`[data-id="${e}"]`)?.focus();
	}
	render() {
		let { drawn: e } = this;
		return T`
      ${this.space(e.slice(0, this.first))}
      <div class="list" role="list">
        ${Mn(e.slice(this.first, this.end), (e) => e.task_id, (t, n) => this.row(t, this.first + n + 1, e.length))}
      </div>
      ${this.space(e.slice(this.end))}
    `;
	}
	get drawn() {
		return this.gripped ?? this.tasks;
	}
	row(e, t, n) {
		let { planned_from: r, printer_state: i } = this.printerView;
		return T`<bambu-batch-row
      role="listitem"
      aria-posinset=${t}
      aria-setsize=${n}
      data-id=${e.task_id}
      ?data-movable=${Et(e)}
      .hass=${this.hass}
      .task=${e}
      .plannedFrom=${r}
      .printerState=${Tt.has(e.status) ? i : ""}
      .controls=${this.controls}
    ></bambu-batch-row>`;
	}
	space(e) {
		return T`<div class="space" style="height: ${this.height(e)}px"></div>`;
	}
	height(e) {
		return e.reduce((e, t) => e + (this.heights.get(t.task_id) ?? Fi), 0);
	}
	follow() {
		for (let e of this.renderRoot.querySelectorAll("bambu-batch-row")) this.heights.set(e.dataset.id, e.offsetHeight);
		let { top: e } = this.getBoundingClientRect(), t = 0;
		for (let n = e; n < 0 && t < this.drawn.length; t++) n += this.height([this.drawn[t]]);
		let n = Math.max(0, Math.floor((t - Ni) / Pi) * Pi), r = Math.ceil((t + innerHeight / Fi + Ni) / Pi) * Pi;
		this.first = this.gripped ? Math.min(n, this.first) : n, this.end = this.gripped ? Math.max(r, this.end) : r;
	}
	sorted() {
		let e = this.renderRoot.querySelector(".list");
		return Q.create(e, {
			handle: ".handle",
			draggable: "[data-movable]",
			animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
			delayOnTouchOnly: !0,
			delay: 80,
			forceFallback: !0,
			fallbackTolerance: 3,
			onStart: ({ item: e }) => {
				this.gripped = this.tasks, this.successor = e.nextSibling;
			},
			onEnd: (t) => this.dropped(e, t)
		});
	}
	dropped(e, { item: t, newDraggableIndex: n }) {
		e.insertBefore(t, this.successor);
		let r = this.drawn.filter(Et), i = t.dataset.id, a = r.findIndex((e) => e.task_id === i), o = this.drawn.slice(0, this.first).filter(Et).length + (n ?? 0);
		this.gripped = void 0, n !== void 0 && o !== a && this.dispatchEvent(new CustomEvent("move", { detail: {
			task_id: i,
			position: o + 1
		} })), this.requestUpdate();
	}
	static {
		this.styles = o`
    bambu-batch-row {
      content-visibility: auto;
      contain-intrinsic-size: auto ${Fi}px;
    }
    .sortable-ghost {
      opacity: 0.4;
    }
    .sortable-fallback {
      background: var(--card-background-color);
      box-shadow: 0 4px 14px rgb(0 0 0 / 30%);
    }
  `;
	}
};
k([D({ attribute: !1 })], Ii.prototype, "tasks", void 0), k([D({ attribute: !1 })], Ii.prototype, "printerView", void 0), k([D({ attribute: !1 })], Ii.prototype, "controls", void 0), k([D({ attribute: !1 })], Ii.prototype, "sortable", void 0), k([O()], Ii.prototype, "first", void 0), k([O()], Ii.prototype, "end", void 0);
// src/main.ts
var Li = {
	"bambu-batch-add": j,
	"bambu-batch-board": qt,
	"bambu-batch-heading": on,
	"bambu-batch-history": cn,
	"bambu-batch-notice": mn,
	"bambu-batch-queue": gn,
	"bambu-batch-row": vn,
	"bambu-batch-rows": Ii,
	"bambu-batch-card": rn
};
customElements.whenDefined("home-assistant").then(() => {
	for (let [e, t] of Object.entries(Li)) customElements.get(e) || customElements.define(e, t);
}), (window.customCards ??= []).push({
	type: "bambu-batch-card",
	name: "Bambu Batch Manager",
	get description() {
		return Yt("card_description");
	},
	preview: !0,
	getEntitySuggestion: (e, t) => {
		let n = vt(e, e.entities[t]?.device_id);
		return n ? { config: {
			type: "custom:bambu-batch-card",
			entity: n
		} } : null;
	}
});
