/* Runs first in an archived page whose scripts may run (`newswarc replay --scripts`).
 *
 * What the page's scripts ask for by its address on the web, they get from the archive. This is
 * a help for them and no wall: the wall is the Content-Security-Policy of the response. What is
 * missed here loads nothing.
 */
(() => {
  "use strict";
  const own = document.currentScript;
  const place = /^(https?:\/\/[^/]+)(\/web\/(?:-[\w-]+\/)?\d{14}mp_\/)(.*)$/s.exec(document.baseURI);
  if (!place || window.newswarcInside) return;
  Object.defineProperty(window, "newswarcInside", { value: true });
  const [, server, prefix, address] = place;
  const original = (own && own.dataset.base) || address;
  const inArchive = new RegExp(`^(?:${server.replace(/\./g, "\\.")})?/web/(?:-[\\w-]+/)?\\d{14}mp_/`);
  const stays = /^\s*(?:#|data:|blob:|javascript:|about:|mailto:|tel:|$)/i;

  /** Where in the archive a URL is, as a script of the page writes it. */
  const into = (url) => {
    const text = String(url);
    if (stays.test(text) || inArchive.test(text) || text.endsWith("/web/~/inside.js")) return text;
    try {
      let found = new URL(text, original);
      if (found.origin === server) found = new URL(found.pathname + found.search, original);
      if (!/^https?:$/.test(found.protocol)) return text;
      return server + prefix + found.href;
    } catch {
      return text;
    }
  };
  /** What a URL in the archive was on the web. */
  const outOf = (text) => (typeof text === "string" ? text.replace(inArchive, "") : text);
  const set = (text) =>
    String(text).replace(/(^|,)(\s*)([^\s,]\S*)/g, (_, comma, space, url) => comma + space + into(url));
  const css = (text) =>
    String(text).replace(
      /(url\(\s*["']?|@import\s+["'])([^"')]+)/gi,
      (_, before, url) => before + into(url));

  // A frame made of markup is a page of its own, with scripts that need the same help.
  const helper = `<script src="${server}/web/~/inside.js"><\/script>`;
  const framed = (html) =>
    (String(html).includes("/web/~/inside.js") ? String(html) : helper + String(html));

  const URLS = { srcdoc: framed, src: into, href: into, poster: into, action: into,
    formaction: into, data: into, background: into, srcset: set, imagesrcset: set, style: css,
    "xlink:href": into };
  const meant = (element, name) => {
    const key = String(name).toLowerCase();
    if (key === "data" && element.localName !== "object") return null;
    return Object.hasOwn(URLS, key) ? URLS[key] : null;
  };

  const wrap = (object, name, make) => {
    const before = object && object[name];
    if (typeof before !== "function") return;
    Object.defineProperty(object, name, { value: make(before), writable: true, configurable: true });
  };
  const property = (owner, name, write, read = (value) => value) => {
    const found = owner && Object.getOwnPropertyDescriptor(owner.prototype || owner, name);
    if (!found || !found.set || !found.configurable) return;
    Object.defineProperty(owner.prototype || owner, name, {
      ...found,
      get() { return read(found.get.call(this)); },
      set(value) { found.set.call(this, write(value)); },
    });
  };
  const value = (object, name, what) => {
    try {
      Object.defineProperty(object, name, { get: () => what, set: () => {}, configurable: true });
    } catch { /* a browser that will not have it */ }
  };

  // Requests.
  wrap(window, "fetch", (before) => function fetch(input, options = {}) {
    const asked = input instanceof Request ? input : null;
    const method = String(options.method || (asked && asked.method) || "GET").toUpperCase();
    return before.call(window, into(asked ? asked.url : input), {
      method: method === "HEAD" ? "HEAD" : "GET",
      credentials: "omit",
      signal: options.signal || (asked && asked.signal) || null,
    });
  });
  const XHR = XMLHttpRequest.prototype;
  wrap(XHR, "open", (before) => function open(method, url, wait = true) {
    const asked = String(method).toUpperCase() === "HEAD" ? "HEAD" : "GET";
    return before.call(this, asked, into(url), wait);
  });
  wrap(XHR, "setRequestHeader", () => function setRequestHeader() {});
  property(XMLHttpRequest, "withCredentials", () => false);
  const answered = Object.getOwnPropertyDescriptor(XHR, "responseURL");
  Object.defineProperty(XHR, "responseURL", {
    ...answered, get() { return outOf(answered.get.call(this)); },
  });
  // What would only try to reach others.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "WebSocket",
    "EventSource", "SharedWorker", "Worker"]) {
    if (name in window) value(window, name, undefined);
  }
  value(Navigator.prototype, "serviceWorker", undefined);
  wrap(Navigator.prototype, "sendBeacon", () => function sendBeacon() { return true; });
  wrap(window, "open", () => function open() { return null; });

  // What a page of no origin does not have.
  const memory = () => {
    const kept = new Map();
    return {
      getItem: (key) => (kept.has(String(key)) ? kept.get(String(key)) : null),
      setItem: (key, text) => void kept.set(String(key), String(text)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (number) => [...kept.keys()][number] ?? null,
      get length() { return kept.size; },
    };
  };
  value(window, "localStorage", memory());
  value(window, "sessionStorage", memory());
  const cookies = new Map();
  Object.defineProperty(document, "cookie", {
    configurable: true,
    get: () => [...cookies].map(([name, text]) => `${name}=${text}`).join("; "),
    set: (line) => {
      const [, name, text] = /^\s*([^=;]*)=?([^;]*)/.exec(String(line));
      cookies.set(name.trim(), text.trim());
    },
  });
  for (const name of ["URL", "documentURI"]) value(document, name, address);
  value(document, "baseURI", original);
  value(document, "referrer", "");
  for (const name of ["pushState", "replaceState"]) {
    wrap(History.prototype, name, (before) => function change(state, title, url) {
      try {
        return before.call(this, state, title, url === undefined ? url : into(url));
      } catch {
        return before.call(this, state, title);
      }
    });
  }

  // URLs that are put into the page.
  for (const [owner, names] of [
    ["HTMLImageElement", ["src", "srcset"]], ["HTMLSourceElement", ["src", "srcset"]],
    ["HTMLScriptElement", ["src"]], ["HTMLIFrameElement", ["src"]], ["HTMLFrameElement", ["src"]],
    ["HTMLMediaElement", ["src"]], ["HTMLVideoElement", ["poster"]], ["HTMLTrackElement", ["src"]],
    ["HTMLEmbedElement", ["src"]], ["HTMLObjectElement", ["data"]], ["HTMLInputElement", ["src"]],
    ["HTMLLinkElement", ["href", "imageSrcset"]], ["HTMLAnchorElement", ["href"]],
    ["HTMLAreaElement", ["href"]], ["HTMLFormElement", ["action"]],
  ]) {
    for (const name of names) {
      property(window[owner], name, /srcset$/i.test(name) ? set : into, outOf);
    }
  }
  property(HTMLIFrameElement, "srcdoc", framed);
  wrap(Element.prototype, "setAttribute", (before) => function setAttribute(name, text) {
    const write = meant(this, name);
    return before.call(this, name, write ? write(text) : text);
  });
  wrap(Element.prototype, "setAttributeNS", (before) => function setAttributeNS(space, name, text) {
    const write = meant(this, name);
    return before.call(this, space, name, write ? write(text) : text);
  });
  wrap(Element.prototype, "getAttribute", (before) => function getAttribute(name) {
    return meant(this, name) ? outOf(before.call(this, name)) : before.call(this, name);
  });
  const attributes = Element.prototype.getAttributeNames;
  const read = Object.getOwnPropertyDescriptor(Attr.prototype, "value");
  const mend = (element) => {
    for (const name of attributes.call(element)) {
      const write = meant(element, name);
      if (!write) continue;
      const attribute = element.getAttributeNode(name);
      const before = read.get.call(attribute);
      const after = write(before);
      if (after !== before) read.set.call(attribute, after);
    }
    if (element.localName === "style" && element.textContent.includes("(")) {
      const after = css(element.textContent);
      if (after !== element.textContent) element.textContent = after;
    }
  };
  const mendAll = (root) => {
    if (root.nodeType === 1) mend(root);
    if (root.querySelectorAll) root.querySelectorAll("*").forEach(mend);
  };
  const parsed = (html) => {
    const template = document.implementation.createHTMLDocument("").createElement("template");
    plain.set.call(template, html);
    mendAll(template.content);
    return template;
  };
  const plain = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");
  const mended = (html) => {
    const text = html === null ? "" : String(html);
    return /[=(]/.test(text) ? plain.get.call(parsed(text)) : text;
  };
  property(Element, "innerHTML", mended);
  property(Element, "outerHTML", mended);
  wrap(Element.prototype, "insertAdjacentHTML", (before) => function insertAdjacentHTML(where, html) {
    return before.call(this, where, mended(html));
  });
  for (const name of ["write", "writeln"]) {
    wrap(Document.prototype, name, (before) => function write(...parts) {
      return before.call(this, parts.join("").replace(
        /(\s(?:src|href|poster|action|background)\s*=\s*)(["']?)([^"'\s>]+)/gi,
        (_, start, quote, url) => start + quote + into(url)));
    });
  }
  wrap(CSSStyleDeclaration.prototype, "setProperty", (before) =>
    function setProperty(name, text, ...rest) { return before.call(this, name, css(text), ...rest); });
  property(CSSStyleDeclaration, "cssText", css);
  for (const name of ["insertRule", "replace", "replaceSync"]) {
    wrap(CSSStyleSheet.prototype, name, (before) => function change(text, ...rest) {
      return before.call(this, css(text), ...rest);
    });
  }
  if (window.FontFace) {
    const Face = window.FontFace;
    window.FontFace = function FontFace(family, source, ...rest) {
      return new Face(family, typeof source === "string" ? css(source) : source, ...rest);
    };
    window.FontFace.prototype = Face.prototype;
  }
  const Sound = window.Audio;
  window.Audio = function Audio(url) { return url === undefined ? new Sound() : new Sound(into(url)); };
  window.Audio.prototype = Sound.prototype;

  // What came in by another way.
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") mend(change.target);
      else if (change.target.localName === "style") mend(change.target);
      for (const node of change.addedNodes) mendAll(node);
    }
  }).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: Object.keys(URLS),
  });

  // Pictures that are only in a noscript, where no script of the page has put them up.
  window.addEventListener("load", () => setTimeout(() => {
    for (const hidden of document.querySelectorAll("body noscript")) {
      if (!/<(?:img|picture)\b/i.test(hidden.textContent)) continue;
      const beside = hidden.parentElement.querySelectorAll("img");
      if ([...beside].some((one) => one.naturalWidth > 1)) continue;
      const content = parsed(hidden.textContent).content;
      if (!content.querySelector("iframe, script, link, style")) {
        hidden.replaceWith(document.importNode(content, true));
      }
    }
  }, 200));
})();
