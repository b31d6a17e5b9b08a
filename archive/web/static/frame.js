/* The banner follows the page in the frame.
 *
 * The frame is of another origin, and what it shows is hidden from us. But each address that it
 * goes to is reported to us, as against a policy that only reports; see archive/replay/policy.py.
 */
"use strict";
{
  const frame = document.querySelector("iframe");
  const memento = /^\/web\/(?:-[\w-]+\/)?(\d{4,14})mp_(\/.*)$/s;
  const first = frame && new URL(frame.src).href;
  let leaving = false;
  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.disposition !== "report" || event.effectiveDirective !== "frame-src") return;
    const asked = new URL(event.blockedURI, location.href);
    const found = memento.exec(asked.pathname + asked.search);
    if (leaving || !found || asked.origin !== location.origin || asked.href === first) return;
    leaving = true;
    location.assign(`/web/${found[1]}${found[2]}`);
  });
}
